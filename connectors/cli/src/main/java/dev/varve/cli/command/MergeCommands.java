package dev.varve.cli.command;

import dev.varve.cli.text.Quantity;
import dev.varve.cli.text.Terminal;
import dev.varve.client.Merges;
import dev.varve.client.Merges.Conflict;
import dev.varve.client.Merges.Mode;
import dev.varve.client.Merges.Outcome;
import dev.varve.client.Merges.Report;
import dev.varve.client.Merges.Run;
import dev.varve.client.Merges.TableMerge;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve merge}, {@code revert} and {@code cherry-pick}. */
final class MergeCommands {
  private MergeCommands() {}

  /** What the three have in common: they can be tried, and can meet conflicts. */
  @Command
  abstract static class Joining extends WriteCommand {
    @Option(
        names = {"--dry-run", "--dry"},
        description = "Tell what would be done, and do nothing.")
    private boolean dryRun;

    Joining(Terminal terminal) {
      super(terminal);
    }

    Run run() {
      return dryRun ? Run.DRY : Run.REAL;
    }

    /**
     * Prints what came of it.
     *
     * @param action what was asked for, to go behind 'cannot'
     */
    int outcome(Report report, String branch, String action) {
      boolean conflicted = report.outcome() == Outcome.CONFLICTED;
      if (json()) {
        printJson(report);
        return conflicted ? CONFLICT : OK;
      }
      if (conflicted) {
        conflicts(report, action);
        return CONFLICT;
      }
      if (report.outcome() == Outcome.UP_TO_DATE) {
        print("'" + branch + "' has it all already; nothing to do");
        return OK;
      }
      report.tables().forEach(this::table);
      if (dryRun) {
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
        conflict.hint().ifPresent(hint -> terminal().err().println("    hint: " + hint));
      }
      if (report.conflicts().stream().allMatch(conflict -> conflict.hint().isEmpty())) {
        terminal().err().println("hint: nothing was changed");
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
        "  varve merge experiment --into main --squash -m \"Clean up delays\"",
        "",
        "On a conflict nothing is changed and the exit code is 3."
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
          merges.merge(from, into, how.mode(), run(), options()),
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
        "  varve revert main --mainline 1            (undo a merge)"
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
          repository()
              .merges()
              .revert(commit, branch.name(), Optional.ofNullable(mainline), run(), options()),
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
        "  varve cherry-pick 3f2a91c0 --onto main --dry-run"
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
          repository()
              .merges()
              .cherryPick(commit, onto, Optional.ofNullable(mainline), run(), options()),
          onto,
          "cherry-pick '" + commit + "' onto '" + onto + "'");
    }
  }
}
