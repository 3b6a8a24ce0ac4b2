package dev.varve.server.iceberg;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.table.Tables;
import java.util.Optional;
import org.apache.iceberg.exceptions.ForbiddenException;

/**
 * What a call speaks of: a repository's tables as of one commit, and where writes go.
 *
 * @param revision the revision as the client wrote it
 * @param commit the commit that it named when the call came in
 * @param branch the branch that it names, or empty if nothing can be written there
 */
record Target(Tables tables, String revision, ObjectId commit, Optional<RefName> branch) {

  /**
   * The branch that a write goes to.
   *
   * @throws ForbiddenException if the revision is a tag, a commit or a moment
   */
  RefName writable() {
    return branch.orElseThrow(
        () ->
            new ForbiddenException(
                "cannot write at '%s': it is not a branch; "
                    + "create a branch from it and connect with warehouse '%s/<branch>'",
                revision, tables.repository().name()));
  }
}
