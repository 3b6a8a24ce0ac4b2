package dev.varve.engine;

import dev.varve.catalog.Repository;
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
  private final Tables tables;

  private Lake(Tables tables) {
    this.tables = tables;
  }

  /** Puts the parts together; reads and writes nothing yet. */
  public static Lake open(Repository repository, Warehouse warehouse, EngineSettings settings) {
    return new Lake(new Tables(repository, warehouse, settings.tables()));
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

  @Override
  public void close() {}
}
