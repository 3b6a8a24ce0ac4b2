package dev.varve.cli.command;

import dev.varve.cli.text.Terminal;
import dev.varve.client.History;
import dev.varve.client.History.CommitChanges;
import dev.varve.client.History.DiffQuery;
import dev.varve.client.History.ReflogEntry;
import dev.varve.client.Listing;
import dev.varve.client.RemoteRepository;
import dev.varve.client.TableChange;
import dev.varve.client.VarveException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve show}, {@code diff} and {@code reflog}. */
final class HistoryCommands {
  private HistoryCommands() {}

  @Command(
      name = "show",
      description = "Show a commit and what it changed.",
      footer = {"", "Examples:", "  varve show", "  varve show main~1", "  varve show 3f2a91c0"})
  static final class Show extends ClientCommand {
    @Parameters(
        arity = "0..1",
        paramLabel = "COMMIT",
        defaultValue = "main",
        description = "A revision (default: main).")
    private String commit;

    Show(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      CommitChanges shown = repository().history().show(commit);
      if (json()) {
        return printJson(shown);
      }
      new CommitText(style()).lines(shown.commit()).forEach(this::print);
      if (!shown.changes().isEmpty()) {
        print("");
      }
      ChangeText text = new ChangeText(terminal(), 0);
      shown.changes().forEach(change -> text.lines(change).forEach(this::print));
      return OK;
    }
  }

  @Command(
      name = "diff",
      description = "Show what differs between two revisions, table by table.",
      footer = {
        "",
        "Examples:",
        "  varve diff main experiment",
        "  varve diff v1 main --table flights --rows              (before → after, per cell)",
        "  varve diff v1 main --table flights --rows --skip-rows 100",
        "  varve diff v1 main --rows --on spark                   (for a Spark job)",
        "  varve diff main~1 main --json"
      })
  static final class Diff extends ListCommand {
    @Parameters(index = "0", paramLabel = "FROM", description = "The revision before.")
    private String from;

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "TO",
        defaultValue = "main",
        description = "The revision after (default: main).")
    private String to;

    @Option(names = "--table", paramLabel = "TABLE", description = "Only this table.")
    private String table;

    @Option(
        names = "--rows",
        description = "Show the rows that differ, and per column how many changed.")
    private boolean rows;

    @Option(
        names = "--skip-rows",
        paramLabel = "N",
        defaultValue = "0",
        description = "With --rows: how many rows of each table to skip.")
    private long skippedRows;

    @Option(
        names = "--on",
        paramLabel = "ENGINE",
        description =
            "With --rows: who compares rows, 'server' (the default) or 'spark': then it says per"
                + " table how to submit the job, which gives the rows as lines of JSON.")
    private Engine engine = Engine.server;

    Diff(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      if (engine == Engine.spark && (!rows || skippedRows > 0)) {
        throw new Usage(
            "Spark compares rows, all of them", "give --rows with --on spark, and no --skip-rows");
      }
      boolean here = rows && engine == Engine.server;
      DiffQuery query =
          new DiffQuery(
              from,
              to,
              Optional.ofNullable(table),
              here ? History.RowDetail.ROWS : History.RowDetail.COUNTS,
              skippedRows);
      RemoteRepository repository = repository();
      Listing.Page<TableChange> changes = read(repository.history().diff(query));
      if (engine == Engine.spark && !changes.items().isEmpty()) {
        return jobs(repository, changes);
      }
      if (json()) {
        return printJson(new TreeMap<>(Map.of("from", from, "to", to)), changes);
      }
      if (changes.items().isEmpty()) {
        requireTable(repository);
        print("no difference between '" + from + "' and '" + to + "'");
      }
      ChangeText text = new ChangeText(terminal(), skippedRows);
      changes.items().forEach(change -> text.lines(change).forEach(this::print));
      return OK;
    }

    /** Says how to compare the rows of each table that differs in its files. */
    private int jobs(RemoteRepository repository, Listing.Page<TableChange> changes) {
      List<SparkDiff> jobs =
          changes.items().stream()
              .filter(change -> change.type().filter(type -> !type.equals("table")).isEmpty())
              .filter(change -> change.filesAdded() + change.filesRemoved() > 0)
              .map(change -> SparkDiff.of(repository, from, to, change))
              .toList();
      if (json()) {
        return printJson(
            new TreeMap<>(Map.of("from", from, "to", to)),
            new Listing.Page<>(jobs.stream().map(SparkDiff::fields).toList(), changes.next()));
      }
      if (jobs.isEmpty()) {
        print("no rows differ between '" + from + "' and '" + to + "'");
      }
      for (SparkDiff job : jobs) {
        print(job.table() + ":");
        print(
            job.command()
                .map(command -> "  compare it: " + command)
                .orElse("  all rows are " + job.kind() + ", with the table"));
      }
      return OK;
    }

    /**
     * A table, and the command that submits the job which compares its rows.
     *
     * @param command empty if only one side has the table
     */
    private record SparkDiff(String table, String kind, Optional<String> command) {
      /** For the JSON form, which has no command where there is none. */
      private Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>(Map.of("table", table));
        fields.put("kind", kind);
        command.ifPresent(text -> fields.put("command", text));
        return fields;
      }

      static SparkDiff of(RemoteRepository repository, String from, String to, TableChange change) {
        boolean both = !change.kind().equals("added") && !change.kind().equals("removed");
        return new SparkDiff(
            change.table(),
            change.kind(),
            both
                ? Optional.of(SparkJob.diff(repository, from, to, change.table(), change.from()))
                : Optional.empty());
      }
    }

    /** A table that neither side has does not differ, but was not meant. */
    private void requireTable(RemoteRepository repository) {
      if (table == null) {
        return;
      }
      try {
        repository.tables().load(table, from);
      } catch (VarveException e) {
        if (!e.code().equals("table-not-found")) {
          throw e;
        }
        repository.tables().load(table, to);
      }
    }
  }

  @Command(
      name = "reflog",
      description = "Show where a branch or tag stood, newest first; deleted ones as well.",
      footer = {
        "",
        "Examples:",
        "  varve reflog main",
        "  varve reset main --to 'main@{1}'                      (undo its last step)",
        "  varve branch create experiment --ref 'experiment@{1}' (bring it back)"
      })
  static final class Reflog extends ListCommand {
    @Parameters(
        arity = "0..1",
        paramLabel = "REF",
        defaultValue = "main",
        description = "The branch or tag (default: main).")
    private String ref;

    Reflog(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return list(
          repository().history().reflog(ref),
          table("STEP", "BEFORE", "AFTER", "TIME", "WHO", "WHY"),
          this::cells);
    }

    private List<String> cells(ReflogEntry entry) {
      return List.of(
          ref + "@{" + entry.index() + "}",
          entry.before().map(RefText::shortId).orElse("-"),
          entry.after().map(RefText::shortId).orElse("-"),
          Times.text(entry.when()),
          entry.who(),
          entry.why());
    }
  }
}
