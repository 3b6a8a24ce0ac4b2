package dev.varve.engine.prepared;

import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import java.util.List;

/** Names for the tables of conflicts that nothing else has. */
final class ConflictNames {
  private static final String NAMESPACE = "conflicts";

  private final Tables tables;

  ConflictNames(Tables tables) {
    this.tables = tables;
  }

  /** A namespace that a commit does not have. */
  NamespaceName freeNamespace(ObjectId commit) {
    NamespaceName name = NamespaceName.parse(NAMESPACE);
    for (int i = 2; tables.namespaces().exists(commit, name); i++) {
      name = NamespaceName.parse(NAMESPACE + "_" + i);
    }
    return name;
  }

  /** A table of that namespace for the conflicts of a subject. */
  static TableName freeName(NamespaceName namespace, String subject, List<KeptConflict> taken) {
    String name = subject.replaceAll("[^\\p{L}\\p{N}_]", "_");
    TableName free = TableName.of(namespace, name);
    for (int i = 2; isTaken(free, taken); i++) {
      free = TableName.of(namespace, name + "_" + i);
    }
    return free;
  }

  private static boolean isTaken(TableName name, List<KeptConflict> taken) {
    return taken.stream()
        .anyMatch(
            conflict ->
                conflict.table().filter(name::equals).isPresent()
                    || conflict.task().filter(task -> task.files().equals(name)).isPresent());
  }
}
