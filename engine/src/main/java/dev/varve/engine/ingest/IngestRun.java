package dev.varve.engine.ingest;

import dev.varve.catalog.CommitResult;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.change.ChangeResult;
import dev.varve.engine.change.TableKey;
import dev.varve.engine.change.Upsert;
import dev.varve.engine.ingest.IngestProgress.Phase;
import dev.varve.engine.layout.PartitionText;
import dev.varve.engine.layout.SortText;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import dev.varve.engine.write.DataFileWriter;
import dev.varve.engine.write.WrittenFiles;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;

/** One attempt to put a file into a table, on the state that the branch has now. */
final class IngestRun {
  private final Tables tables;
  private final DuckSession session;
  private final SourceFile source;
  private final FileFormat format;
  private final IngestRequest request;
  private final ProgressListener listener;

  IngestRun(
      Tables tables,
      DuckSession session,
      SourceFile source,
      FileFormat format,
      IngestRequest request,
      ProgressListener listener) {
    this.tables = tables;
    this.session = session;
    this.source = source;
    this.format = format;
    this.request = request;
    this.listener = listener;
  }

  IngestResult run() {
    WriteOptions options = request.options();
    Optional<LoadedTable> table = tables.findHead(options.branch(), request.table());
    if (table.isPresent()) {
      return into(table.get());
    }
    try {
      return create();
    } catch (VarveException e) {
      if (e.code() != ErrorCode.TABLE_EXISTS || request.mode() == IngestMode.CREATE) {
        throw e;
      }
      // Someone else was faster, so the file goes into theirs.
      return into(tables.loadHead(options.branch(), request.table()));
    }
  }

  private IngestResult create() {
    IngestRequest.NewTable layout = request.layout();
    if (request.mode() == IngestMode.UPSERT && layout.key().isEmpty()) {
      throw IngestErrors.noKey(request.table());
    }
    Schema schema = NewSchema.of(source.columns(), layout.key());
    Transaction creation =
        tables.create(
            request.options(),
            request.table(),
            schema,
            PartitionText.parse(schema, layout.partitionBy()),
            SortText.parse(schema, layout.sortBy()),
            Map.of());
    Table table = creation.table();
    InputRows rows = rows(table.schema());
    TableKey.of(table.schema()).ifPresent(key -> requireUnique(rows, key));
    WrittenFiles written = write(table, rows);
    committing(written);
    Optional<CommitResult> commit =
        FileCommit.of(
            written,
            () -> {
              append(creation, written);
              creation.commitTransaction();
              return Tables.lastCommit(creation);
            });
    return result(commit, written, 0, true);
  }

  private static void append(Transaction creation, WrittenFiles written) {
    if (!written.files().isEmpty()) {
      var append = creation.newAppend();
      written.files().forEach(append::appendFile);
      append.commit();
    }
  }

  private IngestResult into(LoadedTable base) {
    if (request.mode() == IngestMode.CREATE) {
      throw IngestErrors.exists(request.table(), request.options().branch());
    }
    ExistingLayout.check(base, request);
    Table table = tables.open(base);
    Optional<TableKey> key = TableKey.of(table.schema());
    if (request.mode() == IngestMode.UPSERT) {
      return upsert(base, table.schema(), key);
    }
    InputRows rows = rows(table.schema());
    if (request.mode() == IngestMode.OVERWRITE) {
      return overwrite(base, table, rows, key);
    }
    return key.isPresent() ? appendByKey(base, table, rows, key.get()) : append(table, rows);
  }

  private IngestResult append(Table table, InputRows rows) {
    WrittenFiles written = write(table, rows);
    committing(written);
    return result(FileCommit.append(tables, request, written), written, 0, false);
  }

  private IngestResult appendByKey(LoadedTable base, Table table, InputRows rows, TableKey key) {
    requireUnique(rows, key);
    rows.requireAbsent(key, table, request.table().toString());
    WrittenFiles written = write(table, rows);
    committing(written);
    return result(
        FileCommit.appendByKey(tables, request, base, written, rows.range(key)), written, 0, false);
  }

  private IngestResult overwrite(
      LoadedTable base, Table table, InputRows rows, Optional<TableKey> key) {
    key.ifPresent(columns -> requireUnique(rows, columns));
    WrittenFiles written = write(table, rows);
    committing(written);
    long before = FileCommit.totalRows(base);
    return result(FileCommit.overwrite(tables, request, written), written, before, false);
  }

  private IngestResult upsert(LoadedTable base, Schema schema, Optional<TableKey> tableKey) {
    TableKey key =
        tableKey.orElseGet(
            () -> {
              List<String> names = request.layout().key();
              if (names.isEmpty()) {
                throw IngestErrors.noKey(request.table());
              }
              return TableKey.named(schema, names);
            });
    ColumnMapping mapping = ColumnMapping.byKey(source, schema, key);
    InputRows rows = InputRows.of(session, mapping);
    requireUnique(rows, key);
    Upsert upsert = new Upsert(tables, session, rows.relation(), mapping.missing());
    ChangeResult change =
        watched(rows, () -> upsert.write(base, key))
            .map(
                pending -> {
                  committing(pending.replacement().added());
                  return pending.commit(tables, request.options());
                })
            .orElse(ChangeResult.NONE);
    return new IngestResult(
        change.commit(),
        format,
        change.rowsAdded(),
        change.rowsDeleted(),
        change.filesAdded(),
        change.bytesAdded(),
        false);
  }

  private InputRows rows(Schema schema) {
    return InputRows.of(session, ColumnMapping.of(source, schema));
  }

  /** Reads all rows for it, which is as long as writing them. */
  private void requireUnique(InputRows rows, TableKey key) {
    listener.progress(new IngestProgress(Phase.WRITE, 0, 0));
    ProgressWatch.during(
        () -> {
          rows.requireUnique(key);
          return key;
        },
        session,
        rows.count(),
        listener);
  }

  private WrittenFiles write(Table table, InputRows rows) {
    listener.progress(new IngestProgress(Phase.WRITE, 0, 0));
    return watched(rows, () -> new DataFileWriter(table).write(session, rows.select()));
  }

  private <T> T watched(InputRows rows, Supplier<T> work) {
    try {
      return ProgressWatch.during(work, session, rows.count(), listener);
    } catch (VarveException e) {
      throw rows.explain(e);
    }
  }

  private void committing(WrittenFiles written) {
    try {
      listener.progress(new IngestProgress(Phase.COMMIT, written.bytes(), written.rows()));
    } catch (RuntimeException e) {
      throw written.discardAfter(e);
    }
  }

  private IngestResult result(
      Optional<CommitResult> commit, WrittenFiles written, long replaced, boolean created) {
    return new IngestResult(
        commit, format, written.rows(), replaced, written.files().size(), written.bytes(), created);
  }
}
