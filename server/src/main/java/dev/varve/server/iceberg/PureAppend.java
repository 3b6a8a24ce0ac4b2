package dev.varve.server.iceberg;

import java.util.Optional;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.MetadataUpdate.AddSnapshot;
import org.apache.iceberg.MetadataUpdate.SetSnapshotRef;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.UpdateRequirement.AssertRefSnapshotID;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.rest.requests.UpdateTableRequest;

/** A request that adds one snapshot to a table's main branch and does nothing else. */
final class PureAppend {
  private final UpdateTableRequest request;
  private final Snapshot snapshot;

  private PureAppend(UpdateTableRequest request, Snapshot snapshot) {
    this.request = request;
    this.snapshot = snapshot;
  }

  /** The request as such, if it is one; whether its snapshot only appends is not looked at. */
  static Optional<PureAppend> of(UpdateTableRequest request) {
    if (request.updates().size() != 2) {
      return Optional.empty();
    }
    MetadataUpdate first = request.updates().get(0);
    MetadataUpdate second = request.updates().get(1);
    if (first instanceof AddSnapshot added
        && second instanceof SetSnapshotRef ref
        && ref.name().equals(SnapshotRef.MAIN_BRANCH)
        && ref.snapshotId() == added.snapshot().snapshotId()) {
      return Optional.of(new PureAppend(request, added.snapshot()));
    }
    return Optional.empty();
  }

  Snapshot snapshot() {
    return snapshot;
  }

  /** Whether all holds that the request asks for, but for the snapshot that it was made on. */
  boolean requirementsHold(TableMetadata table) {
    try {
      for (UpdateRequirement requirement : request.requirements()) {
        if (!isAboutMain(requirement)) {
          requirement.validate(table);
        }
      }
      return true;
    } catch (CommitFailedException e) {
      return false;
    }
  }

  private static boolean isAboutMain(UpdateRequirement requirement) {
    return requirement instanceof AssertRefSnapshotID ref
        && ref.refName().equals(SnapshotRef.MAIN_BRANCH);
  }
}
