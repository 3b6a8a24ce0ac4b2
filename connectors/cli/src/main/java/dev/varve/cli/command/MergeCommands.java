package dev.varve.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.cli.text.Quantity;
import dev.varve.cli.text.Terminal;
import dev.varve.cli.text.TextTable;
import dev.varve.client.Merges;
import dev.varve.client.Merges.Conflict;
import dev.varve.client.Merges.ConflictOptions;
import dev.varve.client.Merges.Mode;
import dev.varve.client.Merges.Outcome;
import dev.varve.client.Merges.Prepared;
import dev.varve.client.Merges.Report;
import dev.varve.client.Merges.RowConflict;
import dev.varve.client.Merges.RowConflicts;
import dev.varve.client.Merges.RowWork;
import dev.varve.client.Merges.Run;
import dev.varve.client.Merges.TableMerge;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve merge}, {@code revert} and {@code cherry-pick}. */
final class MergeCommands {
  private MergeCommands() {}

  /** A key in short: its value, or name and value of each column. */
  private static String key(JsonNode key) {
    List<String> parts = new ArrayList<>();
    key.properties()
        .forEach(
            field -> {
              String value =
                  field.getValue().isTextual()
                      ? field.getValue().asText()
                      : field.getValue().toString();
              parts.add(field.getKey() + "=" + value);
            });
    return String.join(", ", parts);
  }

  /** Whether rows are left to another engine, which is no disagreement. */
  private static boolean isElsewhere(Conflict conflict) {
    return conflict.code().equals("rows-elsewhere");
  }

  /** What the three have in common: they can be tried, and can meet conflicts. */
  @Command
  abstract static class Joining extends WriteCommand {
    @Option(
        names = {"--dry-run", "--dry"},
        description = "Tell what would be done, and do nothing.")
    private boolean dryRun;

    @Option(
        names = "--prepare",
        description =
            "Make the commit on a branch of its own, merge/N, that can be read as any revision;"
                + " publish it with 'varve prepared publish merge/N'.")
    private boolean prepare;

    @Option(
        names = "--explain",
        description =
            "Tell per table at which level it was decided, and what was read and written; at the"
                + " level 'files' only key columns are read. Spliced are files that were put"
                + " together of both sides' columns; only columns that both changed were written.")
    private boolean explain;

    @Option(
        names = "--strategy",
        paramLabel = "[NAME=]SIDE",
        description =
            "Who wins where both sides changed a row differently: ours or theirs. With the NAME of"
                + " a table, or of a column as TABLE.COLUMN, for these alone. May be repeated.")
    private List<String> strategies = new ArrayList<>();

    @Option(
        names = "--rule",
        paramLabel = "NAME=SQL",
        description =
            "Compute a cell that both sides changed, of the column TABLE.COLUMN, from the structs"
                + " base, ours and theirs; or for a TABLE say who wins such cells of a row, 'ours' or"
                + " 'theirs'. With --on spark, in SQL that Spark reads as well. May be repeated.")
    private List<String> rules = new ArrayList<>();

    @Option(
        names = "--conflicts",
        paramLabel = "N",
        defaultValue = "20",
        description = "How many conflicts of each table to list (default: 20).")
    private int listed;

    @Option(
        names = "--skip-conflicts",
        paramLabel = "N",
        defaultValue = "0",
        description = "How many conflicts of each table to skip before those.")
    private long skipped;

    @Option(
        names = "--on",
        paramLabel = "ENGINE",
        description =
            "Who compares rows, where that is needed: 'server', whatever their size; or 'spark',"
                + " for which the merge is prepared. Without it the server does up to its setting"
                + " merge.rows.")
    private Optional<Engine> engine = Optional.empty();

    ConflictOptions conflictOptions() {
      ConflictOptions options = Settling.of(strategies, rules, skipped, listed);
      return engine.map(it -> it.with(options)).orElse(options);
    }

