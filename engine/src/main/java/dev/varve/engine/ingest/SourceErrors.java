package dev.varve.engine.ingest;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.DuckMessage;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The errors of files that cannot be read. */
final class SourceErrors {
  private static final int MAX_VALUE_CHARS = 100;

  private SourceErrors() {}

  static VarveException broken(FileFormat format, String why, Throwable cause) {
    return new VarveException(
        ErrorCode.INVALID_DATA,
        "cannot read the file as %s: %s".formatted(format.text(), why),
        "check that the file is whole, or name its format if it is another",
        Map.of("format", format.text()),
        cause);
  }

  /** DuckDB's own words: the first line, without the path. */
  static String words(VarveException e, Path path) {
    String text = e.getMessage().lines().findFirst().orElse("");
    if (text.startsWith("No magic bytes found")) {
      return "it does not end as a Parquet file does, so it was cut or is something else";
    }
    String quoted = "[\"']" + Pattern.quote(path.toString()) + "[\"']";
    String bare = text.replaceAll(" (in|of|at end of|while reading) file " + quoted, "");
    return DuckMessage.of(bare.replaceAll(quoted, "it")).text();
  }

  /** A row that does not fit, with its line where that is known. */
  static VarveException misfit(String unit, long number, RowProbe.Misfit misfit, Throwable cause) {
    return misfit
        .value()
        .map(value -> value(new Place(unit, number), misfit.column(), value, misfit.type(), cause))
        .orElseGet(() -> missing(new Place(unit, number), misfit.column(), cause));
  }

  /**
   * Where in a file.
   *
   * @param unit what {@code number} counts from 1, "line" or "row"
   */
  record Place(String unit, long number) {
    @Override
    public String toString() {
      return "%s %,d".formatted(unit, number);
    }
  }

  /** A value that is not of its column's type. */
  static VarveException value(
      Place place, String column, String value, String type, Throwable cause) {
    Map<String, String> details = new TreeMap<>();
    details.put(place.unit(), Long.toString(place.number()));
    details.put("column", column);
    details.put("value", shortened(value));
    details.put("type", type);
    return new VarveException(
        ErrorCode.INVALID_DATA,
        "%s: '%s' in column '%s' does not fit %s".formatted(place, shortened(value), column, type),
        "nothing was committed; correct the file and send it again",
        details,
        cause);
  }

  private static VarveException missing(Place place, String column, Throwable cause) {
    return new VarveException(
        ErrorCode.INVALID_DATA,
        "%s: column '%s' is required and has no value".formatted(place, column),
        "nothing was committed; correct the file and send it again",
        Map.of(place.unit(), Long.toString(place.number()), "column", column),
        cause);
  }

  /** A place where the file itself is malformed. */
  static VarveException line(long line, String why, Throwable cause) {
    return new VarveException(
        ErrorCode.INVALID_DATA,
        "line %,d: %s".formatted(line, why),
        "nothing was committed; correct the file and send it again",
        Map.of("line", Long.toString(line)),
        cause);
  }

  /** Whether the file, not the machine or a limit, is to blame. */
  static boolean blamesFile(VarveException e) {
    return e.code() == ErrorCode.INVALID_SQL || e.code() == ErrorCode.UNSUPPORTED;
  }

  private static String shortened(String value) {
    return value.length() <= MAX_VALUE_CHARS ? value : value.substring(0, MAX_VALUE_CHARS) + "…";
  }
}
