package dev.varve.engine.ingest;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds places in CSV files, counted in lines from 1; a quoted value may hold line breaks. */
final class CsvLines {
  private CsvLines() {}

  /**
   * The line on which a record starts.
   *
   * @param record counted from 1, a header included
   * @param emptyLines whether an empty line is a record, as in a file of one column
   * @return the record's number if the file has fewer records
   */
  static long ofRecord(Path path, long record, boolean emptyLines) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      long line = 1;
      long start = 1;
      long seen = 0;
      boolean quoted = false;
      boolean empty = true;
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (c == '\n' && !quoted) {
          seen += empty && !emptyLines ? 0 : 1;
          if (seen == record) {
            return start;
          }
          start = line + 1;
          empty = true;
        } else if (c != '\r') {
          empty = false;
        }
        quoted ^= c == '"';
        line += c == '\n' ? 1 : 0;
      }
      return !empty && seen + 1 == record ? start : record;
    }
  }
}
