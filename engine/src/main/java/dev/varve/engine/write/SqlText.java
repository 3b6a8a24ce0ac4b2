package dev.varve.engine.write;

/** Pieces of SQL text that hold names and values of others. */
public final class SqlText {
  private SqlText() {}

  /** A name as a quoted identifier. */
  public static String name(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A text as a string literal. */
  public static String literal(String text) {
    return '\'' + text.replace("'", "''") + '\'';
  }
}
