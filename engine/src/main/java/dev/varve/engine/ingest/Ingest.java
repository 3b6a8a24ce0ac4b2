package dev.varve.engine.ingest;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.change.Attempts;
import dev.varve.engine.ingest.IngestProgress.Phase;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.query.Sql;
import dev.varve.engine.query.SqlQuery;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.table.AnnouncedWork;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Puts files into tables, each with one commit. Safe for use by many threads: concurrent appends to
 * one table all land.
 */
public final class Ingest {
  private final Tables tables;
  private final Supplier<Duck> duck;
  private final IngestSettings settings;

  /**
   * @param duck the embedded DuckDB; asked for when a file comes
   */
  public Ingest(Tables tables, Supplier<Duck> duck, IngestSettings settings) {
    this.tables = tables;
    this.duck = duck;
    this.settings = settings;
  }

  /**
   * Puts a file into a table, which is created from the file's columns if it is missing.
   *
   * @param listener hears how it gets on
   * @throws VarveException if the file is broken, empty or too large, a row does not fit (the
   *     details say which line or row, column and value), or the branch does not exist; nothing was
   *     committed and no file is left behind
   */
  public IngestResult ingest(IngestRequest request, ProgressListener listener) {
    try (SpooledFile file =
        SpooledFile.of(
            request.source(),
            settings,
            bytes -> listener.progress(new IngestProgress(Phase.RECEIVE, bytes, 0)))) {
      return ingest(request, file, listener);
    } catch (IOException e) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "cannot read the file: " + e.getMessage(),
          "nothing was committed; send it again",
          Map.of("table", request.table().toString()),
          e);
    }
  }

  /**
   * Makes a table of the rows of a user's query, in one commit.
   *
   * @throws VarveException if the table exists, the query fails or reaches a limit, or a column has
   *     a type that tables lack; nothing was committed and no file is left behind
   */
  public IngestResult createAs(
      WriteOptions options,
      TableName table,
      Sql sql,
      SqlQuery query,
      NewTable layout,
      ProgressListener listener) {
    if (tables.findHead(options.branch(), table).isPresent()) {
      throw IngestErrors.exists(table, options.branch());
    }
    try (QueryFile rows = QueryFile.of(sql, query, settings.spool())) {
      IngestRequest request =
          new IngestRequest(
              table,
              IngestSource.of(rows.path()),
              Optional.of(FileFormat.PARQUET),
              IngestMode.CREATE,
              layout,
              options);
      return ingest(request, listener);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the rows for '" + table + "'", e);
    }
  }

  private IngestResult ingest(IngestRequest request, SpooledFile file, ProgressListener listener)
      throws IOException {
    listener.progress(new IngestProgress(Phase.INSPECT, 0, 0));
    FormatDetection.requireContent(file.path());
    FileFormat format =
        request.format().isPresent() ? request.format().get() : FormatDetection.detect(file.path());
    try (DuckSession session = duck.get().trusted();
        SourceFile source = SourceFile.open(session, file.path(), format)) {
      if (source.columns().isEmpty()) {
        throw SourceErrors.broken(format, "it has no columns", null);
      }
      IngestResult result =
          AnnouncedWork.run(
              tables,
              "ingest into " + request.table(),
              told -> {
                IngestRun run = new IngestRun(told, session, source, format, request, listener);
                return Attempts.of(run::run);
              });
      listener.progress(new IngestProgress(Phase.DONE, result.bytes(), result.rows()));
      return result;
    }
  }
}
