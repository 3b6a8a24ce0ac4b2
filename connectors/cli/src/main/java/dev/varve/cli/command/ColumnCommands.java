package dev.varve.cli.command;

import dev.varve.cli.text.Terminal;
import dev.varve.client.Alteration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The subcommands of {@code varve column}. No data file is rewritten by any of them. */
final class ColumnCommands {
  private ColumnCommands() {}

  /** A change of one column. */
  @Command
  abstract static class Change extends WriteCommand {
    @Parameters(index = "0", paramLabel = "TABLE", description = "The table.")
    private String table;

    @Parameters(
        index = "1",
        paramLabel = "COLUMN",
        description = "The column; with dots for a field of a struct.")
    private String column;

    @Mixin private BranchOption branch = new BranchOption();

    Change(Terminal terminal) {
      super(terminal);
    }

    abstract Alteration change(String name);

    @Override
    public Integer call() {
      return report(
          repository().tables().alter(branch.name(), table, List.of(change(column)), options()));
    }
  }

  @Command(
      name = "add",
      description = "Add a column; rows that are there have no value in it.",
      footer = {
        "",
        "Examples:",
        "  varve column add flights carrier string",
        "  varve column add flights fare 'decimal(9,2)' --after delay --doc 'in USD'"
      })
  static final class Add extends Change {
    @Parameters(index = "2", paramLabel = "TYPE", description = "An SQL or Iceberg type.")
    private String type;

    @Option(names = "--after", paramLabel = "COLUMN", description = "Put it behind this one.")
    private String after;

    @Option(names = "--doc", paramLabel = "TEXT", description = "What it holds.")
    private String doc;

    Add(Terminal terminal) {
      super(terminal);
    }

    @Override
    Alteration change(String name) {
      return new Alteration.AddColumn(
          name, type, Optional.ofNullable(after), Optional.ofNullable(doc));
    }
  }

  @Command(
      name = "rename",
      description = "Give a column another name.",
      footer = {"", "Examples:", "  varve column rename flights delay delay_minutes"})
  static final class Rename extends Change {
    @Parameters(index = "2", paramLabel = "NEW", description = "Its new name.")
    private String to;

    Rename(Terminal terminal) {
      super(terminal);
    }

    @Override
    Alteration change(String name) {
      return new Alteration.RenameColumn(name, to);
    }
  }

  @Command(
      name = "drop",
      description = "Drop a column; older commits still have it.",
      footer = {"", "Examples:", "  varve column drop flights note"})
  static final class Drop extends Change {
    Drop(Terminal terminal) {
      super(terminal);
    }

    @Override
    Alteration change(String name) {
      return new Alteration.DropColumn(name);
    }
  }

  @Command(
      name = "widen",
      description = "Give a column a wider type: int to long, float to double, a longer decimal.",
      footer = {"", "Examples:", "  varve column widen flights distance long"})
  static final class Widen extends Change {
    @Parameters(index = "2", paramLabel = "TYPE", description = "The wider type.")
    private String type;

    Widen(Terminal terminal) {
      super(terminal);
    }

    @Override
    Alteration change(String name) {
      return new Alteration.WidenColumn(name, type);
    }
  }

  @Command(
      name = "move",
      description = "Give a column another place among the columns: the first, or behind another.",
      footer = {
        "",
        "Examples:",
        "  varve column move flights carrier",
        "  varve column move flights fare --after delay"
      })
  static final class Move extends Change {
    @Option(
        names = "--after",
        paramLabel = "COLUMN",
        description = "Put it behind this one instead of first.")
    private String after;

    Move(Terminal terminal) {
      super(terminal);
    }

    @Override
    Alteration change(String name) {
      return new Alteration.MoveColumn(name, Optional.ofNullable(after));
    }
  }
}
