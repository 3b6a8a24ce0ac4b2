package dev.varve.cli.command;

import dev.varve.cli.text.Terminal;
import dev.varve.client.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that change a table's rows or the table as a whole. */
final class ChangeCommands {
  private ChangeCommands() {}

  @Command(
      name = "create",
      description = "Make a table from the result of a query.",
      footer = {
        "",
        "Examples:",
        "  varve create late --as \"SELECT * FROM flights WHERE delay > 60\"",
        "  varve create table late as \"SELECT * FROM flights WHERE delay > 60\" --branch exp",
        "  varve create daily --as \"SELECT date, count(*) AS n FROM flights GROUP BY 1\" --key date"
      })
  static final class Create extends WriteCommand {
    @Parameters(
        arity = "1..*",
        paramLabel = "TABLE",
        description = "The new table; 'table NAME as SELECT …' is understood as well.")
    private String[] words;

    @Option(names = "--as", paramLabel = "SQL", description = "The query.")
    private String query;

    @Option(
        names = {"-r", "--ref"},
        paramLabel = "REV",
        description = "The revision whose tables the query reads (default: the branch).")
    private String ref;

    @Mixin private LayoutOptions layout = new LayoutOptions();
    @Mixin private BranchOption branch = new BranchOption();

    Create(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Words typed = Words.of(words).without("table");
      String name = typed.first();
      String sql = query == null ? typed.rest().after("as") : query;
      if (sql.isEmpty() || (query != null && !typed.rest().isEmpty())) {
        throw new Usage(
            "a new table needs one name and one query",
            "for instance: varve create " + name + " --as \"SELECT * FROM flights\"");
      }
      String from = ref == null ? branch.name() : ref;
      return report(
          repository()
              .tables()
              .createAs(branch.name(), name, sql, from, layout.layout(), options()));
    }
  }

  @Command(
      name = "delete",
      description = "Remove the rows for which a condition is true.",
      footer = {
        "",
        "Examples:",
        "  varve delete flights --where \"delay < -90\" --branch experiment",
        "  varve delete flights --where true        (all rows)"
      })
  static final class Delete extends WriteCommand {
    @Parameters(paramLabel = "TABLE", description = "The table.")
    private String table;

    @Option(
        names = "--where",
        required = true,
        paramLabel = "SQL",
        description = "The condition; 'true' for all rows.")
    private String where;

    @Mixin private BranchOption branch = new BranchOption();

    Delete(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return report(repository().tables().deleteRows(branch.name(), table, where, options()));
    }
  }

  @Command(
      name = "update",
      description = "Set columns of the rows for which a condition is true.",
      footer = {
        "",
        "Examples:",
        "  varve update flights --set \"delay = delay - 5\" --where \"origin = 'ORD'\"",
        "  varve update flights --set delay=0 --set \"note='reset'\" --where true"
      })
  static final class Update extends WriteCommand {
    @Parameters(paramLabel = "TABLE", description = "The table.")
    private String table;

    @Option(
        names = "--set",
        required = true,
        paramLabel = "COLUMN=SQL",
        description = "A column and the expression for its new value; repeatable.")
    private List<String> set = new ArrayList<>();

    @Option(
        names = "--where",
        required = true,
        paramLabel = "SQL",
        description = "The condition; 'true' for all rows.")
    private String where;

    @Mixin private BranchOption branch = new BranchOption();

    Update(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      WriteResult result =
          repository().tables().updateRows(branch.name(), table, assignments(), where, options());
      return report(result, figures(result, "updated"));
    }

    private SortedMap<String, String> assignments() {
      SortedMap<String, String> assignments = new TreeMap<>();
      for (String text : set) {
        int sign = text.indexOf('=');
        if (sign < 1) {
          throw new Usage(
              "cannot read '--set " + text + "'", "write COLUMN=EXPRESSION, such as --set delay=0");
        }
        String column = text.substring(0, sign).strip();
        if (assignments.put(column, text.substring(sign + 1).strip()) != null) {
          throw new Usage("column '" + column + "' is set twice", "set each column once");
        }
      }
      return assignments;
    }
  }

  @Command(
      name = "drop",
      description = "Drop a table from a branch. Other branches and the history keep it.",
      footer = {"", "Examples:", "  varve drop late --branch experiment"})
  static final class Drop extends WriteCommand {
    @Parameters(arity = "1..2", paramLabel = "TABLE", description = "The table.")
    private String[] words;

    @Mixin private BranchOption branch = new BranchOption();

    Drop(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Words typed = Words.of(words).without("table");
      if (!typed.rest().isEmpty()) {
        throw new Usage("one table at a time", "for instance: varve drop " + typed.first());
      }
      return report(repository().tables().drop(branch.name(), typed.first(), options()), "dropped");
    }
  }

  @Command(
      name = "rename",
      description = "Give a table another name; its history goes on.",
      footer = {
        "",
        "Examples:",
        "  varve rename late delayed",
        "  varve rename late archive.late -b experiment"
      })
  static final class Rename extends WriteCommand {
    @Parameters(arity = "2..4", paramLabel = "TABLE TO", description = "The table; its new name.")
    private String[] words;

    @Mixin private BranchOption branch = new BranchOption();

    Rename(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Words typed = words.length > 2 ? Words.of(words).without("table") : Words.of(words);
      Words target = typed.rest().size() > 1 ? typed.rest().without("to") : typed.rest();
      if (target.size() != 1) {
        throw new Usage("a rename needs two names", "for instance: varve rename late delayed");
      }
      return report(
          repository().tables().rename(branch.name(), typed.first(), target.first(), options()),
          "renamed from '" + typed.first() + "'");
    }
  }
}
