package dev.varve.engine.sql;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.io.Closeable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.duckdb.DuckDBConnection;

/**
 * DuckDB, embedded: opens sessions within the bounds of its settings. Safe for use by many threads.
 *
 * <p>Trusted sessions share one in-memory instance. A sandboxed session has an instance of its own,
 * because DuckDB knows its allowed paths per instance; that costs some 15 ms. Neither loads or
 * installs extensions. After a fatal failure DuckDB runs no statement of an instance any more: the
 * next trusted session starts a new one.
 */
public final class Duck implements Closeable {
  /**
   * DuckDB takes Parquet files whose columns are given for ones of a single row, and so builds the
   * hash table of a join of files with a table from the files, however large. The engine's own
   * statements know better: the smaller side stands on the right.
   */
  private static final Map<String, String> JOINS_AS_WRITTEN =
      Map.of("disabled_optimizers", "build_side_probe_side");

  private final DuckSettings settings;
  private final Semaphore sessions;
  private final Semaphore queries;
  private Instance shared;
  private boolean closed;

  private Duck(DuckSettings settings) {
    this.settings = settings;
    this.sessions = new Semaphore(settings.sessions(), true);
    this.queries = new Semaphore(settings.queries(), true);
  }

  /** Starts nothing yet: the first session loads DuckDB's native library, which takes 0.3 s. */
  public static Duck open(DuckSettings settings) {
    return new Duck(settings);
  }

  public DuckSettings settings() {
    return settings;
  }

  /**
   * Opens a session that may read and write any file, for the engine's own statements.
   *
   * @throws VarveException {@code busy} if none is free within the settings' patience
   */
  public DuckSession trusted() {
    acquire(sessions, settings.sessions());
    try {
      Instance instance = shared();
      try {
        return instance.session(sessions::release);
      } catch (VarveException e) {
        if (e.code() != ErrorCode.INTERNAL) {
          throw e;
        }
        forget(instance, e);
        return shared().session(sessions::release);
      }
    } catch (RuntimeException | Error e) {
      sessions.release();
      throw e;
    }
  }

  /**
   * Opens a session for what users wrote: it reaches the given files and no other, no network, and
   * no setting. Whoever opens it must still make sure that a user's text is a query, since the
   * session itself may create views.
   *
   * @param files local files that statements may read or, where COPY names them, write
   * @throws VarveException {@code busy} if none is free within the settings' patience
   */
  public DuckSession sandboxed(Collection<Path> files) {
    return sandboxed(files, settings.queryMemoryBytes());
  }

  /** As {@link #sandboxed(Collection)}, with less memory than the settings give. */
  public DuckSession sandboxed(Collection<Path> files, long memoryBytes) {
    acquire(queries, settings.queries());
    try {
      long memory = Math.min(memoryBytes, settings.queryMemoryBytes());
      DuckSession session =
          DuckSession.started(start(settings, memory, Map.of()), new HashSet<>(), queries::release);
      session.confine(files);
      return session;
    } catch (RuntimeException | Error e) {
      queries.release();
      throw e;
    }
  }

  /** Stops the instance. Sessions that are still open fail from now on. */
  @Override
  public synchronized void close() {
    closed = true;
    if (shared != null) {
      shared.close();
    }
  }

  private synchronized Instance shared() {
    requireOpen();
    if (shared == null) {
      shared = new Instance(start(settings, settings.memoryBytes(), JOINS_AS_WRITTEN));
    }
    return shared;
  }

  private synchronized void forget(Instance failed, VarveException failure) {
    if (shared == failed) {
      shared = null;
      try {
        failed.close();
      } catch (VarveException e) {
        failure.addSuppressed(e);
      }
    }
  }

  /** What the trusted sessions share. It ends with the last connection to it. */
  private static final class Instance {
    private final Connection connection;

    /** The groups of functions that it has been given. */
    private final Set<String> functions = new HashSet<>();

    Instance(Connection connection) {
      this.connection = connection;
    }

    DuckSession session(Runnable release) {
      try {
        Connection another = connection.unwrap(DuckDBConnection.class).duplicate();
        return DuckSession.started(another, functions, release);
      } catch (SQLException e) {
        throw DuckErrors.of(e);
      }
    }

    void close() {
      try {
        connection.close();
      } catch (SQLException e) {
        throw DuckErrors.of(e);
      }
    }
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw new VarveException(ErrorCode.SHUTTING_DOWN, "the server is shutting down");
    }
  }

  private void acquire(Semaphore permits, int limit) {
    requireOpen();
    try {
      if (permits.tryAcquire(settings.patience().toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new VarveException(
        ErrorCode.BUSY,
        "%d statements are running already, which is the limit".formatted(limit),
        "try again later");
  }

  private static Connection start(
      DuckSettings settings, long memoryBytes, Map<String, String> more) {
    Properties properties = new Properties();
    properties.putAll(more);
    properties.setProperty("memory_limit", memoryBytes / 1024 + "KiB");
    properties.setProperty("threads", Integer.toString(settings.threads()));
    // DuckDB 2.0.0 writes files on threads of their own, and now and then a COPY that is cancelled
    // waits for them for ever. Without them it costs nothing to write local files.
    properties.setProperty("async_threads", "0");
    properties.setProperty("temp_directory", settings.temp().toString());
    properties.setProperty("autoload_known_extensions", "false");
    properties.setProperty("autoinstall_known_extensions", "false");
    properties.setProperty("allow_community_extensions", "false");
    properties.setProperty("allow_persistent_secrets", "false");
    properties.setProperty("jdbc_stream_results", "true");
    try {
      Connection connection = DriverManager.getConnection("jdbc:duckdb:", properties);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET GLOBAL TimeZone = 'UTC'");
      }
      return connection;
    } catch (SQLException e) {
      throw DuckErrors.of(e);
    }
  }
}
