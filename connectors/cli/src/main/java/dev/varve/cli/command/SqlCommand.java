package dev.varve.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.cli.text.Quantity;
import dev.varve.cli.text.Style;
import dev.varve.cli.text.Terminal;
import dev.varve.cli.text.TextTable;
import dev.varve.client.Queries;
import dev.varve.client.Queries.Query;
import dev.varve.client.Queries.Rows;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve sql}. */
@Command(
    name = "sql",
    description = "Run a query. It reads the tables of one revision, and cannot change anything.",
    footer = {
      "",
      "Examples:",
      "  varve sql \"SELECT origin, avg(delay) FROM flights GROUP BY 1\"",
      "  varve sql \"SELECT count(*) FROM flights\" --ref experiment",
      "  varve sql \"SELECT count(*) FROM flights AT (VERSION => 'v1')\"",
      "  varve sql \"FROM flights\" --format parquet --out flights.parquet",
      "  varve sql --file report.sql --format csv > report.csv",
      "  echo \"SELECT 42\" | varve sql"
    })
final class SqlCommand extends ClientCommand {
  /** The formats of a result. */
  enum Format {
    table,
    json,
    jsonl,
    csv,
    arrow,
    parquet;

    boolean binary() {
      return this == arrow || this == parquet;
    }
  }

  private static final int BLOCK = 1000;

  @Parameters(
      arity = "0..1",
      paramLabel = "QUERY",
      description = "The query; read from standard input if it is left out.")
  private String query;

  @Option(
      names = {"-i", "--file"},
      paramLabel = "FILE",
      description = "A file that holds the query.")
  private Path file;

  @Option(
      names = {"-f", "--format"},
      description = "${COMPLETION-CANDIDATES} (default: after the --out file's name, else table).")
  private Format format;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "Write the result to a file, which appears when it is whole.")
  private Path out;

  @Option(
      names = "--max-rows",
      paramLabel = "N",
      description = "Cut the result after so many rows (default: the server's limit).")
  private Long maxRows;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Give up after so long (default: the server's limit).")
  private Long timeout;

  @Mixin private RefOption ref = new RefOption();

  SqlCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws IOException {
    Format wanted = wanted();
    Query asked =
        new Query(
            sql(), ref.revision(), Optional.ofNullable(maxRows), Optional.ofNullable(timeout));
    if (wanted.binary() && out == null && terminal().outColumns().isPresent()) {
      throw new Usage(
          "a terminal cannot show " + wanted.name(), "give a file with --out, or redirect");
    }
    Queries queries = repository().queries();
    if (out != null) {
      toFile(queries, asked, wanted);
    } else if (wanted == Format.table) {
      try (Rows rows = queries.run(asked)) {
        printTable(rows);
      }
    } else {
      try (InputStream bytes = queries.stream(asked, wire(wanted))) {
        bytes.transferTo(terminal().out());
      }
      if (wanted == Format.json) {
        print("");
      }
    }
    return OK;
  }

  private Format wanted() {
    if (format != null) {
      return format;
    }
    if (json()) {
      return Format.json;
    }
    return out == null ? Format.table : named(String.valueOf(out.getFileName()));
  }

  /** The format that a file's name says; a name that says another is not given a table. */
  private static Format named(String file) {
    int dot = file.lastIndexOf('.');
    String suffix = file.substring(dot + 1).toLowerCase(Locale.ROOT);
    if (dot < 0 || suffix.equals("txt")) {
      return Format.table;
    }
    return Arrays.stream(Format.values())
        .filter(format -> format.name().equals(suffix))
        .findFirst()
        .orElseThrow(
            () ->
                new Usage(
                    "cannot tell the format from the name '" + file + "'",
                    "say it with --format, one of "
                        + Arrays.stream(Format.values())
                            .map(Format::name)
                            .collect(Collectors.joining(", "))));
  }

  private static Queries.Format wire(Format wanted) {
    return Queries.Format.valueOf(wanted.name().toUpperCase(Locale.ROOT));
  }

  private String sql() throws IOException {
    if (query != null && file != null) {
      throw new Usage("the query is given twice", "give it as an argument or with --file");
    }
    String text = query;
    if (file != null) {
      if (!Files.isReadable(file)) {
        throw new Usage("cannot read '" + file + "'", "");
      }
      text = Files.readString(file);
    } else if (query == null || query.equals("-")) {
      text = new String(terminal().in().readAllBytes(), StandardCharsets.UTF_8);
    }
    if (text.isBlank()) {
      throw new Usage("there is no query", "for instance: varve sql \"SELECT 42\"");
    }
    return text;
  }

  // Written beside its place and moved there when whole, so that no half result is taken for one.
  private void toFile(Queries queries, Query asked, Format wanted) throws IOException {
    Path target = out.toAbsolutePath();
    if (!Files.isDirectory(target.getParent())) {
      throw new Usage("there is no directory '" + target.getParent() + "'", "");
    }
    Path partial =
        target.resolveSibling(
            "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    partial.toFile().deleteOnExit();
    try {
      if (wanted == Format.table) {
        try (Rows rows = queries.run(asked)) {
          Files.write(partial, textTable(rows));
        }
      } else {
        try (InputStream bytes = queries.stream(asked, wire(wanted));
            OutputStream sink = Files.newOutputStream(partial)) {
          bytes.transferTo(sink);
        }
      }
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private List<String> textTable(Rows rows) {
    TextTable table = tableFor(rows, Optional.empty());
    rows.forEachRemaining(row -> table.add(cells(rows, row)));
    return table.lines();
  }

  /** A row as people read it: with a space between a day and its time. */
  private static List<String> cells(Rows rows, List<JsonNode> row) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      String text = text(row.get(i));
      boolean moment = rows.columns().get(i).type().startsWith("TIMESTAMP");
      cells.add(moment ? text.replaceFirst("(?<=\\d)T", " ") : text);
    }
    return cells;
  }

  private void printTable(Rows rows) {
    TextTable table = tableFor(rows, terminal().outColumns());
    long count = 0;
    while (rows.hasNext()) {
      List<JsonNode> row = rows.next();
      table.add(cells(rows, row));
      count++;
      if (table.pending() >= BLOCK) {
        print(table);
      }
    }
    if (count == 0 || table.pending() > 0) {
      print(table);
    }
    print(
        style()
            .dim("(" + Quantity.of(count, "row") + (rows.truncated() ? "; there are more)" : ")")));
  }

  private TextTable tableFor(Rows rows, Optional<Integer> columns) {
    return new TextTable(
        rows.columns().stream().map(Queries.Column::name).toList(),
        rows.columns().stream().map(column -> SqlTypes.align(column.type())).toList(),
        out == null ? style() : Style.PLAIN,
        columns);
  }
}
