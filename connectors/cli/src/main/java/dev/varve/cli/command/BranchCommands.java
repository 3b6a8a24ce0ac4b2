package dev.varve.cli.command;

import dev.varve.cli.text.Terminal;
import dev.varve.client.Ref;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The subcommands of {@code varve branch}, and {@code varve reset}. */
final class BranchCommands {
  private BranchCommands() {}

  @Command(
      name = "create",
      description = "Make a branch. Nothing is copied.",
      footer = {
        "",
        "Examples:",
        "  varve branch create experiment",
        "  varve branch create hotfix --ref v1",
        "  varve branch create rescued --ref 'experiment@{1}'   (a deleted branch)"
      })
  static final class Create extends WriteCommand {
    @Parameters(paramLabel = "NAME", description = "The new branch.")
    private String name;

    @Mixin private RefOption from = new RefOption();

    Create(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Ref ref = repository().branches().create(name, from.revision(), options());
      return json() ? printJson(ref) : RefText.print(this, "created branch", ref);
    }
  }

  @Command(
      name = "list",
      aliases = "ls",
      description = "List the branches.",
      footer = {
        "",
        "Examples:",
        "  varve branch list",
        "  varve branch list --prefix team/ --json"
      })
  static final class ListAll extends ListCommand {
    @Option(names = "--prefix", paramLabel = "TEXT", description = "Only names that start so.")
    private String prefix = "";

    ListAll(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return list(repository().branches().list(prefix), RefText.table(this), RefText::cells);
    }
  }

  @Command(
      name = "delete",
      aliases = "rm",
      description = "Delete a branch. Its reflog stays: 'NAME@{1}' still names its last commit.",
      footer = {"", "Examples:", "  varve branch delete experiment"})
  static final class Delete extends ClientCommand {
    @Parameters(paramLabel = "NAME", description = "The branch to delete.")
    private String name;

    @Option(
        names = "--expected",
        paramLabel = "ID",
        description = "Delete it only if it stands at this commit.")
    private String expected;

    @Mixin private AuthorOption author = new AuthorOption();

    Delete(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Ref stood =
          repository()
              .branches()
              .delete(name, Optional.ofNullable(expected), author.name(terminal()));
      return RefText.deleted(this, "branch", stood);
    }
  }

  @Command(
      name = "rename",
      aliases = "mv",
      description = "Give a branch another name.",
      footer = {"", "Examples:", "  varve branch rename experiment cleanup"})
  static final class Rename extends ClientCommand {
    @Parameters(index = "0", paramLabel = "OLD", description = "The branch.")
    private String from;

    @Parameters(index = "1", paramLabel = "NEW", description = "Its new name.")
    private String to;

    @Mixin private AuthorOption author = new AuthorOption();

    Rename(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Ref ref = repository().branches().rename(from, to, author.name(terminal()));
      return json() ? printJson(ref) : RefText.print(this, "renamed '" + from + "' to", ref);
    }
  }

  @Command(
      name = "reset",
      description =
          "Move a branch to any revision. What it named before stays in its reflog, from which it"
              + " can be brought back.",
      footer = {
        "",
        "Examples:",
        "  varve reset main --to main~1",
        "  varve reset main --to 'main@{1}'      (undo the reset)",
        "  varve reset main --to main@2026-11-01T00:00:00Z"
      })
  static final class Reset extends WriteCommand {
    @Parameters(paramLabel = "BRANCH", description = "The branch to move.")
    private String branch;

    @Option(
        names = "--to",
        required = true,
        paramLabel = "REV",
        description = "The revision it shall stand at.")
    private String to;

    @Option(
        names = "--expected",
        paramLabel = "ID",
        description = "Move it only if it stands at this commit.")
    private String expected;

    Reset(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Ref ref = repository().branches().reset(branch, to, Optional.ofNullable(expected), options());
      return json() ? printJson(ref) : RefText.reset(this, ref);
    }
  }
}
