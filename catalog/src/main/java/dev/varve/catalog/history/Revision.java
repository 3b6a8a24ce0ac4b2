package dev.varve.catalog.history;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text that names a commit, written as in Git.
 *
 * <pre>
 * main   v1.0   feature/prices        a branch or tag
 * refs/heads/main   refs/tags/v1.0    a branch, a tag, and nothing else
 * 3f2a91c0                            a commit id, or its first digits (at least 8); refs go first
 * main@{2}                            where the branch stood before its last 2 moves
 * main@2026-11-01T00:00:00Z           where the branch stood at that time (UTC if no zone is given)
 * …~3                                 the third first-parent
 * …^2                                 the second parent
 * </pre>
 *
 * <p>Parents may follow one another: {@code main~2^2~1}.
 *
 * @param text what was written
 */
public record Revision(String text, Start start, List<Step> steps) {
  private static final int MAX_LENGTH = 1000;
  private static final int MIN_ID_DIGITS = 8;
  private static final Pattern PARTS = Pattern.compile("([^~^]+)((?:~\\d*|\\^\\d*)*)");
  private static final Pattern STEP = Pattern.compile("([~^])(\\d*)");
  private static final Pattern REFLOG = Pattern.compile("(.+)@\\{(\\d{1,9})}");
  private static final Pattern AS_OF = Pattern.compile("(.+)@(\\d{4}-.+)");
  private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{64}");
  private static final Pattern ID_PREFIX =
      Pattern.compile("[0-9a-fA-F]{%d,63}".formatted(MIN_ID_DIGITS));
  private static final String HEADS = "refs/heads/";
  private static final String TAGS = "refs/tags/";

  public Revision {
    steps = List.copyOf(steps);
  }

  /** Where a revision begins. */
  public sealed interface Start {}

  /**
   * A branch or tag; or, if there is none of this name and it reads as such, the first digits of a
   * commit id.
   *
   * @param kind which of the two, or empty for either
   */
  public record Named(RefName name, Optional<RefKind> kind) implements Start {

    /** The name as the first digits of a commit id, in lower case. */
    public Optional<String> idPrefix() {
      boolean reads = kind.isEmpty() && ID_PREFIX.matcher(name.text()).matches();
      return reads ? Optional.of(name.text().toLowerCase(Locale.ROOT)) : Optional.empty();
    }
  }

  /** A commit id, all of it. */
  public record Id(ObjectId id) implements Start {}

  /**
   * An earlier place of a ref.
   *
   * @param moves how many moves ago
   */
  public record Moved(RefName name, long moves) implements Start {}

  /** The place of a ref at a time. */
  public record AsOf(RefName name, Instant time) implements Start {}

  /** From a commit to one that it was made on. */
  public sealed interface Step {}

  /** The first parent, {@code count} times. */
  public record Ancestor(int count) implements Step {}

  /**
   * One of the parents.
   *
   * @param number from 1; 0 is the commit itself
   */
  public record Parent(int number) implements Step {}

  /** The revision that a ref's name is. */
  public static Revision of(RefName name) {
    return new Revision(name.text(), new Named(name, Optional.empty()), List.of());
  }

  /** The revision that a commit's id is. */
  public static Revision of(ObjectId commitId) {
    return new Revision(commitId.hex(), new Id(commitId), List.of());
  }

  /** The ref as it stood at a time. */
  public static Revision of(RefName name, Instant time) {
    return new Revision(name + "@" + time, new AsOf(name, time), List.of());
  }

  /**
   * Reads a revision.
   *
   * @throws VarveException with {@link ErrorCode#INVALID_REVISION} if it is not written as above
   */
  public static Revision parse(String text) {
    Matcher parts = PARTS.matcher(text);
    if (text.length() > MAX_LENGTH || !parts.matches()) {
      throw invalid(text, "it begins with no name or id");
    }
    return new Revision(text, parseStart(text, parts.group(1)), parseSteps(text, parts.group(2)));
  }

  @Override
  public String toString() {
    return text;
  }

  private static Start parseStart(String text, String start) {
    Matcher moved = REFLOG.matcher(start);
    if (moved.matches()) {
      return new Moved(parseName(text, moved.group(1)), Long.parseLong(moved.group(2)));
    }
    Matcher asOf = AS_OF.matcher(start);
    if (asOf.matches()) {
      return new AsOf(parseName(text, asOf.group(1)), parseTime(asOf.group(2)));
    }
    if (start.startsWith(HEADS)) {
      String name = start.substring(HEADS.length());
      return new Named(parseName(text, name), Optional.of(RefKind.BRANCH));
    }
    if (start.startsWith(TAGS)) {
      String name = start.substring(TAGS.length());
      return new Named(parseName(text, name), Optional.of(RefKind.TAG));
    }
    if (ID.matcher(start).matches()) {
      return new Id(ObjectId.parse(start));
    }
    return new Named(parseName(text, start), Optional.empty());
  }

  private static RefName parseName(String text, String name) {
    try {
      return RefName.parse(name);
    } catch (VarveException e) {
      throw invalid(text, e.getMessage());
    }
  }

  private static List<Step> parseSteps(String text, String steps) {
    List<Step> parsed = new ArrayList<>();
    Matcher step = STEP.matcher(steps);
    while (step.find()) {
      if (step.group(2).length() > 8) {
        throw invalid(text, "a number of it is too large");
      }
      int number = step.group(2).isEmpty() ? 1 : Integer.parseInt(step.group(2));
      parsed.add(step.group(1).equals("~") ? new Ancestor(number) : new Parent(number));
    }
    return parsed;
  }

  /**
   * Reads an ISO 8601 date, or date and time with or without zone; UTC where no zone is given.
   *
   * @throws VarveException with {@link ErrorCode#INVALID_REVISION} if it is none
   */
  public static Instant parseTime(String text) {
    String iso = text.strip().replaceFirst("^(\\d{4}-\\d{2}-\\d{2}) ", "$1T");
    try {
      if (!iso.contains("T")) {
        return LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC);
      }
      boolean zoned = iso.matches(".*(Z|z|[+-]\\d{2}:?\\d{0,2})$") && !iso.matches(".*T\\d{2}$");
      return zoned
          ? OffsetDateTime.parse(iso).toInstant()
          : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw invalid(text, "it is not a time such as 2026-11-01T00:00:00Z");
    }
  }

  private static VarveException invalid(String text, String why) {
    String shown = text.replaceAll("\\p{Cntrl}", "?");
    shown = shown.length() > 100 ? shown.substring(0, 100) + "…" : shown;
    return new VarveException(
        ErrorCode.INVALID_REVISION,
        "'%s' does not name a commit: %s".formatted(shown, why),
        "write a branch, a tag, a commit id of at least %d digits, main~3, main@{2} or main@2026-11-01T00:00:00Z"
            .formatted(MIN_ID_DIGITS),
        Map.of("revision", shown),
        null);
  }
}
