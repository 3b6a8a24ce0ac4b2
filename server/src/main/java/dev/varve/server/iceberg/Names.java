package dev.varve.server.iceberg;

import dev.varve.catalog.tree.Key;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
import java.util.List;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;

/** Iceberg's identifiers and the lake's names. */
final class Names {

  private Names() {}

  static NamespaceName namespace(Namespace namespace) {
    if (namespace.isEmpty()) {
      throw new BadRequestException("the empty namespace cannot be used: name one, or 'default'");
    }
    return new NamespaceName(Key.of(List.of(namespace.levels())));
  }

  static Namespace namespace(NamespaceName name) {
    return Namespace.of(name.key().elements().toArray(String[]::new));
  }

  static TableName table(TableIdentifier identifier) {
    return TableName.of(namespace(identifier.namespace()), identifier.name());
  }

  static TableIdentifier table(TableName name) {
    return TableIdentifier.of(namespace(name.namespace()), name.name());
  }

  /**
   * Refuses a new name that could never be asked for.
   *
   * @throws BadRequestException if it has an '@'
   */
  static void requireNoRevision(TableIdentifier name) {
    if (name.name().contains("@")) {
      throw new BadRequestException(
          "cannot use the name '%s': what follows '@' is read as a revision", name.name());
    }
  }
}
