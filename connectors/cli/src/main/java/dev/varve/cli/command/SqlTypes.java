package dev.varve.cli.command;

import dev.varve.cli.text.TextTable.Align;
import java.util.Locale;
import java.util.regex.Pattern;

/** What the name of an SQL or Iceberg type tells about printing. */
final class SqlTypes {
  private static final Pattern NUMBER =
      Pattern.compile(
          "(u?(tiny|small|big|huge)?int(eger)?|int\\d*|long|float|double|real|decimal|numeric)"
              + "(\\(.*\\))?");

  private SqlTypes() {}

  static Align align(String type) {
    return NUMBER.matcher(type.toLowerCase(Locale.ROOT)).matches() ? Align.RIGHT : Align.LEFT;
  }
}
