package dev.varve.catalog.error;

import java.util.Locale;

/** Counts as messages say them. */
public final class Quantity {
  private Quantity() {}

  /** {@code 1 row}, {@code 1,200 rows}. */
  public static String of(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s", count, noun(count, noun));
  }

  /** The noun as it is called of so many: {@code column}, {@code columns}. */
  public static String noun(long count, String noun) {
    return count == 1 ? noun : noun + "s";
  }
}
