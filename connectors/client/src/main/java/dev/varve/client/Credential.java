package dev.varve.client;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A name and a secret that a server knows. Its text does not show the secret. */
public final class Credential {
  private final String name;
  private final String secret;

  private Credential(String name, String secret) {
    this.name = name;
    this.secret = secret;
  }

  /**
   * Reads {@code NAME:SECRET}, as {@code varve credential} prints it.
   *
   * @throws IllegalArgumentException if it is not of this form
   */
  public static Credential parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 1 || colon == text.length() - 1) {
      throw new IllegalArgumentException("a credential looks like NAME:SECRET");
    }
    return new Credential(text.substring(0, colon), text.substring(colon + 1));
  }

  /** The value of the header {@code Authorization} (RFC 7617). */
  String header() {
    byte[] pair = (name + ":" + secret).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  @Override
  public String toString() {
    return name + ":…";
  }
}
