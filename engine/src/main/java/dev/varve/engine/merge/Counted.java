package dev.varve.engine.merge;

import java.util.Locale;

/** A number of things in words. */
final class Counted {
  private Counted() {}

  /** Such as {@code 1 row} or {@code 1,200 rows}. */
  static String of(long count, String thing) {
    return String.format(Locale.ROOT, "%,d %s%s", count, thing, count == 1 ? "" : "s");
  }
}
