package dev.varve.catalog.ref;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The name of a branch or tag, by the rules of {@code git check-ref-format}; also no {@code :}, and
 * nothing that a revision would read as a commit id or as a time.
 */
public record RefName(String text) implements Comparable<RefName> {
  /** The longest name, in bytes of UTF-8. */
  public static final int MAX_BYTES = 255;

  private static final Pattern RESERVED = Pattern.compile("[\\p{Cntrl} ~^:?*\\[\\\\]");
  private static final Pattern COMMIT_ID = Pattern.compile("[0-9a-fA-F]{64}");
  private static final Pattern AT_TIME = Pattern.compile(".*@\\d{4}-.*");

  /** The branch that a new repository has. */
  public static final RefName MAIN = new RefName("main");

  public RefName {
    String problem = problem(text);
    if (problem != null) {
      throw new VarveException(
          ErrorCode.INVALID_NAME,
          "'%s' is not a name for a branch or tag: %s".formatted(printable(text), problem),
          "use letters, digits, '-', '_', '.' and '/', such as 'feature/prices'",
          Map.of("ref", printable(text)),
          null);
    }
  }

  /**
   * Reads a name.
   *
   * @throws VarveException with {@link ErrorCode#INVALID_NAME} that says which rule it breaks
   */
  public static RefName parse(String text) {
    return new RefName(text);
  }

  /** The name without regard to case; no two refs share it. */
  public String folded() {
    return text.toLowerCase(Locale.ROOT);
  }

  @Override
  public int compareTo(RefName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }

  private static String problem(String text) {
    if (text.isEmpty()) {
      return "it is empty";
    }
    if (text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      return "it is longer than %d bytes".formatted(MAX_BYTES);
    }
    if (RESERVED.matcher(text).find()) {
      return "it holds a space, a control character or one of ~ ^ : ? * [ \\";
    }
    if (text.contains("..") || text.contains("@{") || text.contains("//")) {
      return "it holds '..', '@{' or '//'";
    }
    if (text.startsWith("/") || text.endsWith("/") || text.endsWith(".")) {
      return "it begins or ends with '/', or ends with '.'";
    }
    if (text.startsWith("-") || text.equals("@")) {
      return "it begins with '-' or is '@'";
    }
    return problemOfParts(text);
  }

  private static String problemOfParts(String text) {
    for (String part : text.split("/", -1)) {
      if (part.startsWith(".") || part.endsWith(".lock")) {
        return "a part of it begins with '.' or ends with '.lock'";
      }
    }
    if (text.startsWith("refs/")) {
      return "it begins with 'refs/'";
    }
    if (COMMIT_ID.matcher(text).matches()) {
      return "it reads as a commit id";
    }
    if (AT_TIME.matcher(text).matches()) {
      return "it reads as a branch at a time";
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      return "it is not well-formed text";
    }
    return null;
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
