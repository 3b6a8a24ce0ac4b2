package dev.varve.engine.layout;

/** Column names as they are written among other words. */
final class Names {
  private Names() {}

  /** The name, in double quotes where it needs them. */
  static String print(String name) {
    return name.matches("[\\p{L}_][\\p{L}\\p{N}_$.]*")
        ? name
        : '"' + name.replace("\"", "\"\"") + '"';
  }
}
