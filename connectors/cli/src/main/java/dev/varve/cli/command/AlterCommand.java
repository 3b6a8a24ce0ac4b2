package dev.varve.cli.command;

import dev.varve.cli.text.Terminal;
import dev.varve.client.Alteration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code varve alter}. */
@Command(
    name = "alter",
    description =
        "Change the shape of a table: columns, key, layout and properties. Options may be repeated;"
            + " what they say is done in the order in which they stand, in one commit, or none of"
            + " it. No data file is rewritten.",
    footer = {
      "",
      "A field of a struct is named with dots: address.zip. A name stands in double quotes if it has",
      "an '=', a comma or, in --add, a space in it: --add '\"unit price\" double'. In --add a",
      "dot always leads to a field.",
      "",
      "Examples:",
      "  varve alter orders --add \"discount decimal(9,2)\" --after price",
      "  varve alter orders --rename price=list_price --widen quantity=bigint -m \"Tidy\"",
      "  varve alter orders --drop note --describe \"discount=Of the list price\" --optional city",
      "  varve alter orders --key order_id --partition-by \"day(ordered_at)\" --sort-by ordered_at",
      "  varve alter orders --no-key --move city --after street --branch experiment",
      "  varve alter orders --set write.parquet.compression-codec=zstd --unset owner"
    })
final class AlterCommand extends WriteCommand {
  private final AlterOptions changes = new AlterOptions();

  @Parameters(index = "0", paramLabel = "TABLE", description = "The table.")
  private String table;

  @Parameters(index = "1..*", hidden = true)
  private List<String> strays = new ArrayList<>();

  @Mixin private BranchOption branch = new BranchOption();

  private AlterCommand(Terminal terminal) {
    super(terminal);
  }

  static CommandLine line(Terminal terminal) {
    AlterCommand command = new AlterCommand(terminal);
    CommandLine line = new CommandLine(command);
    command.changes.addTo(line.getCommandSpec());
    return line;
  }

  @Override
  public Integer call() {
    if (!strays.isEmpty()) {
      throw new Usage(
          "cannot tell what '" + strays.get(0) + "' is for",
          "quote what has spaces in it: varve alter " + table + " --add \"discount decimal(9,2)\"");
    }
    List<Alteration> said = changes.alterations();
    if (said.isEmpty()) {
      throw new Usage(
          "no change to '" + table + "' is said",
          "for instance: varve alter " + table + " --add \"discount decimal(9,2)\"");
    }
    return report(repository().tables().alter(branch.name(), table, said, options()));
  }
}
