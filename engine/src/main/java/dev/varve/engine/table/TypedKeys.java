package dev.varve.engine.table;

import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Entry;
import dev.varve.catalog.tree.Key;
import dev.varve.catalog.tree.Tree;
import java.util.List;
import java.util.Optional;

/** The names of a tree that hold one type of content: its tables, or its views. */
final class TypedKeys {
  private TypedKeys() {}

  /** In the order of keys, after {@code after}; directly in a namespace, or in all of them. */
  static List<TableName> list(
      Tree tree,
      ContentType type,
      Optional<NamespaceName> namespace,
      Optional<TableName> after,
      int limit) {
    Optional<Key> behind = after.map(TableName::key);
    List<Entry> entries =
        namespace.isPresent()
            ? Scan.children(tree, namespace.map(NamespaceName::key), behind, type, limit)
            : Scan.all(tree, behind, type, limit);
    return entries.stream().map(entry -> new TableName(entry.key())).toList();
  }
}
