package dev.varve.cli.command;

import dev.varve.cli.text.Terminal;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Who moved a ref, for its reflog. */
final class AuthorOption {
  @Option(
      names = "--author",
      paramLabel = "NAME",
      order = 801,
      description = "Who, for the reflog: 'Name <mail>' or a name; else VARVE_AUTHOR, else you.")
  private String author;

  Optional<String> name(Terminal terminal) {
    return Optional.of(author == null ? Identity.of(terminal.environment()) : author);
  }
}
