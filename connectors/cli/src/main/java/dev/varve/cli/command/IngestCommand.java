package dev.varve.cli.command;

import dev.varve.cli.text.Quantity;
import dev.varve.cli.text.Terminal;
import dev.varve.client.RemoteRepository;
import dev.varve.client.Tables;
import dev.varve.client.Upload;
import dev.varve.client.WriteResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve ingest}. */
@Command(
    name = "ingest",
    description =
        "Add the rows of a file to a table. A table that is not there is created with the file's"
            + " schema. One commit; a file that cannot be read to its end changes nothing.",
    footer = {
      "",
      "Examples:",
      "  varve ingest flights flights-2001-01.parquet --message \"January 2001\"",
      "  varve ingest flights more.csv --branch experiment --mode append",
      "  varve ingest sales.orders orders.jsonl --key id --mode upsert",
      "  varve ingest flights flights.parquet --partition-by 'month(date)' --sort-by origin",
      "  curl -s https://example.org/orders.csv | varve ingest sales.orders - --format csv"
    })
final class IngestCommand extends WriteCommand {
  /** The names that the server knows its formats by, and {@code auto} to look at the bytes. */
  enum Format {
    auto,
    parquet,
    csv,
    json,
    jsonl,
    arrow
  }

  /** What to do with the rows that are there. */
  enum Mode {
    append,
    overwrite,
    upsert
  }

  private static final Map<String, Format> SUFFIXES =
      Map.of(
          "parquet", Format.parquet,
          "csv", Format.csv,
          "tsv", Format.csv,
          "json", Format.json,
          "jsonl", Format.jsonl,
          "ndjson", Format.jsonl,
          "arrow", Format.arrow,
          "arrows", Format.arrow);

  @Parameters(index = "0", paramLabel = "TABLE", description = "The table, as name or ns.name.")
  private String table;

  @Parameters(index = "1", paramLabel = "FILE", description = "The file; - for standard input.")
  private String file;

  @Option(
      names = {"-f", "--format"},
      description = "${COMPLETION-CANDIDATES}; by default after the file's name or first bytes.")
  private Format format;

  @Option(
      names = "--mode",
      defaultValue = "append",
      description =
          "${COMPLETION-CANDIDATES} (default: append); upsert replaces rows by key, but for columns"
              + " that the file does not have: they keep their values.")
  private Mode mode;

  @Mixin private LayoutOptions layout = new LayoutOptions();
  @Mixin private BranchOption branch = new BranchOption();

  IngestCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    Upload upload = upload();
    RemoteRepository repository = repository();
    ProgressLine progress = new ProgressLine(terminal(), table, upload.size());
    WriteResult result;
    try {
      result =
          repository
              .tables()
              .ingest(
                  branch.name(),
                  table,
                  upload,
                  Tables.Mode.valueOf(mode.name().toUpperCase(Locale.ROOT)),
                  layout.layout(),
                  options(),
                  progress);
    } finally {
      progress.clear();
    }
    return report(result, summary(result));
  }

  private Upload upload() {
    if (file.equals("-")) {
      return Upload.stream(terminal().in(), (format == null ? Format.auto : format).name());
    }
    try {
      return Upload.file(Path.of(file), (format == null ? bySuffix() : format).name());
    } catch (IOException e) {
      throw new Usage("cannot read '" + file + "': " + e.getMessage(), "");
    }
  }

  private Format bySuffix() {
    String name = file.toLowerCase(Locale.ROOT);
    for (String packed : List.of(".gz", ".zst")) {
      name = name.endsWith(packed) ? name.substring(0, name.length() - packed.length()) : name;
    }
    return SUFFIXES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), Format.auto);
  }

  private static String summary(WriteResult result) {
    StringBuilder text = new StringBuilder();
    text.append(result.created() ? "created with " : "");
    text.append(Quantity.of(result.rows().orElse(0L), "row"));
    result.files().ifPresent(files -> text.append(" in ").append(Quantity.of(files, "file")));
    result.bytes().ifPresent(bytes -> text.append(" (").append(Quantity.bytes(bytes)).append(')'));
    return text.toString();
  }
}
