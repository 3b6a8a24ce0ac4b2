package dev.varve.engine.table;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The text form of a path of names: elements joined by dots, in double quotes (doubled inside)
 * where an element has characters that would be read otherwise.
 */
final class ElementNames {
  private ElementNames() {}

  static String print(List<String> elements) {
    return elements.stream().map(ElementNames::quote).collect(Collectors.joining("."));
  }

  private static String quote(String element) {
    boolean plain = element.codePoints().noneMatch(ElementNames::wantsQuotes);
    return plain ? element : '"' + element.replace("\"", "\"\"") + '"';
  }

  /** An {@code @} begins a revision, so it is quoted although the parser would take it. */
  private static boolean wantsQuotes(int c) {
    return c == '.' || c == '"' || c == '@' || c == '\'' || c == '`' || Character.isWhitespace(c);
  }

  /**
   * Reads the text form.
   *
   * @throws dev.varve.catalog.error.VarveException if a quote is misplaced
   */
  static List<String> parse(String text) {
    List<String> elements = new ArrayList<>();
    int at = 0;
    do {
      StringBuilder element = new StringBuilder();
      at = text.startsWith("\"", at) ? quoted(text, at + 1, element) : bare(text, at, element);
      elements.add(element.toString());
      if (at < text.length() && text.charAt(at) != '.') {
        throw TableErrors.invalidName("text after a closing quote in '" + text + "'");
      }
    } while (at++ < text.length());
    return elements;
  }

  private static int bare(String text, int from, StringBuilder into) {
    int at = from;
    while (at < text.length() && text.charAt(at) != '.') {
      if (text.charAt(at) == '"') {
        throw TableErrors.invalidName("a quote inside a bare element of '" + text + "'");
      }
      into.append(text.charAt(at++));
    }
    return at;
  }

  private static int quoted(String text, int from, StringBuilder into) {
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '"') {
        into.append(c);
      } else if (at < text.length() && text.charAt(at) == '"') {
        into.append('"');
        at++;
      } else {
        return at;
      }
    }
    throw TableErrors.invalidName("a quote is not closed in '" + text + "'");
  }
}
