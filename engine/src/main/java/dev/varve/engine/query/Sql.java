package dev.varve.engine.query;

import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.storage.LocalCopies;
import dev.varve.engine.table.Tables;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Runs users' queries over the tables of a lake. Safe for use by many threads.
 *
 * <p>A table is read at the query's revision, or at its own: {@code flights AT (VERSION => 'v1')},
 * {@code flights AT (TIMESTAMP => '2026-11-01 00:00:00')} or {@code "flights@v1"}. One query may
 * name one table at several revisions.
 */
public final class Sql implements Closeable {
  private final Duck duck;
  private final QueryTables tables;
  private final SqlParser parser;
  private final ScheduledExecutorService deadlines;

  public Sql(Duck duck, Tables tables) {
    this(duck, new LakeTables(tables));
  }

  Sql(Duck duck, QueryTables tables) {
    this.duck = duck;
    this.tables = tables;
    this.parser = new SqlParser(duck);
    this.deadlines =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "sql-deadlines");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Prepares a query; it runs when the result is read. Opening the sandbox takes some 20 ms.
   *
   * @return the result, to be closed by the caller
   * @throws dev.varve.catalog.error.VarveException if the text is not a query, names what is not
   *     there or is not allowed, or if too many queries run already
   */
  public QueryResult query(SqlQuery query) {
    BoundQuery bound = QueryBinder.bind(parser, tables, query);
    Path scratch = duck.settings().temp().resolve("result-" + UUID.randomUUID() + ".parquet");
    LocalCopies copies = bound.fetch();
    DuckSession session = sandbox(query, copies, scratch);
    try {
      QueryErrors errors = new QueryErrors(bound, query.limits());
      bound.register(session, copies);
      return new QueryResult(session, bound.sql(), query.limits(), errors, deadlines, scratch);
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  private DuckSession sandbox(SqlQuery query, LocalCopies copies, Path scratch) {
    try {
      Set<Path> paths = copies.paths();
      paths.add(scratch);
      DuckSession session = duck.sandboxed(paths, query.limits().memoryBytes());
      session.holds(copies);
      return session;
    } catch (RuntimeException | Error e) {
      copies.close();
      throw e;
    }
  }

  /** Checks expressions that users write for rows of one table. */
  public RowExpressions expressions() {
    return new RowExpressions(parser);
  }

  /** Stops the clock; queries that still run have no time limit any more. */
  @Override
  public void close() {
    deadlines.shutdownNow();
  }
}
