package dev.varve.cli.command;

import dev.varve.client.Merges.ConflictOptions;

/** Who compares rows, as it is typed. */
enum Engine {
  server(Long.MAX_VALUE),
  spark(0);

  private final long rowLimit;

  Engine(long rowLimit) {
    this.rowLimit = rowLimit;
  }

  /** How many bytes of a table's files the server compares row by row, at most. */
  long rowLimit() {
    return rowLimit;
  }

  /** The same options, for rows that this compares. */
  ConflictOptions with(ConflictOptions options) {
    return options.withRowLimit(rowLimit);
  }
}
