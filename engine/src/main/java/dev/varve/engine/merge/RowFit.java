package dev.varve.engine.merge;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.engine.merge.rows.RowWork;
import java.util.Optional;
import org.apache.iceberg.TableMetadata;

/** Checks rows of one table that one side added against what only the other side asked of rows. */
interface RowFit {
  /**
   * Reads the columns in question of those files that did not come from the side that asks.
   *
   * @param merged the merged table with all its files
   * @return what is asked and how many rows do not fit it, for people; empty if all do
   */
  Optional<String> misfit(ThreeWay<TableMetadata> sides, TableMetadata merged, MergeVerb verb);

  /** What was read to tell so; empty if nothing was. */
  default Optional<RowWork> work() {
    return Optional.empty();
  }
}
