package dev.varve.server.api;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.Nearest;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.Lake;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the table that a request names. */
final class NamedTable {
  /** Among how many names the one that was meant is looked for. */
  private static final int LISTED = 1000;

  private NamedTable() {}

  /**
   * The table as it stood at a revision.
   *
   * @throws VarveException if it did not exist there; in the words of the request, and with the
   *     names that may have been meant
   */
  static LoadedTable load(Lake lake, Revision at, TableName name) {
    ObjectId commit = lake.repository().resolve(at).commitId();
    return lake.tables().find(commit, name).orElseThrow(() -> notFound(lake, at, commit, name));
  }

  private static VarveException notFound(Lake lake, Revision at, ObjectId commit, TableName name) {
    List<String> names =
        lake.tables().list(commit, Optional.empty(), Optional.empty(), LISTED).stream()
            .map(TableName::toString)
            .toList();
    List<String> near = Nearest.all(name.toString(), names);
    return new VarveException(
        ErrorCode.TABLE_NOT_FOUND,
        "table '%s' does not exist at '%s'".formatted(name, at.text()),
        near.isEmpty()
            ? "list the tables with 'varve tables --ref %s'".formatted(at.text())
            : Nearest.question(near),
        Map.of("table", name.toString(), "ref", at.text()),
        null);
  }
}
