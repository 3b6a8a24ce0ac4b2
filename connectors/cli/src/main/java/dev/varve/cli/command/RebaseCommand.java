package dev.varve.cli.command;

import dev.varve.cli.text.Quantity;
import dev.varve.cli.text.Terminal;
import dev.varve.client.Merges.Conflict;
import dev.varve.client.Merges.Prepared;
import dev.varve.client.Merges.Rebase;
import dev.varve.client.Merges.RebaseOutcome;
import dev.varve.client.Merges.RebaseStep;
import dev.varve.client.Merges.Run;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code varve rebase}. */
@Command(
    name = "rebase",
    description =
        "Do the commits of a branch again on top of another revision, and move the branch to the"
            + " last of them; all or nothing.",
    footer = {
      "",
      "Where the branch stood is in its reflog: varve reset BRANCH --to 'BRANCH@{1}' undoes it.",
      "",
      "Examples:",
      "  varve rebase experiment --onto main",
      "  varve rebase experiment --onto v1 --dry-run",
      "  varve rebase experiment --onto main --strategy theirs   (theirs: the branch's commits)",
      "  varve rebase experiment --onto main --prepare",
      "",
      "On a conflict nothing is changed and the exit code is 3; what it prints then is the command that",
      "keeps what was done. With --prepare the commits are done on",
      "a branch merge/N, and one that conflicts is kept there: see it with 'varve prepared conflicts',",
      "say who wins with 'resolve', go on with 'finish', and move the branch with 'publish'."
    })
final class RebaseCommand extends WriteCommand {
  @Parameters(paramLabel = "BRANCH", description = "The branch to rebase.")
  private String branch;

  @Option(
      names = "--onto",
      paramLabel = "REV",
      defaultValue = "main",
      description = "Where its commits go (default: main).")
  private String onto;

  @Option(
      names = {"--dry-run", "--dry"},
      description = "Tell what would be done, and do nothing.")
  private boolean dryRun;

  @Option(
      names = "--prepare",
      description = "Do it on a branch merge/N, to be looked at, resolved and published.")
  private boolean prepare;

  @Option(
      names = "--strategy",
      paramLabel = "[NAME=]SIDE",
      description =
          "Who wins where both changed a row differently: ours (what is there) or theirs (the"
              + " branch's commit); for a table or TABLE.COLUMN alone with its NAME.")
  private List<String> strategies = new ArrayList<>();

  @Option(
      names = "--rule",
      paramLabel = "NAME=SQL",
      description =
          "Compute a cell that both changed, of TABLE.COLUMN, from base, ours and theirs; or say of a"
              + " TABLE's row who wins such cells, 'ours' or 'theirs'.")
  private List<String> rules = new ArrayList<>();

  RebaseCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    if (dryRun && prepare) {
      throw new Usage("a dry run prepares nothing", "give --dry-run or --prepare");
    }
    Rebase rebase =
        repository()
            .merges()
            .rebase(
                branch,
                onto,
                dryRun ? Run.DRY : prepare ? Run.PREPARE : Run.REAL,
                options(),
                Settling.of(strategies, rules, 0, 20));
    boolean conflicted = rebase.outcome() == RebaseOutcome.CONFLICTED;
    if (json()) {
      printJson(rebase);
      return conflicted ? CONFLICT : OK;
    }
    rebase.steps().forEach(this::step);
    if (rebase.prepared().isPresent()) {
      prepared(rebase.prepared().get());
      return conflicted ? CONFLICT : OK;
    }
    if (conflicted) {
      terminal().err().println("error: cannot rebase '" + branch + "' onto '" + onto + "'");
      terminal()
          .err()
          .println("hint: nothing was changed; keep what is done and say who wins with");
      terminal().err().println("  " + keeping());
      return CONFLICT;
    }
    print(
        switch (rebase.outcome()) {
          case UP_TO_DATE -> "'" + branch + "' is on '" + onto + "' already; nothing to do";
          case FAST_FORWARDED ->
              "'" + branch + "' had no commits of its own; moved to '" + onto + "'";
          default ->
              "%s of '%s' now on '%s'"
                  .formatted(Quantity.of(rebase.steps().size(), "commit"), branch, onto);
        });
    if (dryRun) {
      print("dry run: nothing was changed");
    }
    return OK;
  }

  /** The same rebase, to be kept where it conflicts. */
  private String keeping() {
    List<String> words = new ArrayList<>(List.of("varve", "rebase", branch, "--onto", onto));
    strategies.forEach(strategy -> words.addAll(List.of("--strategy", strategy)));
    rules.forEach(rule -> words.addAll(List.of("--rule", rule)));
    words.add("--prepare");
    return Shell.line(words);
  }

  private void prepared(Prepared prepared) {
    String name = prepared.name();
    if (prepared.conflicts().isEmpty()) {
      print("prepared as '%s'; '%s' has not moved".formatted(name, branch));
      print("  publish it:  varve prepared publish " + name);
      print("  or give up:  varve prepared abandon " + name);
      return;
    }
    prepared
        .rebase()
        .ifPresent(
            at ->
                print(
                    "stopped at commit %d of %d, kept as '%s'; '%s' has not moved"
                        .formatted(at.step(), at.steps(), name, branch)));
    print("  list conflicts:  varve prepared conflicts " + name);
    print("  say who wins:    varve prepared resolve " + name + " TABLE --take ours|theirs");
    print("  go on:           varve prepared finish " + name);
    print("  or give up:      varve prepared abandon " + name);
  }

  private void step(RebaseStep step) {
    String from = style().yellow(step.original().shortId());
    String to =
        step.made()
            .map(commit -> style().yellow(commit.shortId()))
            .orElse(step.conflicts().isEmpty() ? "is there already" : style().red("conflicts"));
    print("  " + from + " → " + to + "  " + step.original().subject());
    for (Conflict conflict : step.conflicts()) {
      terminal().err().println("  " + conflict.table() + ": " + conflict.message());
      conflict.hint().ifPresent(hint -> terminal().err().println("    hint: " + hint));
    }
  }
}
