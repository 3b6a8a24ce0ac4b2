package dev.varve.engine.diff;

import dev.varve.catalog.object.ObjectId;
import java.util.List;

/** What differs between two commits: namespaces, tables and views in the order of their names. */
public record DiffReport(
    ObjectId from,
    ObjectId to,
    List<NamespaceDiff> namespaces,
    List<TableDiff> tables,
    List<ViewDiff> views) {
  public DiffReport {
    namespaces = List.copyOf(namespaces);
    tables = List.copyOf(tables);
    views = List.copyOf(views);
  }

  public boolean isEmpty() {
    return namespaces.isEmpty() && tables.isEmpty() && views.isEmpty();
  }
}
