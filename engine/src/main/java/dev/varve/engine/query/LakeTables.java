package dev.varve.engine.query;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.Key;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.view.SQLViewRepresentation;

/** The tables of a lake. */
final class LakeTables implements QueryTables {
  private final Tables tables;

  LakeTables(Tables tables) {
    this.tables = tables;
  }

  @Override
  public ObjectId commit(Revision revision) {
    return tables.repository().resolve(revision).commitId();
  }

  @Override
  public Optional<QueryTable> find(ObjectId commit, List<String> path) {
    return tables
        .find(commit, name(path))
        .map(table -> new QueryTable(table.name().toString(), table.metadata(), table.io()));
  }

  @Override
  public Optional<List<String>> viewDialects(ObjectId commit, List<String> path) {
    return tables
        .views()
        .find(commit, name(path))
        .map(
            view ->
                view.metadata().currentVersion().representations().stream()
                    .filter(SQLViewRepresentation.class::isInstance)
                    .map(text -> ((SQLViewRepresentation) text).dialect())
                    .toList());
  }

  private static TableName name(List<String> path) {
    return path.size() == 1
        ? TableName.of(NamespaceName.DEFAULT, path.get(0))
        : new TableName(Key.of(path));
  }

  @Override
  public List<List<String>> paths(ObjectId commit, int limit) {
    return tables.list(commit, Optional.empty(), Optional.empty(), limit).stream()
        .map(LakeTables::path)
        .toList();
  }

  private static List<String> path(TableName table) {
    return table.namespace().equals(NamespaceName.DEFAULT)
        ? List.of(table.name())
        : table.key().elements();
  }
}
