package dev.varve.engine.ingest;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.layout.ColumnNames;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The formats that files of rows come in. */
public enum FileFormat {
  PARQUET("parquet"),
  CSV("csv"),
  /** One JSON array of objects. */
  JSON("json"),
  /** One JSON object per line. */
  JSON_LINES("jsonl"),
  /** Arrow IPC, as a file or as a stream. */
  ARROW("arrow");

  private final String text;

  FileFormat(String text) {
    this.text = text;
  }

  /** The name that requests use. */
  public String text() {
    return text;
  }

  /**
   * Reads the name of a format.
   *
   * @throws VarveException if there is none of this name
   */
  public static FileFormat parse(String name) {
    String wanted = name.strip().toLowerCase(Locale.ROOT);
    if (wanted.equals("ndjson")) {
      return JSON_LINES;
    }
    List<String> names = Arrays.stream(values()).map(FileFormat::text).toList();
    return Arrays.stream(values())
        .filter(format -> format.text.equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new VarveException(
                    ErrorCode.INVALID_REQUEST,
                    "there is no format '" + name + "'",
                    "the formats are " + ColumnNames.quoted(names)));
  }
}
