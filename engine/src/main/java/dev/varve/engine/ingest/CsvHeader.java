package dev.varve.engine.ingest;

import dev.varve.engine.sql.SqlText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The first record of a CSV file, which tells the delimiter: the one of comma, semicolon, tab and
 * bar that it has most of. DuckDB would try delimiters on all rows and, when one row is broken,
 * settle on none and call the file a single column.
 */
record CsvHeader(char delimiter, List<String> names) {
  private static final char[] DELIMITERS = {',', ';', '\t', '|'};
  private static final int MAX_CHARS = 1 << 20;

  /** How long a line may be. The reader holds sixteen of them for each thread. */
  private static final int MAX_LINE_BYTES = 2 << 20;

  static CsvHeader read(Path path) throws IOException {
    String record = firstRecord(path);
    char delimiter = ',';
    int most = 0;
    for (char candidate : DELIMITERS) {
      int count = split(record, candidate).size();
      if (count > most) {
        most = count;
        delimiter = candidate;
      }
    }
    return new CsvHeader(delimiter, unique(split(record, delimiter)));
  }

  /** DuckDB's arguments for the delimiter and all that is not to be found out. */
  String dialect() {
    return "delim = %s, quote = '\"', escape = '\"', comment = '', skip = 0, max_line_size = %d"
        .formatted(SqlText.literal(String.valueOf(delimiter)), MAX_LINE_BYTES);
  }

  private static String firstRecord(Path path) throws IOException {
    StringBuilder record = new StringBuilder();
    try (BufferedReader in = reader(path)) {
      boolean quoted = false;
      for (int c = in.read(); c >= 0 && record.length() < MAX_CHARS; c = in.read()) {
        if (c == '"') {
          quoted = !quoted;
        }
        if (!quoted && (c == '\n' || c == '\r')) {
          if (!record.isEmpty()) {
            break;
          }
        } else if (c != '\uFEFF') {
          record.append((char) c);
        }
      }
    }
    return record.toString();
  }

  private static BufferedReader reader(Path path) throws IOException {
    return new BufferedReader(
        new InputStreamReader(
            Files.newInputStream(path),
            StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPLACE)));
  }

  private static List<String> split(String record, char delimiter) {
    List<String> values = new ArrayList<>();
    StringBuilder value = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < record.length(); i++) {
      char c = record.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == delimiter && !quoted) {
        values.add(value.toString());
        value.setLength(0);
      } else {
        value.append(c);
      }
    }
    values.add(value.toString());
    return values;
  }

  private static List<String> unique(List<String> names) {
    List<String> unique = new ArrayList<>();
    for (String name : names) {
      String candidate = name;
      for (int i = 1; unique.stream().anyMatch(candidate::equalsIgnoreCase); i++) {
        candidate = name + "_" + i;
      }
      unique.add(candidate);
    }
    return unique;
  }
}
