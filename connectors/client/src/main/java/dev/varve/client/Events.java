package dev.varve.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Follows an answer of JSON lines: what happens, and at last the result or the error. */
final class Events {
  static final String MEDIA_TYPE = "application/x-ndjson";
  private static final int INTERNAL = 500;

  private Events() {}

  /**
   * Reads to the last line.
   *
   * @param happened takes each line before it
   * @return what the last line gives as {@code result}
   * @throws VarveException if it gives an {@code error}, or the answer broke off
   */
  static JsonNode follow(Transport transport, InputStream answer, Consumer<JsonNode> happened) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode event = line.isBlank() ? Json.tree("") : Json.parse(line);
        if (event.has("error")) {
          throw Transport.refusal(INTERNAL, event);
        } else if (event.has("result")) {
          return event.get("result");
        }
        happened.accept(event);
      }
      throw new IOException("the answer broke off");
    } catch (IOException e) {
      throw transport.lost(e);
    }
  }
}
