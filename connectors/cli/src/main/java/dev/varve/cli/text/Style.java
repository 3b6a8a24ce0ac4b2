package dev.varve.cli.text;

/** Puts colour on text, or not. */
public enum Style {
  PLAIN,
  COLORED;

  private static final String ESCAPE = "\u001b[";

  /** A title or header. */
  public String bold(String text) {
    return paint("1", text);
  }

  /** What matters less. */
  public String dim(String text) {
    return paint("2", text);
  }

  /** What was added. */
  public String green(String text) {
    return paint("32", text);
  }

  /** What was removed. */
  public String red(String text) {
    return paint("31", text);
  }

  /** A commit id. */
  public String yellow(String text) {
    return paint("33", text);
  }

  /** The name of a ref. */
  public String cyan(String text) {
    return paint("36", text);
  }

  private String paint(String code, String text) {
    return this == PLAIN || text.isEmpty() ? text : ESCAPE + code + "m" + text + ESCAPE + "0m";
  }
}