    /** Runs it; what is left to Spark is prepared for it. */
    Report report(Function<Run, Report> verb) {
      Report report = verb.apply(run());
      boolean left =
          engine.filter(Engine.spark::equals).isPresent()
              && report.conflicts().stream().anyMatch(MergeCommands::isElsewhere);
      return left && run() == Run.REAL ? verb.apply(Run.PREPARE) : report;
    }

    Joining(Terminal terminal) {
      super(terminal);
    }

    Run run() {
      if (dryRun && prepare) {
        throw new Usage("a dry run prepares nothing", "give --dry-run or --prepare");
      }
      return dryRun ? Run.DRY : prepare ? Run.PREPARE : Run.REAL;
    }

    /**
     * Prints what came of it.
     *
     * @param action what was asked for, to go behind 'cannot'
     */
    int outcome(Report report, String branch, String action) {
      boolean conflicted = report.outcome() == Outcome.CONFLICTED;
      if (conflicted && !json() && isForSpark(report)) {
        report.prepared().ifPresent(this::kept);
        return CONFLICT;
      }
      if (json()) {
        printJson(report);
        return conflicted ? CONFLICT : OK;
      }
      if (conflicted) {
        conflicts(report, action);
        if (explain) {
          explain(report);
        }
        report.prepared().ifPresent(this::kept);
        return CONFLICT;
      }
      if (report.outcome() == Outcome.UP_TO_DATE) {
        print("'" + branch + "' has it all already; nothing to do");
        return OK;
      }
      report.tables().forEach(this::table);
      if (explain) {
        explain(report);
      }
      if (report.prepared().isPresent()) {
        prepared(report.prepared().get());
      } else if (dryRun) {
        print("dry run: '" + branch + "' would be " + verb(report) + "; nothing was changed");
      } else if (report.outcome() == Outcome.FAST_FORWARDED) {
        String at =
            report.commit().map(commit -> " to " + style().yellow(commit.shortId())).orElse("");
        print("fast-forwarded '" + branch + "'" + at);
      } else {
        report.commit().ifPresent(commit -> print(commitLine(branch, commit)));
      }
      return OK;
    }

    private static boolean isForSpark(Report report) {
      return report.prepared().isPresent()
          && report.conflicts().stream().allMatch(MergeCommands::isElsewhere);
    }

    private void kept(Prepared prepared) {
      String name = prepared.name();
      if (SparkJob.isWaitedFor(prepared)) {
        print("prepared as '%s' for Spark; '%s' has not moved".formatted(name, prepared.into()));
        print("  merge it:    " + SparkJob.command(repository(), name));
        print("  or here:     varve prepared finish " + name + " --on server");
        print("  or give up:  varve prepared abandon " + name);
        return;
      }
      print("the conflicts are kept as '%s'; '%s' has not moved".formatted(name, prepared.into()));
      print("  list them:     varve prepared conflicts " + name);
      print("  say who wins:  varve prepared resolve " + name + " TABLE --take ours|theirs");
      print("  then:          varve prepared finish " + name);
    }

    private void prepared(Prepared prepared) {
      print(commitLine(prepared.name(), prepared.commit()));
      print("prepared as '%s'; '%s' has not moved".formatted(prepared.name(), prepared.into()));
      print("  look at it:  varve diff %s %s --rows".formatted(prepared.into(), prepared.name()));
      print("  publish it:  varve prepared publish " + prepared.name());
      print("  or give up:  varve prepared abandon " + prepared.name());
    }

    private static String verb(Report report) {
      return report.outcome() == Outcome.FAST_FORWARDED ? "fast-forwarded" : "given a new commit";
    }

    private void table(TableMerge table) {
      print(
          "  "
              + table.table()
              + ": "
              + table.detail().orElse(table.action() + " (" + table.level() + ")"));
    }

