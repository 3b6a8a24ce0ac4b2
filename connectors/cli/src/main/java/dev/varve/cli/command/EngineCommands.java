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

/** The commands that show what Iceberg engines leave: {@code varve metrics} and {@code views}. */
final class EngineCommands {
  private EngineCommands() {}

  @Command(
      name = "metrics",
      description = "Show what engines reported of a table's scans and commits, the newest first.",
      footer = {"", "Examples:", "  varve metrics sales.orders", "  varve metrics flights --json"})
  static final class Metrics extends ClientCommand {
    @Parameters(paramLabel = "TABLE", description = "The table.")
    private String name;

    @Mixin private RefOption ref = new RefOption();

    Metrics(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Tables.Reports reports = repository().tables().reports(name, ref.revision());
      if (json()) {
        return printJson(reports);
      }
      TextTable table = table("TIME", "ENGINE", "REF", "KIND", "FILES|", "SIZE|", "MS|", "FILTER");
      reports.items().forEach(report -> table.add(cells(report)));
      print(table);
      return OK;
    }

    private static List<String> cells(Tables.Report report) {
      return List.of(
          report.time(),
          report.engine(),
          report.ref(),
          report.kind().replace("-report", ""),
          report.files().map(Quantity::count).orElse(""),
          report.bytes().map(Quantity::bytes).orElse(""),
          report.millis().map(Quantity::count).orElse(""),
          report.report().path("filter").isMissingNode()
              ? ""
              : report.report().path("filter").toString());
    }
  }

  @Command(
      name = "views",
      description = "List the views, which engines keep beside the tables.",
      footer = {"", "Examples:", "  varve views", "  varve views --ref v1 --json"})
  static final class Views extends ListCommand {
    @Option(names = "--namespace", paramLabel = "NAME", description = "Only its views.")
    private String namespace;

    @Mixin private RefOption ref = new RefOption();

    Views(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return list(
          repository().tables().views(ref.revision(), Optional.ofNullable(namespace)),
          table("NAME", "DIALECT", "SQL"),
          Views::cells);
    }

    private static List<String> cells(Tables.View view) {
      Optional<Tables.ViewText> first = view.texts().stream().findFirst();
      return List.of(
          view.name(),
          first.map(Tables.ViewText::dialect).orElse(""),
          first.map(text -> text.sql().replaceAll("\\s+", " ").strip()).orElse(""));
    }
  }
}
