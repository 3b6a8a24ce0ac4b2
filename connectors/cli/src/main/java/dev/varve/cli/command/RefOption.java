package dev.varve.cli.command;

import picocli.CommandLine.Option;

/** The revision that a command reads. */
final class RefOption {
  @Option(
      names = {"-r", "--ref", "--from"},
      paramLabel = "REV",
      order = 800,
      defaultValue = "main",
      description = "The branch, tag, commit or other revision to read (default: main).")
  private String revision;

  String revision() {
    return revision;
  }
}
