package dev.varve.engine.ingest;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.layout.TypeText;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A CSV file in the sense of RFC 4180, with any of four delimiters.
 *
 * <p>Types are found out from all rows, not from a sample, so that no later row can contradict. No
 * line is skipped and none is a comment: what is in the file is data.
 *
 * @param dialect DuckDB's arguments that say how the text is taken apart
 */
record CsvSource(Path path, String dialect, List<SourceColumn> columns) implements SourceFile {
  private static final Pattern LINE = Pattern.compile("CSV Error on Line: (\\d+)");
  private static final Pattern VALUE =
      Pattern.compile(
          "Error when converting column \"(.*?)\"\\. Could not convert string \"(.*?)\" to '([^']*)'",
          Pattern.DOTALL);
  private static final Pattern WIDTH =
      Pattern.compile("Expected Number of Columns: (\\d+) Found: (\\d+)");

  static CsvSource open(DuckSession session, Path path) throws IOException {
    CsvHeader header = CsvHeader.read(path);
    try {
      return sniffed(session, path, header);
    } catch (VarveException e) {
      throw unreadable(session, path, header, e);
    }
  }

  private static CsvSource sniffed(DuckSession session, Path path, CsvHeader header) {
    String sql =
        "SELECT HasHeader, DateFormat, TimestampFormat, c.name, c.type FROM (SELECT *, unnest("
            + "Columns) AS c FROM sniff_csv(%s, %s, sample_size = -1))"
                .formatted(SqlText.literal(path.toString()), header.dialect());
    return session.query(
        sql,
        rows -> {
          StringBuilder dialect = new StringBuilder(header.dialect());
          List<SourceColumn> columns = new ArrayList<>();
          while (rows.next()) {
            if (columns.isEmpty()) {
              dialect.append(", header = ").append(rows.getBoolean(1));
              format("dateformat", rows.getString(2)).ifPresent(dialect::append);
              format("timestampformat", rows.getString(3)).ifPresent(dialect::append);
            }
            columns.add(new SourceColumn(rows.getString(4), rows.getString(5)));
          }
          return new CsvSource(path, dialect.toString(), List.copyOf(columns));
        });
  }

  private static Optional<String> format(String argument, String format) {
    return Optional.ofNullable(format)
        .filter(text -> !text.isBlank())
        .map(text -> ", " + argument + " = " + SqlText.literal(text));
  }

  /** Reads the file once more, all as text, for the line that cannot be taken apart. */
  private static VarveException unreadable(
      DuckSession session, Path path, CsvHeader header, VarveException failure) {
    List<SourceColumn> columns =
        header.names().stream().map(name -> new SourceColumn(name, "VARCHAR")).toList();
    CsvSource text = new CsvSource(path, header.dialect() + ", header = true", columns);
    try {
      // Not a query: of a failing stream of rows the driver does not tell the reason.
      session.execute(
          "CREATE TEMP TABLE %s AS SELECT count(*) AS n FROM %s"
              .formatted(session.freshName("lines"), text.relation()));
      return SourceErrors.broken(FileFormat.CSV, SourceErrors.words(failure, path), failure);
    } catch (VarveException e) {
      return text.explain(e, new RowProbe(session, List.of()));
    }
  }

  @Override
  public String relation() {
    String types =
        columns.stream()
            .map(c -> SqlText.literal(c.name()) + ": " + SqlText.literal(c.duckType()))
            .collect(Collectors.joining(", ", "{", "}"));
    return "read_csv(%s, auto_detect = false, %s, columns = %s)"
        .formatted(SqlText.literal(path.toString()), dialect, types);
  }

  @Override
  public boolean guessesTypes() {
    return true;
  }

  /**
   * DuckDB's reader parses a column as the type that is wanted, and then names the line of a bad
   * value. It would round fractions to whole numbers and cut times off dates, though.
   */
  @Override
  public CsvSource reading(Map<String, String> types) {
    return new CsvSource(
        path,
        dialect,
        columns.stream()
            .map(c -> new SourceColumn(c.name(), type(c, types.get(c.name()))))
            .toList());
  }

  private static String type(SourceColumn column, String wanted) {
    if (wanted == null) {
      return column.duckType();
    }
    boolean exact = wanted.endsWith("INT") || wanted.equals("INTEGER") || wanted.startsWith("DEC");
    if (exact && column.duckType().equals("DOUBLE")) {
      return "VARCHAR";
    }
    boolean timed = wanted.equals("DATE") && column.duckType().equals("TIMESTAMP");
    return timed ? column.duckType() : wanted;
  }

  @Override
  public VarveException explain(VarveException failure, RowProbe rows) {
    if (!SourceErrors.blamesFile(failure)) {
      return failure;
    }
    String text = failure.getMessage();
    Matcher line = LINE.matcher(text);
    if (!line.find()) {
      return misfit(failure, rows);
    }
    long number = Long.parseLong(line.group(1));
    Matcher value = VALUE.matcher(text);
    if (value.find()) {
      return SourceErrors.value(
          new SourceErrors.Place("line", number),
          value.group(1),
          value.group(2),
          type(value.group(3)),
          failure);
    }
    return SourceErrors.line(number, reason(text), failure);
  }

  /** A value that could be read and does not fit the table. */
  private VarveException misfit(VarveException failure, RowProbe rows) {
    try {
      Optional<RowProbe.Misfit> misfit = rows.find(relation());
      if (misfit.isPresent()) {
        long header = dialect.contains("header = true") ? 1 : 0;
        long line = CsvLines.ofRecord(path, misfit.get().row() + header, columns.size() == 1);
        return SourceErrors.misfit("line", line, misfit.get(), failure);
      }
    } catch (IOException | VarveException e) {
      failure.addSuppressed(e);
    }
    return SourceErrors.broken(FileFormat.CSV, SourceErrors.words(failure, path), failure);
  }

  private static String type(String duckType) {
    return TypeText.print(TypeText.parse(duckType, new AtomicInteger()::incrementAndGet));
  }

  private static String reason(String text) {
    Matcher width = WIDTH.matcher(text);
    if (width.find()) {
      return "it has %s values, but the file has %s columns"
          .formatted(width.group(2), width.group(1));
    }
    if (text.contains("unterminated quote")) {
      return "a quoted value is not closed";
    }
    return text.lines()
        .skip(1)
        .filter(l -> !l.isBlank() && !l.startsWith("Original Line"))
        .findFirst()
        .orElse("it cannot be read");
  }
}
