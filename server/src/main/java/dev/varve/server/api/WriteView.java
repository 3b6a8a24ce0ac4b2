package dev.varve.server.api;

import dev.varve.catalog.CommitResult;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.WriteOptions;
import dev.varve.server.http.Doc;
import java.util.Optional;

/** What a write has done. */
@Doc("A change that is committed.")
record WriteView(
    String branch,
    @Doc("The commit, unless nothing had to change.") Optional<CommitView> commit,
    Optional<String> table,
    @Doc("Whether the table was created.") boolean created,
    @Doc("Rows written.") Optional<Long> rows,
    @Doc("Files written.") Optional<Long> files,
    @Doc("Bytes written.") Optional<Long> bytes,
    Optional<Long> rowsAdded,
    Optional<Long> rowsRemoved,
    Optional<Long> filesAdded,
    Optional<Long> filesRemoved) {

  /** A change of names or metadata. */
  static WriteView of(RefName branch, Optional<CommitResult> result, Optional<TableName> table) {
    return new WriteView(
        branch.text(),
        result.map(it -> CommitView.of(it.commit())),
        table.map(TableName::toString),
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** A table that was created without rows. */
  static WriteView created(WriteOptions options, TableName table, Optional<CommitResult> result) {
    return new WriteView(
        options.branch().text(),
        result.map(it -> CommitView.of(it.commit())),
        Optional.of(table.toString()),
        true,
        Optional.of(0L),
        Optional.of(0L),
        Optional.of(0L),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
