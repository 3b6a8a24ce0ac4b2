package dev.varve.cli.command;

import dev.varve.cli.text.Terminal;
import dev.varve.client.Alteration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The subcommands of {@code varve table}. No data file is rewritten by any of them. */
final class LayoutCommands {
  private LayoutCommands() {}

  /** A change of a table's layout: a list that takes the place of the one before. */
  @Command
  abstract static class Change extends WriteCommand {
    @Parameters(index = "0", paramLabel = "TABLE", description = "The table.")
    private String table;

    @Option(names = "--none", description = "Instead of a list: take away what there is.")
    private boolean none;

    @Mixin private BranchOption branch = new BranchOption();
    @Spec private CommandSpec spec;

    Change(Terminal terminal) {
      super(terminal);
    }

    abstract List<String> list();

    abstract Alteration change(List<String> list);

    @Override
    public Integer call() {
      if (list().isEmpty() != none) {
        throw new ParameterException(
            spec.commandLine(),
            none ? "give a list or --none, not both" : "give a list, or --none for none");
      }
      return report(
          repository().tables().alter(branch.name(), table, List.of(change(list())), options()));
    }
  }

  @Command(
      name = "set-key",
      description = "Say which columns name a row (Iceberg's identifier fields).",
      footer = {
        "",
        "Merges and diffs of what is changed from then on compare rows by key, cell by cell. The",
        "columns are required from then on: every row must have values in them, and no two the same,",
        "for which they are read.",
        "",
        "Examples:",
        "  varve table set-key flights carrier number",
        "  varve table set-key flights --none"
      })
  static final class SetKey extends Change {
    @Parameters(index = "1..*", paramLabel = "COLUMN", description = "The columns.")
    private List<String> columns = new ArrayList<>();

    SetKey(Terminal terminal) {
      super(terminal);
    }

    @Override
    List<String> list() {
      return columns;
    }

    @Override
    Alteration change(List<String> list) {
      return new Alteration.SetKey(list);
    }
  }

  @Command(
      name = "partition-by",
      description = "Say how new files are partitioned; those that are there stay as they are.",
      footer = {
        "",
        "Examples:",
        "  varve table partition-by flights 'month(date)' 'bucket(16, carrier)'",
        "  varve table partition-by flights --none"
      })
  static final class PartitionBy extends Change {
    @Parameters(
        index = "1..*",
        paramLabel = "TRANSFORM",
        description =
            "Iceberg transforms: a column, year(c), month(c), day(c), hour(c),"
                + " bucket(n, c) or truncate(n, c).")
    private List<String> transforms = new ArrayList<>();

    PartitionBy(Terminal terminal) {
      super(terminal);
    }

    @Override
    List<String> list() {
      return transforms;
    }

    @Override
    Alteration change(List<String> list) {
      return new Alteration.PartitionBy(list);
    }
  }

  @Command(
      name = "sort-by",
      description = "Say how rows are sorted in new files; those that are there stay as they are.",
      footer = {
        "",
        "Examples:",
        "  varve table sort-by flights origin 'date desc'",
        "  varve table sort-by flights --none"
      })
  static final class SortBy extends Change {
    @Parameters(
        index = "1..*",
        paramLabel = "COLUMN",
        description = "Columns, each with 'asc' or 'desc' if wanted.")
    private List<String> columns = new ArrayList<>();

    SortBy(Terminal terminal) {
      super(terminal);
    }

    @Override
    List<String> list() {
      return columns;
    }

    @Override
    Alteration change(List<String> list) {
      return new Alteration.SortBy(list);
    }
  }
}
