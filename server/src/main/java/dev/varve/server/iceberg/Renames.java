package dev.varve.server.iceberg;

import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.rest.requests.RenameTableRequest;

/** What renaming a table and renaming a view have in common. */
final class Renames {

  private Renames() {}

  /**
   * Refuses a rename onto a table or view.
   *
   * @throws AlreadyExistsException naming what stands there
   */
  static void requireFree(Target target, RenameTableRequest request) {
    TableIdentifier to = request.destination();
    if (new TableAt(target, to, to).find().isPresent()) {
      throw taken(request, "Table");
    }
    if (ViewResource.find(target, to).isPresent()) {
      throw taken(request, "View");
    }
  }

  private static AlreadyExistsException taken(RenameTableRequest request, String kind) {
    return new AlreadyExistsException(
        "Cannot rename %s to %s. %s already exists", request.source(), request.destination(), kind);
  }
}
