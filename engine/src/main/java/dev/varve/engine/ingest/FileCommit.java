package dev.varve.engine.ingest;

import dev.varve.catalog.CommitResult;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.change.Replacement;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.SnapshotNumbers;
import dev.varve.engine.table.TableErrors;
import dev.varve.engine.table.Tables;
import dev.varve.engine.write.WrittenFiles;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/** Commits files that were written, or deletes them. */
final class FileCommit {
  private FileCommit() {}

  /** Runs a commit; if it fails for sure, the files are deleted. */
  static Optional<CommitResult> of(WrittenFiles written, Supplier<Optional<CommitResult>> commit) {
    try {
      return commit.get();
    } catch (RuntimeException e) {
      VarveException ours = TableErrors.toVarve(e);
      if (ours.code() != ErrorCode.OUTCOME_UNKNOWN) {
        throw written.discardAfter(ours);
      }
      throw ours;
    }
  }

  static Optional<CommitResult> append(Tables tables, IngestRequest request, WrittenFiles written) {
    if (written.files().isEmpty()) {
      return Optional.empty();
    }
    return of(
        written,
        () -> {
          BaseTable table = tables.open(request.options(), request.table());
          var append = table.newAppend();
          written.files().forEach(append::appendFile);
          append.commit();
          return Tables.lastCommit(table);
        });
  }

  /** An append that fails if others add rows meanwhile whose key could be one of these. */
  static Optional<CommitResult> appendByKey(
      Tables tables,
      IngestRequest request,
      LoadedTable base,
      WrittenFiles written,
      Expression keys) {
    if (written.files().isEmpty()) {
      return Optional.empty();
    }
    return new Replacement(base, List.of(), written, keys, Replacement.Appends.CONFLICT)
        .commit(tables, request.options());
  }

  static Optional<CommitResult> overwrite(
      Tables tables, IngestRequest request, WrittenFiles written) {
    return of(
        written,
        () -> {
          BaseTable table = tables.open(request.options(), request.table());
          OverwriteFiles overwrite =
              table.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue());
          written.files().forEach(overwrite::addFile);
          overwrite.commit();
          return Tables.lastCommit(table);
        });
  }

  /** How many rows the table holds, as its snapshot says. */
  static long totalRows(LoadedTable table) {
    Snapshot snapshot = table.metadata().currentSnapshot();
    return snapshot == null
        ? 0
        : SnapshotNumbers.find(snapshot, SnapshotSummary.TOTAL_RECORDS_PROP).orElse(0);
  }
}
