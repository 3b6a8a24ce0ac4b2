package dev.varve.cli.command;

import dev.varve.cli.text.Quantity;
import dev.varve.cli.text.Terminal;
import dev.varve.client.Merges.OpenConflict;
import dev.varve.client.Merges.Outcome;
import dev.varve.client.Merges.Prepared;
import dev.varve.client.Merges.Publication;
import dev.varve.client.Merges.Published;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code varve prepared}: merges that wait to be published. */
final class PreparedCommands {
  private PreparedCommands() {}

  @Command(
      name = "list",
      description = "List the merges that wait to be published.",
      footer = {"", "Examples:", "  varve prepared list"})
  static final class ListAll extends ListCommand {
    ListAll(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return list(
          repository().merges().prepared(),
          table("NAME", "VERB", "FROM", "INTO", "STATE", "COMMIT", "TIME"),
          it ->
              List.of(
                  it.name(),
                  it.verb(),
                  it.from(),
                  it.into(),
                  it.state(),
                  it.commit().shortId(),
                  Times.text(it.commit().time())));
    }
  }

  @Command(
      name = "show",
      description = "Show a merge that waits to be published.",
      footer = {
        "",
        "Examples:",
        "  varve prepared show merge/1",
        "  varve diff main merge/1 --rows"
      })
  static final class Show extends ClientCommand {
    @Parameters(paramLabel = "NAME", description = "The prepared merge, such as merge/1.")
    private String name;

    Show(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Prepared prepared = repository().merges().prepared(name);
      if (json()) {
        return printJson(prepared);
      }
      new CommitText(style()).lines(prepared.commit()).forEach(this::print);
      print(
          "%s '%s' into '%s': %s"
              .formatted(prepared.verb(), prepared.from(), prepared.into(), prepared.state()));
      if (SparkJob.isWaitedFor(prepared)) {
        print("  merge it: " + SparkJob.command(repository(), name));
        print("  or here:  varve prepared finish " + name + " --on server");
      }
      return OK;
    }
  }

  @Command(
      name = "publish",
      description =
          "Move the branch to exactly the prepared commit. If the branch has moved since, it is"
              + " prepared again and nothing is published; if the branch has all of it by now, it is"
              + " given up.",
      footer = {
        "",
        "Examples:",
        "  varve prepared publish merge/1",
        "",
        "The exit code is 3 if it was prepared again: look at it and publish again."
      })
  static final class Publish extends WriteCommand {
    @Parameters(paramLabel = "NAME", description = "The prepared merge, such as merge/1.")
    private String name;

    Publish(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Publication publication = repository().merges().publish(name, options());
      boolean again = publication.outcome() == Published.PREPARED_AGAIN;
      if (json()) {
        printJson(publication);
      } else if (publication.outcome() == Published.UP_TO_DATE) {
        print("'%s' has it all already; '%s' was given up".formatted(publication.into(), name));
      } else if (!again) {
        publication.commit().ifPresent(commit -> print(commitLine(publication.into(), commit)));
      } else {
        terminal()
            .err()
            .println(
                "'%s' moved: nothing was published, and '%s' was prepared again on top"
                        .formatted(publication.into(), name)
                    + (conflicted(publication) ? ", and is in conflict with it" : ""));
        terminal()
            .err()
            .println(
                conflicted(publication)
                    ? conflicts()
                    : "hint: look at it with 'varve diff %s %s', then publish again"
                        .formatted(publication.into(), name));
      }
      return again ? CONFLICT : OK;
    }

    private static boolean conflicted(Publication publication) {
      return publication.merge().filter(it -> it.outcome() == Outcome.CONFLICTED).isPresent();
    }

    private String conflicts() {
      long open =
          repository().merges().conflicts(name).stream().mapToLong(OpenConflict::open).sum();
      return "hint: list %s with 'varve prepared conflicts %s', say who wins with 'varve prepared resolve %2$s', then 'varve prepared finish %2$s' and publish again"
          .formatted(
              open == 0 ? "what was said of them" : Quantity.of(open, "open conflict"), name);
    }
  }

  @Command(
      name = "abandon",
      description = "Forget a prepared merge. The branch is not concerned; the reflog keeps it.",
      footer = {
        "",
        "Examples:",
        "  varve prepared abandon merge/1",
        "  varve branch create merge/1 --from 'merge/1@{1}'   (bring it back)"
      })
  static final class Abandon extends WriteCommand {
    @Parameters(paramLabel = "NAME", description = "The prepared merge, such as merge/1.")
    private String name;

    Abandon(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Prepared prepared = repository().merges().abandon(name, options());
      if (json()) {
        return printJson(prepared);
      }
      print("gave up '" + name + "', which was at " + prepared.commit().shortId());
      return OK;
    }
  }
}
