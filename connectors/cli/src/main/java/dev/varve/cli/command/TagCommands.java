package dev.varve.cli.command;

import dev.varve.cli.text.Terminal;
import dev.varve.client.Ref;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The subcommands of {@code varve tag}. */
final class TagCommands {
  private TagCommands() {}

  @Command(
      name = "create",
      description = "Name a commit for good. A tag never moves.",
      footer = {
        "",
        "Examples:",
        "  varve tag create v1",
        "  varve tag create 2026-q3 --ref main~3"
      })
  static final class Create extends WriteCommand {
    @Parameters(paramLabel = "NAME", description = "The new tag.")
    private String name;

    @Mixin private RefOption at = new RefOption();

    Create(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Ref ref = repository().tags().create(name, at.revision(), options());
      return json() ? printJson(ref) : RefText.print(this, "created tag", ref);
    }
  }

  @Command(
      name = "list",
      aliases = "ls",
      description = "List the tags.",
      footer = {"", "Examples:", "  varve tag list", "  varve tag list --prefix v"})
  static final class ListAll extends ListCommand {
    @Option(names = "--prefix", paramLabel = "TEXT", description = "Only names that start so.")
    private String prefix = "";

    ListAll(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return list(repository().tags().list(prefix), RefText.table(this), RefText::cells);
    }
  }

  @Command(
      name = "delete",
      aliases = "rm",
      description = "Delete a tag. The commit stays.",
      footer = {"", "Examples:", "  varve tag delete v1"})
  static final class Delete extends ClientCommand {
    @Parameters(paramLabel = "NAME", description = "The tag to delete.")
    private String name;

    @Mixin private AuthorOption author = new AuthorOption();

    Delete(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Ref stood = repository().tags().delete(name, author.name(terminal()));
      return RefText.deleted(this, "tag", stood);
    }
  }
}
