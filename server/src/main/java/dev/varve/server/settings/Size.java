package dev.varve.server.settings;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of bytes, written with a unit: {@code 512B}, {@code 64KiB}, {@code 1MiB}, {@code 2GB}.
 *
 * <p>{@code KiB}, {@code MiB}, {@code GiB} and {@code TiB} count by 1024; {@code KB}, {@code MB},
 * {@code GB} and {@code TB} by 1000.
 *
 * @param bytes not negative
 */
public record Size(long bytes) implements Comparable<Size> {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,15})\\s*([A-Za-z]+)");
  private static final Map<String, Long> UNITS =
      Map.of(
          "b", 1L,
          "kib", 1L << 10,
          "mib", 1L << 20,
          "gib", 1L << 30,
          "tib", 1L << 40,
          "kb", 1_000L,
          "mb", 1_000_000L,
          "gb", 1_000_000_000L,
          "tb", 1_000_000_000_000L);

  public Size {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is not negative: " + bytes);
    }
  }

  public static Size ofKib(long count) {
    return new Size(Math.multiplyExact(count, 1L << 10));
  }

  public static Size ofMib(long count) {
    return new Size(Math.multiplyExact(count, 1L << 20));
  }

  public static Size ofGib(long count) {
    return new Size(Math.multiplyExact(count, 1L << 30));
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if the number or its unit is missing or unknown
   */
  public static Size parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("write a size with its unit, for example 64MiB");
    }
    Long unit = UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT));
    if (unit == null) {
      throw new IllegalArgumentException(
          "unknown unit '" + matcher.group(2) + "': use B, KiB, MiB, GiB or TiB");
    }
    try {
      return new Size(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("the size is too large", e);
    }
  }

  @Override
  public int compareTo(Size other) {
    return Long.compare(bytes, other.bytes);
  }

  /** The text form with the largest unit that loses nothing. */
  @Override
  public String toString() {
    String[] units = {"TiB", "GiB", "MiB", "KiB"};
    for (int i = 0; i < units.length; i++) {
      long unit = 1L << (40 - 10 * i);
      if (bytes >= unit && bytes % unit == 0) {
        return bytes / unit + units[i];
      }
    }
    return bytes + "B";
  }
}
