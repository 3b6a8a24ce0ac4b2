package dev.varve.engine.table;

import dev.varve.catalog.Repository;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import java.util.Map;

/** Where branches stand. */
final class Heads {
  private Heads() {}

  /**
   * The newest commit of a branch.
   *
   * @throws VarveException if there is none of that name; a tag is read-only
   */
  static ObjectId of(Repository repository, RefName branch) {
    return repository
        .refs()
        .find(branch, RefKind.BRANCH)
        .orElseThrow(() -> noBranch(repository, branch))
        .commitId();
  }

  private static VarveException noBranch(Repository repository, RefName name) {
    if (repository.refs().find(name, RefKind.TAG).isEmpty()) {
      return repository.refs().notFound(name);
    }
    return new VarveException(
        ErrorCode.READ_ONLY,
        "'%s' is a tag, and a tag never moves".formatted(name),
        "write to a branch; make one with: varve branch create NAME --from " + name,
        Map.of("ref", name.text()),
        null);
  }
}