    private void explain(Report report) {
      List<String> headings =
          List.of(
              "table",
              "level",
              "base files|",
              "ours|",
              "theirs|",
              "rows read|",
              "changed|",
              "rows written|",
              "removed|",
              "files added|",
              "removed|",
              "spliced|");
      TextTable table = table(headings.toArray(String[]::new));
      for (TableMerge merged : report.tables()) {
        Optional<RowWork> rows = merged.rows();
        table.add(
            List.of(
                merged.table(),
                merged.level(),
                count(rows.map(RowWork::baseFiles)),
                count(rows.map(RowWork::oursFiles)),
                count(rows.map(RowWork::theirsFiles)),
                count(rows.map(RowWork::rowsRead)),
                count(rows.map(RowWork::rowsChanged)),
                count(rows.map(RowWork::rowsWritten)),
                count(rows.map(RowWork::rowsRemoved)),
                count(Optional.of(merged.filesAdded())),
                count(Optional.of(merged.filesRemoved())),
                count(rows.map(RowWork::filesSpliced))));
      }
      List<String> unknown = Collections.nCopies(headings.size() - 2, "-");
      report.conflicts().stream()
          .map(Conflict::table)
          .distinct()
          .forEach(
              name ->
                  table.add(Stream.concat(Stream.of(name, "conflict"), unknown.stream()).toList()));
      print(table);
    }

    private static String count(Optional<Long> number) {
      return number.map(it -> String.format(Locale.ROOT, "%,d", it)).orElse("-");
    }

    private void rows(RowConflicts rows) {
      TextTable table = table("key", "column", "base", "ours", "theirs", "what happened");
      for (RowConflict row : rows.items()) {
        // A cell without a value is null; a row without one is not there.
        String none = row.column().isPresent() ? "null" : "-";
        table.add(
            List.of(
                row.key().map(MergeCommands::key).orElse("(row)"),
                row.column().orElse("(row)"),
                text(row.base(), row.kind().startsWith("added") ? "-" : none),
                text(row.ours(), none),
                text(row.theirs(), none),
                row.kind().replace('-', ' ')));
      }
      table.lines().forEach(line -> terminal().err().println("    " + line));
      long more = rows.count() - skipped - rows.items().size();
      if (more > 0) {
        terminal()
            .err()
            .println(
                "    and %,d more; list them with --skip-conflicts %d"
                    .formatted(more, skipped + rows.items().size()));
      }
    }

    private static String text(Optional<JsonNode> value, String none) {
      return value.map(it -> it.isTextual() ? it.asText() : it.toString()).orElse(none);
    }

    private void conflicts(Report report, String action) {
      terminal()
          .err()
          .println(
              "error: cannot "
                  + action
                  + ": "
                  + Quantity.of(report.conflicts().size(), "conflict"));
      for (Conflict conflict : report.conflicts()) {
        terminal().err().println("  " + conflict.table() + ": " + conflict.message());
        conflict.changedBy().ifPresent(it -> terminal().err().println("    " + it));
        if (explain) {
          conflict.sides().forEach(side -> terminal().err().println("    " + side));
        }
        conflict.rows().ifPresent(this::rows);
        conflict.hint().ifPresent(hint -> terminal().err().println("    hint: " + hint));
      }
      if (report.conflicts().stream().allMatch(conflict -> conflict.hint().isEmpty())) {
        terminal().err().println("hint: nothing was changed");
      }
      if (run() != Run.PREPARE) {
        terminal()
            .err()
            .println(
                "hint: to keep the conflicts and say who wins, give the same command with --prepare"
                    + (run() == Run.DRY ? " in place of --dry-run" : ""));
      }
    }
  }

  @Command(
      name = "merge",
      description =
          "Bring what happened on one branch into another: by fast-forward where possible, else by"
              + " a commit with two parents.",
      footer = {
        "",
        "Examples:",
        "  varve merge experiment --into main",
        "  varve merge experiment --into main --dry-run",
        "  varve merge experiment --into main --prepare   (read 'merge/1', then publish it)",
        "  varve merge experiment --into main --squash -m \"Clean up delays\"",
        "  varve merge experiment --into main --strategy flights=theirs",
        "  varve merge experiment --into main --on spark  (prepared for a Spark job)",
        "  varve merge experiment --into main --rule "
            + "'flights.seen=greatest(ours.seen, theirs.seen)'",
        "  varve merge experiment --into main --rule "
            + "\"flights=if(ours.at > theirs.at, 'ours', 'theirs')\"",
        "",
        "On a conflict nothing is changed and the exit code is 3. Strategies and rules are for rows of",
        "one table; in a table without a row key a side's rows are taken as a whole. With --prepare",
        "conflicts of all kinds are kept, and answered one by one."
      })
  static final class Merge extends Joining {
    @Parameters(paramLabel = "FROM", description = "The branch or other revision to merge.")
    private String from;

