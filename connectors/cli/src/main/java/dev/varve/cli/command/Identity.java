package dev.varve.cli.command;

import java.util.Map;

/** Who is at the keyboard. */
final class Identity {
  private Identity() {}

  /** {@code VARVE_AUTHOR}, or user and host; asks no network, for that could take seconds. */
  static String of(Map<String, String> environment) {
    String author = environment.getOrDefault("VARVE_AUTHOR", "");
    if (!author.isBlank()) {
      return author;
    }
    String host = System.getProperty("varve.host", environment.getOrDefault("HOSTNAME", ""));
    return System.getProperty("user.name") + "@" + (host.isBlank() ? "localhost" : host);
  }
}
