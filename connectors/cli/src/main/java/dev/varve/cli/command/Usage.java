package dev.varve.cli.command;

import java.util.Optional;

/** A command that cannot be run as it was typed. */
public final class Usage extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String hint;

  Usage(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  /** What to type instead. */
  public Optional<String> hint() {
    return hint.isEmpty() ? Optional.empty() : Optional.of(hint);
  }
}
