package dev.varve.engine.query;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.DuckErrors;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.duckdb.DuckDBResultSet;

/**
 * The result of a query, to be read once and closed. Rows stream: no more than a few thousand are
 * in memory. For one thread at a time, except {@link #cancel}.
 */
public final class QueryResult implements AutoCloseable {
  private static final long CANCEL_AGAIN_MILLIS = 50;

  private final DuckSession session;
  private final String sql;
  private final QueryLimits limits;
  private final QueryErrors errors;
  private final Path scratch;
  private final PreparedStatement statement;
  private final List<ResultColumn> columns;
  private final ScheduledExecutorService deadlines;
  private final ScheduledFuture<?> deadline;
  private volatile boolean timedOut;
  private volatile boolean cancelled;

  /** Repeats the interrupt of {@link #cancel}; guarded by this, as is {@link #closed}. */
  private Optional<ScheduledFuture<?>> cancelling = Optional.empty();

  /** From then on nothing is interrupted: what is native is being freed. */
  private boolean closed;

  private boolean truncated;

  QueryResult(
      DuckSession session,
      String sql,
      QueryLimits limits,
      QueryErrors errors,
      ScheduledExecutorService deadlines,
      Path scratch) {
    this.session = session;
    this.sql = sql;
    this.limits = limits;
    this.errors = errors;
    this.scratch = scratch;
    this.deadlines = deadlines;
    this.deadline = repeat(this::expire, limits.timeout().toMillis());
    try {
      this.statement = session.connection().prepareStatement(sql);
      this.columns = columns(statement.getMetaData());
    } catch (SQLException e) {
      stopInterrupts();
      throw failure(e);
    }
  }

  private static List<ResultColumn> columns(ResultSetMetaData data) throws SQLException {
    List<ResultColumn> columns = new ArrayList<>();
    for (int i = 1; i <= data.getColumnCount(); i++) {
      columns.add(new ResultColumn(data.getColumnName(i), data.getColumnTypeName(i)));
    }
    return List.copyOf(columns);
  }

  public List<ResultColumn> columns() {
    return columns;
  }

  /** Whether there were more rows than the limit; known once the rows were read. */
  public boolean truncated() {
    return truncated;
  }

  /**
   * Runs the query and writes its rows. The stream is flushed but not closed.
   *
   * @return how many rows were written
   * @throws VarveException if the query fails or reaches a limit; what was written is then
   *     incomplete
   * @throws IOException if {@code out} fails, for instance because a client went away
   */
  public long writeTo(OutputStream out, ResultFormat format) throws IOException {
    long rows =
        switch (format) {
          case JSON -> write(new JsonRows(out, columns));
          case JSONL -> write(new JsonLines(out, columns));
          case CSV -> write(new CsvRows(out, columns));
          case ARROW -> writeArrow(out);
          case PARQUET -> writeParquet(out);
        };
    out.flush();
    return rows;
  }

  private long write(RowWriter writer) throws IOException {
    writer.begin();
    long count = forEach(writer::row);
    writer.end(truncated);
    return count;
  }

  /**
   * Runs the query and hands each row to {@code reader}.
   *
   * @return how many rows there were, the row limit at most
   */
  public long forEach(RowReader reader) throws IOException {
    long count = 0;
    requireRunning();
    try (ResultSet rows = statement.executeQuery()) {
      RowValues values = new RowValues(rows, columns);
      while (rows.next()) {
        if (count == limits.maxRows()) {
          truncated = true;
          break;
        }
        requireRunning();
        reader.read(values.read());
        count++;
      }
    } catch (SQLException e) {
      throw failure(e);
    }
    return count;
  }

  private long writeArrow(OutputStream out) throws IOException {
    requireRunning();
    try (DuckDBResultSet rows = (DuckDBResultSet) statement.executeQuery()) {
      ArrowRows batches = new ArrowRows(limits.maxRows(), this::requireRunning);
      long count = batches.copy(rows, out);
      truncated = batches.truncated();
      return count;
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** DuckDB writes Parquet to a file only, so the rows take a detour over the disk. */
  private long writeParquet(OutputStream out) throws IOException {
    requireRunning();
    try {
      Files.createDirectories(scratch.getParent());
      long limit = limits.maxRows() == Long.MAX_VALUE ? limits.maxRows() : limits.maxRows() + 1;
      long rows = session.update(copy(limit));
      if (rows > limits.maxRows()) {
        truncated = true;
        rows = session.update(copy(limits.maxRows()));
      }
      Files.copy(scratch, out);
      return rows;
    } catch (VarveException e) {
      throw failure(e);
    } finally {
      Files.deleteIfExists(scratch);
    }
  }

  private String copy(long limit) {
    return "COPY (SELECT * FROM (\n%s\n) LIMIT %d) TO %s (FORMAT parquet)"
        .formatted(sql, limit, SqlText.literal(scratch.toString()));
  }

  /** Stops the query; reading fails from now on. May be called from any thread. */
  public synchronized void cancel() {
    cancelled = true;
    interrupt();
    if (closed || cancelling.isPresent()) {
      return;
    }
    try {
      cancelling = Optional.of(repeat(this::interrupt, CANCEL_AGAIN_MILLIS));
    } catch (RejectedExecutionException e) {
      // The clock has stopped with all queries: then once must do.
    }
  }

  /** An interrupt is lost when no statement runs, so it is repeated until the result is closed. */
  private ScheduledFuture<?> repeat(Runnable interruption, long delayMillis) {
    return deadlines.scheduleAtFixedRate(
        interruption, delayMillis, CANCEL_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void expire() {
    timedOut = true;
    interrupt();
  }

  /** Either of the two statements may be the one that runs. */
  private synchronized void interrupt() {
    if (closed) {
      return;
    }
    try {
      session.cancel();
      if (statement != null) {
        statement.cancel();
      }
    } catch (SQLException | VarveException e) {
      // It ended by itself.
    }
  }

  private void requireRunning() {
    if (timedOut) {
      throw errors.timeout();
    }
    if (cancelled) {
      throw QueryErrors.cancelled();
    }
  }

  private VarveException failure(SQLException e) {
    return failure(timedOut || cancelled ? DuckErrors.of(e) : session.failure(e, sql));
  }

  /** An interrupt counts first, whatever DuckDB made of it. */
  private VarveException failure(VarveException e) {
    if (timedOut) {
      return errors.timeout();
    }
    return cancelled ? QueryErrors.cancelled() : errors.of(e);
  }

  /** Ends the query if it still runs, and gives its place to the next. */
  @Override
  public void close() {
    stopInterrupts();
    try {
      statement.close();
    } catch (SQLException e) {
      throw failure(e);
    } finally {
      session.close();
    }
  }

  private synchronized void stopInterrupts() {
    closed = true;
    deadline.cancel(false);
    cancelling.ifPresent(repeated -> repeated.cancel(false));
  }

  /** Takes the values of a row, in the order of the columns; see {@link RowValues}. */
  @FunctionalInterface
  public interface RowReader {
    void read(List<Object> row) throws IOException;
  }
}
