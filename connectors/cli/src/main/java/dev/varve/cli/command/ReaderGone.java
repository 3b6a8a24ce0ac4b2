package dev.varve.cli.command;

/** Standard output was closed by its reader, who has seen enough. */
public final class ReaderGone extends RuntimeException {
  private static final long serialVersionUID = 1;

  ReaderGone() {
    super("nobody reads the output", null, false, false);
  }
}
