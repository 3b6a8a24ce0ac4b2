package dev.varve.engine.sql;

import dev.varve.catalog.error.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A message of DuckDB about a user's SQL, as one sentence and what may help.
 *
 * <p>DuckDB writes a sentence, and on the next lines what else may have been meant: near names, or
 * every form that a function has.
 *
 * @param text one line, as our messages are written
 * @param hint what to try
 */
public record DuckMessage(String text, Optional<String> hint) {
  private static final int SHOWN = 3;
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");
  private static final Pattern NAMES =
      Pattern.compile("^(Candidate (bindings|tables|Entries)|Did you mean)\\b.*", Pattern.DOTALL);

  /** The line of the statement and a mark below the place; the statement may be our own. */
  private static final Pattern STATEMENT = Pattern.compile("\\R\\s*LINE \\d+: .*", Pattern.DOTALL);

  private static final String FUNCTIONS = "Candidate functions:";

  /** Takes a message apart; one that has another form is kept, on one line. */
  public static DuckMessage of(String message) {
    String[] parts = STATEMENT.matcher(message).replaceFirst("").strip().split("\\R", 2);
    String rest = parts.length == 1 ? "" : parts[1].strip();
    return new DuckMessage(sentence(parts[0]), hint(rest));
  }

  private static String sentence(String text) {
    String bare = text.strip().replaceFirst("[.!]+$", "");
    boolean word = bare.length() > 1 && Character.isLowerCase(bare.charAt(1));
    return word ? Character.toLowerCase(bare.charAt(0)) + bare.substring(1) : bare;
  }

  private static Optional<String> hint(String rest) {
    if (rest.isEmpty()) {
      return Optional.empty();
    }
    if (NAMES.matcher(rest).matches()) {
      List<String> names =
          QUOTED.matcher(rest).results().map(DuckMessage::name).limit(SHOWN).toList();
      return names.isEmpty() ? Optional.empty() : Optional.of(Nearest.question(names));
    }
    if (rest.startsWith(FUNCTIONS)) {
      List<String> forms =
          Arrays.stream(rest.substring(FUNCTIONS.length()).split("\\R"))
              .map(String::strip)
              .filter(form -> !form.isEmpty())
              .toList();
      String more = forms.size() > SHOWN ? ", and %d more".formatted(forms.size() - SHOWN) : "";
      return Optional.of(
          "cast the values, or use one of "
              + String.join("; ", forms.subList(0, Math.min(SHOWN, forms.size())))
              + more);
    }
    return Optional.of(sentence(rest.replaceAll("\\s+", " ")));
  }

  private static String name(MatchResult match) {
    return match.group(1);
  }
}
