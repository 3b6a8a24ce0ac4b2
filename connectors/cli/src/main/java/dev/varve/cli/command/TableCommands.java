package dev.varve.cli.command;

import dev.varve.cli.text.Quantity;
import dev.varve.cli.text.Terminal;
import dev.varve.cli.text.TextTable;
import dev.varve.client.Tables;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that look at tables: {@code varve tables}, {@code schema} and {@code files}. */
final class TableCommands {
  private TableCommands() {}

  @Command(
      name = "tables",
      description = "List the tables.",
      footer = {
        "",
        "Examples:",
        "  varve tables",
        "  varve tables --ref v1",
        "  varve tables --namespace sales"
      })
  static final class ListAll extends ListCommand {
    @Option(names = "--namespace", paramLabel = "NAME", description = "Only its tables.")
    private String namespace;

    @Mixin private RefOption ref = new RefOption();

    ListAll(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return list(
          repository().tables().list(ref.revision(), Optional.ofNullable(namespace)),
          table("NAME", "TYPE", "ROWS|", "FILES|", "SIZE|"),
          ListAll::cells);
    }

    private static List<String> cells(Tables.Summary table) {
      return List.of(
          table.name(),
          table.type(),
          table.rows().map(Quantity::count).orElse(""),
          table.files().map(Quantity::count).orElse(""),
          table.bytes().map(Quantity::bytes).orElse(""));
    }
  }

  @Command(
      name = "schema",
      description = "Show a table's columns, key, partitioning and order.",
      footer = {
        "",
        "Examples:",
        "  varve schema flights",
        "  varve schema flights --ref v1 --json"
      })
  static final class Schema extends ClientCommand {
    @Parameters(paramLabel = "TABLE", description = "The table.")
    private String name;

    @Mixin private RefOption ref = new RefOption();

    Schema(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Tables.Details details = repository().tables().load(name, ref.revision());
      if (json()) {
        return printJson(details);
      }
      TextTable columns = table("ID|", "COLUMN", "TYPE", "NOTES");
      details
          .schema()
          .fields()
          .forEach(
              field ->
                  columns.add(List.of("" + field.id(), field.name(), field.type(), notes(field))));
      print(columns);
      line("key", details.key());
      line("partition by", details.partitionBy());
      line("sort by", details.sortBy());
      return OK;
    }

    private static String notes(Tables.Field field) {
      String required = field.required() ? "required" : "";
      return field.doc().map(doc -> (required + " " + doc).strip()).orElse(required);
    }

    private void line(String title, List<String> values) {
      if (!values.isEmpty()) {
        print(style().bold(title) + "  " + String.join(", ", values));
      }
    }
  }

  @Command(
      name = "files",
      description = "List the files of a table.",
      footer = {"", "Examples:", "  varve files flights", "  varve files flights --ref main~1"})
  static final class Files extends ListCommand {
    @Parameters(paramLabel = "TABLE", description = "The table.")
    private String name;

    @Mixin private RefOption ref = new RefOption();

    Files(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return list(
          repository().tables().files(name, ref.revision()),
          table("CONTENT", "ROWS|", "SIZE|", "PARTITION", "PATH"),
          Files::cells);
    }

    private static List<String> cells(Tables.DataFile file) {
      return List.of(
          file.content(),
          Quantity.count(file.rows()),
          Quantity.bytes(file.bytes()),
          file.partition().orElse(""),
          file.path());
    }
  }
}