    @Option(
        names = {"--into", "-b", "--branch"},
        paramLabel = "BRANCH",
        defaultValue = "main",
        description = "The branch to merge into (default: main).")
    private String into;

    @ArgGroup private How how = new How();

    static final class How {
      @Option(names = "--no-ff", description = "Make a merge commit in any case.")
      private boolean noFastForward;

      @Option(names = "--ff-only", description = "Fast-forward, or do nothing.")
      private boolean fastForwardOnly;

      @Option(names = "--squash", description = "Make one ordinary commit of all changes.")
      private boolean squash;

      Mode mode() {
        return noFastForward
            ? Mode.NO_FF
            : fastForwardOnly ? Mode.FF_ONLY : squash ? Mode.SQUASH : Mode.AUTO;
      }
    }

    Merge(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Merges merges = repository().merges();
      return outcome(
          report(run -> merges.merge(from, into, how.mode(), run, options(), conflictOptions())),
          into,
          "merge '" + from + "' into '" + into + "'");
    }
  }

  @Command(
      name = "revert",
      description = "Undo one commit with a new one, and keep the commits after it.",
      footer = {
        "",
        "Examples:",
        "  varve revert main~1",
        "  varve revert 3f2a91c0 --branch experiment -m \"January was loaded twice\"",
        "  varve revert main --mainline 1            (undo a merge)",
        "",
        "Where rows were changed again since, 'ours' is the branch as it is, and 'theirs' the table",
        "without the commit: 'removed in theirs' is a row that undoing the commit would remove. In a",
        "table without a row key '--strategy theirs' goes back to before the commit, and what was done",
        "to the table's rows since is lost too."
      })
  static final class Revert extends Joining {
    @Parameters(paramLabel = "COMMIT", description = "The commit to undo.")
    private String commit;

    @Option(
        names = "--mainline",
        paramLabel = "N",
        description = "For a merge commit: the parent, from 1, whose state to go back to.")
    private Long mainline;

    @Mixin private BranchOption branch = new BranchOption();

    Revert(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return outcome(
          report(
              run ->
                  repository()
                      .merges()
                      .revert(
                          commit,
                          branch.name(),
                          Optional.ofNullable(mainline),
                          run,
                          options(),
                          conflictOptions())),
          branch.name(),
          "revert '" + commit + "' on '" + branch.name() + "'");
    }
  }

  @Command(
      name = "cherry-pick",
      description = "Repeat one commit's change on another branch.",
      footer = {
        "",
        "Examples:",
        "  varve cherry-pick experiment --onto main",
        "  varve cherry-pick 3f2a91c0 --onto main --dry-run",
        "",
        "In conflicts 'ours' is the branch, and 'theirs' the picked commit."
      })
  static final class CherryPick extends Joining {
    @Parameters(paramLabel = "COMMIT", description = "The commit to repeat.")
    private String commit;

    @Option(
        names = {"--onto", "-b", "--branch"},
        paramLabel = "BRANCH",
        defaultValue = "main",
        description = "The branch that gets the change (default: main).")
    private String onto;

    @Option(
        names = "--mainline",
        paramLabel = "N",
        description = "For a merge commit: the parent, from 1, to compare it with.")
    private Long mainline;

    CherryPick(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return outcome(
          report(
              run ->
                  repository()
                      .merges()
                      .cherryPick(
                          commit,
                          onto,
                          Optional.ofNullable(mainline),
                          run,
                          options(),
                          conflictOptions())),
          onto,
          "cherry-pick '" + commit + "' onto '" + onto + "'");
    }
  }
}
