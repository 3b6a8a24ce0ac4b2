package dev.varve.cli.command;

import dev.varve.cli.text.Quantity;
import dev.varve.cli.text.Terminal;
import dev.varve.client.History;
import dev.varve.client.History.BisectQuery;
import dev.varve.client.History.BisectStep;
import dev.varve.client.History.Bisection;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code varve bisect}. */
@Command(
    name = "bisect",
    description =
        "Find the commit that broke a check, by halving: among a thousand commits the check runs a"
            + " dozen times.",
    footer = {
      "",
      "The check is a query that gives one boolean: true where all is well. Commits within merged",
      "branches are found too; --first-parent looks only at what the branch was.",
      "",
      "Examples:",
      "  varve bisect --good v1 --bad main --sql \"SELECT count(*) = 0 FROM t WHERE price < 0\"",
      "  varve bisect --good main~100 --sql \"SELECT count(*) > 1000 FROM flights\""
    })
final class BisectCommand extends ClientCommand {
  @Option(
      names = "--good",
      required = true,
      paramLabel = "REV",
      description = "A revision where the check held.")
  private String good;

  @Option(
      names = "--bad",
      paramLabel = "REV",
      defaultValue = "main",
      description = "A later revision where it does not hold (default: main).")
  private String bad;

  @Option(
      names = "--sql",
      required = true,
      paramLabel = "SQL",
      description = "A query that gives one boolean: true where all is well.")
  private String sql;

  @Option(
      names = "--first-parent",
      description = "Take what was merged as one step, and do not look into it.")
  private boolean firstParent;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "When to give up a query; the server's limit by default.")
  private Long timeout;

  BisectCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    Bisection found =
        repository()
            .history()
            .bisect(
                new BisectQuery(
                    good,
                    bad,
                    sql,
                    firstParent ? History.Parents.FIRST : History.Parents.ALL,
                    Optional.ofNullable(timeout)),
                step -> {
                  if (!json()) {
                    print(line(step));
                  }
                });
    if (json()) {
      return printJson(found);
    }
    print("");
    print("the first bad commit, found with " + (found.steps().size() + " queries") + ":");
    List<String> lines = new CommitText(style()).lines(found.firstBad());
    lines.forEach(this::print);
    return OK;
  }

  private String line(BisectStep step) {
    return "%s  %s  %s (%s left)"
        .formatted(
            step.holds() ? style().green("good") : style().red("bad "),
            style().yellow(step.commit().shortId()),
            step.commit().subject(),
            Quantity.of(step.suspects(), "suspect"));
  }
}
