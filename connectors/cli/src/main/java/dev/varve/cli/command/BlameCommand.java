package dev.varve.cli.command;

import dev.varve.cli.text.Terminal;
import dev.varve.cli.text.TextTable;
import dev.varve.client.History.Blame;
import dev.varve.client.History.BlamedCell;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve blame}. */
@Command(
    name = "blame",
    description =
        "Show which commit last wrote each cell of a row. Reads only data files that changed and"
            + " can hold the key.",
    footer = {
      "",
      "Examples:",
      "  varve blame airports --key ORD",
      "  varve blame prices --key item=17 --key day=2026-11-01 --ref experiment",
      "",
      "See all that happened to the row with: varve log TABLE --key KEY"
    })
final class BlameCommand extends ClientCommand {
  @Parameters(paramLabel = "TABLE", description = "The table; it has a row key.")
  private String table;

  @Option(
      names = "--key",
      required = true,
      paramLabel = "[COLUMN=]VALUE",
      description = "The row's key; once for each column of the table's key.")
  private List<String> key = new ArrayList<>();

  @Mixin private RefOption ref = new RefOption();

  BlameCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    Blame blame = repository().history().blame(ref.revision(), table, key);
    if (json()) {
      return printJson(blame);
    }
    TextTable lines = table("column", "value", "commit", "time", "who", "what");
    for (BlamedCell cell : blame.cells()) {
      lines.add(
          List.of(
              cell.column(),
              text(cell.value()),
              cell.commit().shortId(),
              Times.text(cell.commit().time()),
              cell.commit().author(),
              cell.commit().subject()));
    }
    print(lines);
    return OK;
  }
}
