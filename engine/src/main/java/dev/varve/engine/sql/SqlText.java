package dev.varve.engine.sql;

import java.util.Collection;
import java.util.stream.Collectors;

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

  /** Texts as a list of string literals. */
  public static String list(Collection<?> texts) {
    return texts.stream()
        .map(text -> literal(text.toString()))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
