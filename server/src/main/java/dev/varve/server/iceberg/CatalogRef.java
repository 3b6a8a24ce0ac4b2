package dev.varve.server.iceberg;

import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefName;
import java.util.Optional;

/**
 * Branches and tags of the catalog by the names that Iceberg's refs have, which may be any text.
 */
final class CatalogRef {

  private CatalogRef() {}

  /** The branch or tag of this name, if there is one. */
  static Optional<Ref> find(Target target, String name) {
    RefName ref;
    try {
      ref = RefName.parse(name);
    } catch (VarveException e) {
      return Optional.empty(); // no ref can have such a name
    }
    return target.tables().repository().refs().find(ref);
  }
}
