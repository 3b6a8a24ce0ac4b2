package dev.varve.cli.text;

import java.util.Locale;

/** Numbers as people read them. */
public final class Quantity {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

  private Quantity() {}

  /** {@code 1,234,567}. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code 1 file}, {@code 1,200 files}. */
  public static String of(long number, String noun) {
    return count(number) + " " + noun + (number == 1 ? "" : "s");
  }

  /** {@code 812 B}, {@code 5.2 MB}: powers of 1000, one digit after the point. */
  public static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.95 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
