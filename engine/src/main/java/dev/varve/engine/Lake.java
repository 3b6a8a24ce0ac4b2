package dev.varve.engine;

import dev.varve.catalog.Repository;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.diff.RowDiffCache;
import dev.varve.engine.history.Bisect;
import dev.varve.engine.history.RowHistory;
import dev.varve.engine.ingest.Ingest;
import dev.varve.engine.merge.Merges;
import dev.varve.engine.prepared.PreparedMerges;
import dev.varve.engine.prepared.Rebase;
import dev.varve.engine.query.Sql;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.table.MetadataCache;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.Warehouse;
import java.io.Closeable;

/**
 * One repository with its tables: everything that can be done with them, in parts.
 *
 * <p>Safe for use by many threads. The repository and the warehouse are the caller's and outlive
 * the lake.
 */
public final class Lake implements Closeable {
  private final Duck duck;
  private final Sql sql;
  private final Tables tables;
  private final Ingest ingest;
  private final TableEdits edits;
  private final Diffs diffs;
  private final Merges merges;
  private final PreparedMerges prepared;
  private final Rebase rebase;
  private final Bisect bisect;
  private final RowHistory rowHistory;

  private Lake(Tables tables, RowDiffCache rowDiffs, EngineSettings settings) {
    this.duck = Duck.open(settings.duck());
    this.tables = tables;
    this.ingest = new Ingest(tables, this::duck, settings.ingest());
    this.edits = new TableEdits(tables, this::duck);
    this.diffs = new Diffs(tables, this::duck, rowDiffs);
    this.merges = new Merges(tables, diffs, this::duck, settings.rowLimitBytes());
    this.prepared =
        new PreparedMerges(
            tables, merges, ingest, edits, this::duck, settings.duck().temp().resolve("merges"));
    this.rebase = new Rebase(tables.repository(), merges);
    this.sql = new Sql(duck, tables);
    this.rowHistory = new RowHistory(tables, this::duck);
    this.bisect = new Bisect(tables.repository(), sql);
  }

  /** Puts the parts together, with a metadata cache of their own; reads and writes nothing yet. */
  public static Lake open(Repository repository, Warehouse warehouse, EngineSettings settings) {
    return open(
        repository,
        warehouse,
        settings,
        new MetadataCache(warehouse, settings.tables().metadataCacheBytes()),
        new RowDiffCache(RowDiffCache.DEFAULT_BYTES));
  }

  /**
   * Puts the parts together; reads and writes nothing yet.
   *
   * @param cache of this warehouse, for all of its repositories; {@code rowDiffs} likewise
   */
  public static Lake open(
      Repository repository,
      Warehouse warehouse,
      EngineSettings settings,
      MetadataCache cache,
      RowDiffCache rowDiffs) {
    return new Lake(
        new Tables(repository, warehouse, settings.tables(), cache), rowDiffs, settings);
  }

  /** The history: branches, tags, commits. */
  public Repository repository() {
    return tables.repository();
  }

  /** Where the files lie. */
  public Warehouse warehouse() {
    return tables.warehouse();
  }

  /** Tables and namespaces, read at any commit and changed on branches. */
  public Tables tables() {
    return tables;
  }

  /** Puts files into tables. */
  public Ingest ingest() {
    return ingest;
  }

  /** Changes the rows and the shape of tables. */
  public TableEdits edits() {
    return edits;
  }

  /** Compares commits: tables, schemas, files and rows. */
  public Diffs diffs() {
    return diffs;
  }

  /** Merges, cherry-picks and reverts over all tables. */
  public Merges merges() {
    return merges;
  }

  /** Merges that are made and looked at before a branch moves to them. */
  public PreparedMerges prepared() {
    return prepared;
  }

  /** Does the commits of a branch again on top of another commit. */
  public Rebase rebase() {
    return rebase;
  }

  /** Which commits changed a row, and who last wrote its cells. */
  public RowHistory rowHistory() {
    return rowHistory;
  }

  /** Finds the commit that broke a check. */
  public Bisect bisect() {
    return bisect;
  }

  /** Users' queries. */
  public Sql sql() {
    return sql;
  }

  /** The embedded DuckDB, which starts with its first session: loading it takes a while. */
  public Duck duck() {
    return duck;
  }

  /** Stops DuckDB. Queries that still run fail. */
  @Override
  public void close() {
    sql.close();
    duck.close();
  }
}
