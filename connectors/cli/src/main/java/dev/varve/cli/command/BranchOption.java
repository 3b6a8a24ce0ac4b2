package dev.varve.cli.command;

import picocli.CommandLine.Option;

/** The branch that a command writes to. */
final class BranchOption {
  @Option(
      names = {"-b", "--branch"},
      paramLabel = "NAME",
      order = 800,
      defaultValue = "main",
      description = "The branch to write to (default: ${DEFAULT-VALUE}).")
  private String name;

  String name() {
    return name;
  }
}
