package dev.varve.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name that is typed with something behind it, or alone. It stands in double quotes, with two for
 * each that is in it, where a sign of it would be taken for its end.
 *
 * @param rest what stands behind the sign that ends the name
 */
record NameText(String name, boolean quoted, String rest) {
  private static final String QUOTED = "\"(?<quoted>(?:[^\"]|\"\")+)\"";
  private static final Pattern ALONE = pattern("[^\\s\"].*", "");
  private static final Pattern IN_LIST = pattern("[^\\s\",][^,]*", "(?:(?<more>,)|$)");
  private static final Pattern BEFORE_SPACE = pattern("[^\\s\"]\\S*", "(?<=\\s)(?<rest>\\S.*)");
  private static final Pattern BEFORE_EQUALS = pattern("[^\\s\"=][^=]*", "=(?<rest>.*)");

  private static Pattern pattern(String plain, String end) {
    return Pattern.compile(
        "\\s*+(?:" + QUOTED + "|(?<plain>" + plain + "))\\s*" + end, Pattern.DOTALL);
  }

  /** A name and nothing else; empty if the text is none. */
  static Optional<NameText> alone(String text) {
    Matcher matcher = ALONE.matcher(text);
    return matcher.matches() ? Optional.of(of(matcher, "")) : Optional.empty();
  }

  /** Names with commas between them; none if the text is no such list. */
  static List<String> list(String text) {
    List<String> names = new ArrayList<>();
    Matcher matcher = IN_LIST.matcher(text);
    int end = 0;
    boolean more = true;
    while (more) {
      if (!matcher.find(end) || matcher.start() != end) {
        return List.of();
      }
      names.add(of(matcher, "").name());
      end = matcher.end();
      more = matcher.group("more") != null;
    }
    return names;
  }

  /** {@code NAME REST}; empty if one of them is missing. */
  static Optional<NameText> beforeSpace(String text) {
    return before(BEFORE_SPACE.matcher(text));
  }

  /** {@code NAME=REST}, where the rest may be blank; empty if the name or the sign is missing. */
  static Optional<NameText> beforeEquals(String text) {
    return before(BEFORE_EQUALS.matcher(text));
  }

  private static Optional<NameText> before(Matcher matcher) {
    return matcher.matches() ? Optional.of(of(matcher, matcher.group("rest"))) : Optional.empty();
  }

  /** The same without space around the rest. */
  NameText stripped() {
    return new NameText(name, quoted, rest.strip());
  }

  private static NameText of(Matcher matcher, String rest) {
    String quoted = matcher.group("quoted");
    return quoted == null
        ? new NameText(matcher.group("plain").strip(), false, rest)
        : new NameText(quoted.replace("\"\"", "\""), true, rest);
  }
}
