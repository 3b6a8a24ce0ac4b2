package dev.varve.engine.query;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.sql.TestTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Tables at revisions, without a repository. */
final class MapTables implements QueryTables {
  private final List<String> revisions = new ArrayList<>();
  private final Map<String, QueryTable> tables = new TreeMap<>();

  /** Puts the table as it now is at a revision under a name with dots. */
  MapTables put(String revision, String name, TestTable table) {
    if (!revisions.contains(revision)) {
      revisions.add(revision);
    }
    tables.put(
        id(revision).hex() + "/" + name,
        new QueryTable(name, table.metadata(), table.table().io()));
    return this;
  }

  private ObjectId id(String revision) {
    return ObjectId.parse("%064x".formatted(revisions.indexOf(revision) + 1));
  }

  @Override
  public ObjectId commit(Revision revision) {
    if (!revisions.contains(revision.text())) {
      throw new VarveException(ErrorCode.REF_NOT_FOUND, "no revision '" + revision.text() + "'");
    }
    return id(revision.text());
  }

  @Override
  public Optional<QueryTable> find(ObjectId commit, List<String> path) {
    return Optional.ofNullable(tables.get(commit.hex() + "/" + String.join(".", path)));
  }

  @Override
  public List<List<String>> paths(ObjectId commit, int limit) {
    String prefix = commit.hex() + "/";
    return tables.keySet().stream()
        .filter(key -> key.startsWith(prefix))
        .map(key -> List.of(key.substring(prefix.length()).split("\\.")))
        .toList();
  }
}
