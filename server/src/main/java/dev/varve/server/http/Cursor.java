package dev.varve.server.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The place in a list behind which the next part begins. Opaque to clients. */
public record Cursor(String last) {
  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if it was not made by {@link #text}
   */
  public static Cursor parse(String text) {
    try {
      String decoded = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
      if (decoded.startsWith("1:")) {
        return new Cursor(decoded.substring(2));
      }
    } catch (IllegalArgumentException e) {
      // told below, as for any other text that is none of ours
    }
    throw new IllegalArgumentException("pass the 'next' of an answer, unchanged");
  }

  /** The text form, safe in a URL. */
  public String text() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(("1:" + last).getBytes(StandardCharsets.UTF_8));
  }
}
