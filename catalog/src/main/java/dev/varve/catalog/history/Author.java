package dev.varve.catalog.history;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who made a change; written as {@code Name <mail>} or {@code Name}. */
public record Author(String name, Optional<String> email) {
  private static final int MAX_LENGTH = 500;
  private static final Pattern WITH_MAIL = Pattern.compile("([^<>]*?)\\s*<([^<>]*)>");

  public Author {
    String all = name + email.orElse("");
    if (name.isBlank()
        || all.length() > MAX_LENGTH
        || all.chars().anyMatch(c -> Character.isISOControl(c) || c == '<' || c == '>')) {
      throw new VarveException(
          ErrorCode.INVALID_NAME,
          "an author needs a name of at most %d characters, without '<', '>' and control characters"
              .formatted(MAX_LENGTH),
          "write 'Name <mail@example.org>' or 'Name'");
    }
  }

  /** An author without a mail address. */
  public static Author named(String name) {
    return new Author(name, Optional.empty());
  }

  /**
   * Reads {@code Name <mail>} or {@code Name}.
   *
   * @throws VarveException with {@link ErrorCode#INVALID_NAME} if there is no name
   */
  public static Author parse(String text) {
    Matcher matcher = WITH_MAIL.matcher(text.strip());
    if (matcher.matches()) {
      String mail = matcher.group(2).strip();
      return new Author(matcher.group(1).strip(), Optional.of(mail).filter(m -> !m.isEmpty()));
    }
    return named(text.strip());
  }

  @Override
  public String toString() {
    return email.map(mail -> name + " <" + mail + ">").orElse(name);
  }
}
