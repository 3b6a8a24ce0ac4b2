package dev.varve.engine.diff;

import dev.varve.catalog.object.ObjectId;
import java.util.List;

/** What differs between two commits, namespaces and tables in the order of their names. */
public record DiffReport(
    ObjectId from, ObjectId to, List<NamespaceDiff> namespaces, List<TableDiff> tables) {
  public DiffReport {
    namespaces = List.copyOf(namespaces);
    tables = List.copyOf(tables);
  }

  public boolean isEmpty() {
    return namespaces.isEmpty() && tables.isEmpty();
  }
}
