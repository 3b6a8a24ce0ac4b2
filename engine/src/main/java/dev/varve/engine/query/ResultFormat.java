package dev.varve.engine.query;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.util.Arrays;
import java.util.Locale;

/** How the rows of a result are written. */
public enum ResultFormat {
  /** One object: {@code {"columns":[{"name","type"}],"rows":[[…]],"truncated":false}}. */
  JSON("application/json"),
  /** One object for each row, each on a line. */
  JSONL("application/x-ndjson"),
  /** A header and a line for each row, as RFC 4180 has it. */
  CSV("text/csv; charset=utf-8"),
  /** Arrow's IPC stream. */
  ARROW("application/vnd.apache.arrow.stream"),
  /** A Parquet file. */
  PARQUET("application/vnd.apache.parquet");

  private final String mediaType;

  ResultFormat(String mediaType) {
    this.mediaType = mediaType;
  }

  public String mediaType() {
    return mediaType;
  }

  /** The name on the wire, such as {@code jsonl}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the name, in either case.
   *
   * @throws VarveException if there is no such format
   */
  public static ResultFormat parse(String text) {
    return Arrays.stream(values())
        .filter(format -> format.text().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new VarveException(
                    ErrorCode.INVALID_REQUEST,
                    "there is no result format '%s'".formatted(text),
                    "use json, jsonl, csv, arrow or parquet"));
  }
}
