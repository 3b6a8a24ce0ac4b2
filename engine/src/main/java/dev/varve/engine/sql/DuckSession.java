package dev.varve.engine.sql;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.storage.LocalCopies;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.QueryProgress;

/**
 * One connection to DuckDB, with its own temporary tables and views. For one thread at a time,
 * except {@link #cancel}. Results stream: read one to its end, or close it, before the next
 * statement.
 */
public final class DuckSession implements AutoCloseable {
  private static final String LOST = "Invalid result set";

  private final Connection connection;
  private final Set<String> functions;
  private final Runnable release;
  private final List<LocalCopies> held = new ArrayList<>();
  private volatile Statement running;
  private int names;
  private boolean closed;

  private DuckSession(Connection connection, Set<String> functions, Runnable release) {
    this.connection = connection;
    this.functions = functions;
    this.release = release;
  }

  /**
   * Takes over a fresh connection; if that fails it is closed, and {@code release} is not run.
   *
   * @param functions the groups of functions that the connection's instance has been given; guarded
   *     by itself
   */
  static DuckSession started(Connection connection, Set<String> functions, Runnable release) {
    DuckSession session = new DuckSession(connection, functions, release);
    try {
      session.execute(
          "SET enable_progress_bar = true; SET enable_progress_bar_print = false;"
              + " SET progress_bar_time = 0");
      return session;
    } catch (RuntimeException e) {
      session.closeConnection(e);
      throw e;
    }
  }

  /** Shuts this session's whole instance off from all but the given files, for good. */
  void confine(Collection<Path> files) {
    try {
      execute("SET allowed_paths = " + SqlText.list(new TreeSet<>(files)));
      execute("SET enable_external_access = false");
      execute("SET errors_as_json = true");
      // Deeper expressions could overflow the stack of a thread that plans them.
      execute("SET max_expression_depth = 250");
      execute("SET lock_configuration = true");
    } catch (RuntimeException e) {
      closeConnection(e);
      throw e;
    }
  }

  /**
   * Opens another session of the same instance, for another thread that helps this one: it takes no
   * place of its own, and has none of this session's temporary tables. May be called from any
   * thread; to be closed before this session.
   */
  public DuckSession beside() {
    try {
      return started(connection().duplicate(), functions, () -> {});
    } catch (SQLException e) {
      throw DuckErrors.of(e);
    }
  }

  /** The JDBC connection, for what this class does not offer. Its owner is this session. */
  public DuckDBConnection connection() {
    return (DuckDBConnection) connection;
  }

  /**
   * Gives functions to the session's instance, unless it has them.
   *
   * @param group names them; one group is registered the same way each time
   * @throws VarveException if DuckDB refuses them
   */
  public void register(String group, Functions registration) {
    synchronized (functions) {
      if (functions.contains(group)) {
        return;
      }
      try {
        registration.registerOn(connection);
      } catch (SQLException e) {
        throw DuckErrors.of(e);
      }
      functions.add(group);
    }
  }

  /** A name for a temporary table or view that this session has not used yet. */
  public String freshName(String prefix) {
    return prefix + "_" + ++names;
  }

  /** Keeps files on this machine until the session is closed. */
  public void holds(LocalCopies copies) {
    held.add(copies);
  }

  /** Runs a statement whose result, if any, does not matter. */
  public void execute(String sql) {
    try (Statement statement = statement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw DuckErrors.of(e);
    } finally {
      running = null;
    }
  }

  /** Runs a statement that changes rows, such as {@code COPY}; returns how many. */
  public long update(String sql) {
    try (Statement statement = statement()) {
      return statement.executeLargeUpdate(sql);
    } catch (SQLException e) {
      throw DuckErrors.of(e);
    } finally {
      running = null;
    }
  }

  /** Runs a query and hands its rows, which are streamed, to {@code reader}. */
  public <T> T query(String sql, RowReader<T> reader) {
    try (Statement statement = statement();
        ResultSet rows = statement.executeQuery(sql)) {
      return reader.read(rows);
    } catch (SQLException e) {
      throw failure(e, sql);
    } finally {
      running = null;
    }
  }

  /**
   * The error of a query that failed. The driver loses the message of one that fails before its
   * first rows are streamed; such a query is run once more to learn it.
   */
  public VarveException failure(SQLException e, String sql) {
    if (String.valueOf(e.getMessage()).contains(LOST)) {
      try (DuckDBPreparedStatement again = connection().prepare(sql)) {
        running = again;
        again.query().close();
      } catch (SQLException told) {
        return DuckErrors.of(told);
      } finally {
        running = null;
      }
    }
    return DuckErrors.of(e);
  }

  private Statement statement() throws SQLException {
    Statement statement = connection.createStatement();
    running = statement;
    return statement;
  }

  /**
   * How far the statement is that runs now, in percent as DuckDB estimates it, if any runs. May be
   * called from any thread.
   */
  public OptionalDouble progress() {
    Statement statement = running;
    if (statement instanceof DuckDBPreparedStatement known) {
      try {
        QueryProgress progress = known.getQueryProgress();
        if (progress.getPercentage() >= 0) {
          return OptionalDouble.of(progress.getPercentage());
        }
      } catch (SQLException e) {
        // It has just ended.
      }
    }
    return OptionalDouble.empty();
  }

  /** Interrupts the statement that runs now, if any; it fails. May be called from any thread. */
  public void cancel() {
    Statement statement = running;
    if (statement != null) {
      try {
        statement.cancel();
      } catch (SQLException e) {
        throw DuckErrors.of(e);
      }
    }
  }

  /** Drops the session's temporary tables and views and gives its place to the next. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      connection.close();
    } catch (SQLException e) {
      throw DuckErrors.of(e);
    } finally {
      held.forEach(LocalCopies::close);
      release.run();
    }
  }

  private void closeConnection(RuntimeException failure) {
    try {
      connection.close();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  /** Registers functions. */
  @FunctionalInterface
  public interface Functions {
    void registerOn(Connection connection) throws SQLException;
  }

  /** Reads the rows of a result. */
  @FunctionalInterface
  public interface RowReader<T> {
    T read(ResultSet rows) throws SQLException;
  }
}
