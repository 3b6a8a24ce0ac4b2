package dev.varve.engine.table;

import dev.varve.catalog.Repository;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;

/** Where branches stand. */
final class Heads {
  private Heads() {}

  /** The newest commit of a branch; a tag of that name is not one. */
  static ObjectId of(Repository repository, RefName branch) {
    return repository
        .refs()
        .find(branch, RefKind.BRANCH)
        .orElseThrow(() -> repository.refs().notFound(branch))
        .commitId();
  }
}
