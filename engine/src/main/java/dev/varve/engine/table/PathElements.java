package dev.varve.engine.table;

import java.nio.charset.StandardCharsets;

/** Names as elements of a path: readable, and unable to leave the directory they are put in. */
final class PathElements {
  /** File systems allow 255 bytes; the rest of the file's name needs some. */
  private static final int MAX_BYTES = 160;

  private PathElements() {}

  /**
   * The name with every character but letters, digits, {@code -}, {@code _} and inner dots written
   * as {@code _}. Two names may give one element: what makes a location unique is the table's id.
   */
  static String encode(String name) {
    StringBuilder element = new StringBuilder();
    int bytes = 0;
    for (int c : name.codePoints().toArray()) {
      String one = isPlain(c, element.length()) ? Character.toString(c) : "_";
      bytes += one.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MAX_BYTES) {
        break;
      }
      element.append(one);
    }
    return element.toString();
  }

  private static boolean isPlain(int c, int at) {
    return (c < 128 && Character.isLetterOrDigit(c))
        || c == '-'
        || c == '_'
        || (c == '.' && at > 0);
  }
}
