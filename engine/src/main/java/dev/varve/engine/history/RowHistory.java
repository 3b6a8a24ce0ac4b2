package dev.varve.engine.history;

import dev.varve.catalog.Repository;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.LogCursor;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.history.RowStates.Located;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The history of single rows of tables with a row key. Safe for use by many threads.
 *
 * <p>Walks the commits in which the table changed, newest first, and follows the table across
 * renames. At a merge it follows the side that the row, or the cell, came from. A commit costs two
 * tree lookups; one that changed the table also its differing manifests, and those differing data
 * files that can hold the key by their column metrics. What a rewrite only moved is no change.
 */
public final class RowHistory {
  /** How many commits one page of a log looks at, so that no request walks for ever. */
  static final int MAX_COMMITS = 10_000;

  private final Tables tables;
  private final Repository repository;
  private final Supplier<Duck> duck;

  public RowHistory(Tables tables, Supplier<Duck> duck) {
    this.tables = tables;
    this.repository = tables.repository();
    this.duck = duck;
  }

  /**
   * The commits that added, changed or removed a row.
   *
   * @param at where the walk begins; the table must be there, the row need not
   * @param key the row's key: its value, or {@code column=value} for each column of the key
   * @param from the cursor of the page before, or empty for the first page
   * @param limit how many at the most; a page may have fewer and still not be the last
   * @throws VarveException if there is no such table, it has no row key, or the key is none of it
   */
  public RowLog log(
      ObjectId at, TableName table, List<String> key, Optional<LogCursor> from, int limit) {
    RowStates states = states(at, table, key);
    return new RowLogWalk(repository, states, at, from).read(limit, MAX_COMMITS);
  }

  /**
   * Who last wrote each cell of a row.
   *
   * @param at the commit where the row is looked at
   * @param key as for {@link #log}
   * @throws VarveException as {@link #log}; or if there is no such row, or several
   */
  public RowBlame blame(ObjectId at, TableName table, List<String> key) {
    RowStates states = states(at, table, key);
    Located start = states.find(at).orElseThrow();
    List<List<String>> rows = states.rows(start);
    if (rows.size() != 1) {
      Commit commit = repository.commit(at);
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "%s of '%s' have the key %s at %s"
              .formatted(
                  rows.isEmpty() ? "no rows" : rows.size() + " rows",
                  table,
                  String.join(", ", key),
                  commit.id().abbreviate()),
          "see what became of it with: varve log %s --key %s"
              .formatted(table, String.join(" --key ", key)),
          Map.of("table", table.toString(), "commit", commit.id().hex()),
          null);
    }
    return new BlameWalk(repository, states, start, rows.get(0)).run();
  }

  private RowStates states(ObjectId at, TableName table, List<String> key) {
    LoadedTable start = tables.load(at, table);
    return new RowStates(tables, duck, start, RowKey.parse(table, start.metadata().schema(), key));
  }
}
