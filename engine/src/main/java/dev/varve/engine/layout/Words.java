package dev.varve.engine.layout;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A short text as words: names, quoted names ({@code "a ""b"""}), string literals, and single marks
 * such as a parenthesis. Reads from left to right; for one thread.
 */
final class Words {
  private static final Pattern WORD =
      Pattern.compile(
          "\\s*(?:(?<quoted>\"(?:[^\"]|\"\")*\")|(?<literal>'(?:[^']|'')*')"
              + "|(?<name>[\\p{L}\\p{N}_$.]+)|(?<mark>[^\\s\"']))");

  private record Word(String text, boolean quoted) {}

  private final String text;
  private final String what;
  private final List<Word> words = new ArrayList<>();
  private int next;

  /**
   * @param what names the kind of text in errors, such as "partitioning"
   */
  Words(String text, String what) {
    this.text = text;
    this.what = what;
    Matcher matcher = WORD.matcher(text);
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      words.add(word(matcher));
      end = matcher.end();
    }
    if (!text.substring(end).isBlank()) {
      throw error("a quote is not closed");
    }
  }

  private static Word word(Matcher matcher) {
    String quoted = matcher.group("quoted");
    if (quoted != null) {
      String inner = quoted.substring(1, quoted.length() - 1);
      return new Word(inner.replace("\"\"", "\""), true);
    }
    return new Word(matcher.group().strip(), false);
  }

  boolean atEnd() {
    return next == words.size();
  }

  /** Whether the next word is this one, in any case and not quoted. */
  boolean sees(String word) {
    return !atEnd() && !words.get(next).quoted() && words.get(next).text().equalsIgnoreCase(word);
  }

  /** Takes the next word if it is this one. */
  boolean takes(String word) {
    boolean seen = sees(word);
    if (seen) {
      next++;
    }
    return seen;
  }

  /** Takes the next word, which must be this one. */
  void expect(String word) {
    if (!takes(word)) {
      throw error("'" + word + "' is missing" + found());
    }
  }

  /** The next word, if it is a name that is followed by {@code mark}; it stays the next. */
  Optional<String> nameBefore(String mark) {
    boolean before =
        next + 1 < words.size()
            && !words.get(next).quoted()
            && words.get(next + 1).text().equals(mark)
            && !words.get(next + 1).quoted();
    return before ? Optional.of(words.get(next).text()) : Optional.empty();
  }

  /** Takes a name, quoted or not; quoted and plain pieces with dots between are one name. */
  String name() {
    if (atEnd() || !isName(words.get(next))) {
      throw error("a name is missing" + found());
    }
    return words.get(next++).text();
  }

  /** Takes a whole number. */
  int number() {
    if (!atEnd() && !words.get(next).quoted() && words.get(next).text().matches("\\d{1,9}")) {
      return Integer.parseInt(words.get(next++).text());
    }
    throw error("a whole number is missing" + found());
  }

  /** Takes any word. */
  String any() {
    if (atEnd()) {
      throw error("it ends too early");
    }
    return words.get(next++).text();
  }

  void expectEnd() {
    if (!atEnd()) {
      throw error("nothing may follow before '" + words.get(next).text() + "'");
    }
  }

  private static boolean isName(Word word) {
    return word.quoted() || word.text().matches("[\\p{L}\\p{N}_$.]+");
  }

  private String found() {
    return atEnd() ? "" : " before '" + words.get(next).text() + "'";
  }

  VarveException error(String why) {
    return error(why, null);
  }

  VarveException error(String why, String hint) {
    return new VarveException(
        ErrorCode.INVALID_REQUEST,
        "cannot read %s '%s': %s".formatted(what, text, why),
        hint,
        Map.of("text", text),
        null);
  }
}
