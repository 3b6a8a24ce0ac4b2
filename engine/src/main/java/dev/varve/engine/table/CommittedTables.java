package dev.varve.engine.table;

import dev.varve.catalog.CommitResult;
import java.util.List;

/**
 * A commit that changed tables.
 *
 * @param result the commit
 * @param tables each changed table as it stands in that commit, in the order of the changes
 */
public record CommittedTables(CommitResult result, List<LoadedTable> tables) {
  public CommittedTables {
    tables = List.copyOf(tables);
  }
}
