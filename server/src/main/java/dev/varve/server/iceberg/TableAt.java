package dev.varve.server.iceberg;

import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/**
 * A table of a call: its name and the revision that it is looked for at.
 *
 * @param asked the name as the client wrote it, for messages
 * @param name the name without a revision
 */
record TableAt(Target target, TableIdentifier asked, TableIdentifier name) {

  /**
   * The table, if it is there.
   *
   * @throws NoSuchTableException if it is not, or its namespace is not. Clients ask for {@code
   *     ns.table.snapshots} as a table first, and go on to the metadata table of {@code ns.table}
   *     only when they get this type.
   */
  LoadedTable load() {
    return find().orElseThrow(this::missing);
  }

  /**
   * As {@link #load}, or empty. On a branch its ids are raised to the repository's marks, as
   * writers hand out ids from what they read.
   */
  Optional<LoadedTable> find() {
    TableName known = Names.table(name);
    return target
        .branch()
        .map(branch -> target.tables().findHead(branch, known))
        .orElseGet(() -> target.tables().find(target.commit(), known));
  }

  NoSuchTableException missing() {
    return new NoSuchTableException("Table does not exist: %s at '%s'", asked, target.revision());
  }
}
