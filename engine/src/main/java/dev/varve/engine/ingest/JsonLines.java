package dev.varve.engine.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds places in JSON files, counted in lines from 1. */
final class JsonLines {
  private static final JsonFactory JSON = new JsonFactory();

  private JsonLines() {}

  /** A line that is not JSON, or not an object. */
  record LineError(long line, String why) {}

  /** The line on which the {@code row}-th object starts; rows count from 1. */
  static long ofRow(Path path, long row) throws IOException {
    try (JsonParser parser = JSON.createParser(path.toFile())) {
      long seen = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_OBJECT) {
          seen++;
          if (seen == row) {
            return parser.currentTokenLocation().getLineNr();
          }
          parser.skipChildren();
        }
      }
      return row;
    }
  }

  /** The first line that breaks the format's rules, if one does. */
  static Optional<LineError> firstError(Path path, FileFormat format) throws IOException {
    return format == FileFormat.JSON_LINES ? errorInLines(path) : errorInArray(path);
  }

  private static Optional<LineError> errorInLines(Path path) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(path)) {
      long number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        Optional<String> why = line.isBlank() ? Optional.empty() : errorInLine(line);
        if (why.isPresent()) {
          return Optional.of(new LineError(number, why.get()));
        }
      }
      return Optional.empty();
    }
  }

  private static Optional<String> errorInLine(String line) throws IOException {
    try (JsonParser parser = JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.of("a JSON object is expected");
      }
      parser.skipChildren();
      return parser.nextToken() == null
          ? Optional.empty()
          : Optional.of("more than one JSON value");
    } catch (JsonParseException e) {
      return Optional.of(
          "broken JSON at column %d: %s"
              .formatted(e.getLocation().getColumnNr(), firstSentence(e)));
    }
  }

  private static Optional<LineError> errorInArray(Path path) throws IOException {
    try (JsonParser parser = JSON.createParser(path.toFile())) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        return Optional.of(new LineError(1, "a JSON array is expected"));
      }
      for (JsonToken token = parser.nextToken();
          token != JsonToken.END_ARRAY;
          token = parser.nextToken()) {
        if (token != JsonToken.START_OBJECT) {
          long line = parser.currentTokenLocation().getLineNr();
          return Optional.of(
              new LineError(
                  line, token == null ? "the array is not closed" : "a JSON object is expected"));
        }
        parser.skipChildren();
      }
      return Optional.empty();
    } catch (JsonParseException e) {
      return Optional.of(
          new LineError(
              e.getLocation().getLineNr(),
              "broken JSON at column %d: %s"
                  .formatted(e.getLocation().getColumnNr(), firstSentence(e))));
    }
  }

  private static String firstSentence(JsonParseException e) {
    String text = e.getOriginalMessage().lines().findFirst().orElse("it cannot be read");
    if (e instanceof JsonEOFException) {
      boolean array = text.contains("for Array");
      return array ? "the array is not closed" : "the object is not closed";
    }
    return Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
