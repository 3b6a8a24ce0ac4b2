package dev.varve.server.iceberg;

import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.StaleAppend;
import dev.varve.engine.table.TableChange;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.MetadataUpdate.AddSnapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.rest.requests.UpdateTableRequest;

/**
 * Turns a request's requirements and updates into a change of a table.
 *
 * <p>Requirements are checked against the metadata as it is served, whose ids are raised to the
 * repository's marks, so that a client which took an id that another branch has used is told to try
 * again. A pure append that was made on an older snapshot is put on top of the newest one instead,
 * so that many clients can append to one table.
 */
final class TableCommits {

  /** Thrown by Iceberg, and not public there, when values in a request fell behind the table. */
  private static final String STALE_VALUES = "RetryableValidationException";

  private TableCommits() {}

  /**
   * The change that {@code request} makes to the table as it is now; empty if it makes none.
   *
   * @throws CommitFailedException if a requirement is not met: the client reads again and retries
   */
  static Optional<TableChange> change(
      TableAt table, UpdateTableRequest request, WriteOptions options) {
    return creates(request)
        ? creation(table, request)
        : change(table, table.load(), request, options);
  }

  /** The change that {@code request} makes to the table as {@code base} has it. */
  static Optional<TableChange> change(
      TableAt table, LoadedTable base, UpdateTableRequest request, WriteOptions options) {
    requireKnownSnapshots(table, base.metadata(), request.updates());
    TableMetadata updated = updated(base, noted(base, request, options));
    return updated.changes().isEmpty()
        ? Optional.empty()
        : Optional.of(new TableChange(Names.table(table.name()), Optional.of(base), updated));
  }

  /** One snapshot at most is noted here; of several, one may sign for all. */
  private static UpdateTableRequest noted(
      LoadedTable base, UpdateTableRequest request, WriteOptions options) {
    if (request.updates().stream().filter(AddSnapshot.class::isInstance).count() != 1) {
      return request;
    }
    List<MetadataUpdate> updates = new ArrayList<>();
    for (MetadataUpdate update : request.updates()) {
      updates.add(
          update instanceof AddSnapshot add
              ? new AddSnapshot(Tables.noted(options, base, add.snapshot()))
              : update);
    }
    return new UpdateTableRequest(request.requirements(), updates);
  }

  /** A ref that the table shows may stand at a snapshot of another branch, as in a fast-forward. */
  private static void requireKnownSnapshots(
      TableAt table, TableMetadata base, List<MetadataUpdate> updates) {
    Set<Long> added = new HashSet<>();
    for (MetadataUpdate update : updates) {
      if (update instanceof AddSnapshot add) {
        added.add(add.snapshot().snapshotId());
      } else if (update instanceof MetadataUpdate.SetSnapshotRef set
          && base.snapshot(set.snapshotId()) == null
          && !added.contains(set.snapshotId())) {
        throw new BadRequestException(
            "cannot set '%s' of '%s' to snapshot %d, which '%s' does not have; what another branch"
                + " has comes by: varve merge <branch> --into %s",
            set.name(),
            table.asked(),
            set.snapshotId(),
            table.target().revision(),
            table.target().revision());
      }
    }
  }

  private static TableMetadata updated(LoadedTable base, UpdateTableRequest request) {
    try {
      request.requirements().forEach(requirement -> requirement.validate(base.metadata()));
      Defaults.requireKnown(base.metadata(), request.updates());
      return apply(request.updates(), TableMetadata.buildFrom(base.metadata()));
    } catch (CommitFailedException stale) {
      return PureAppend.of(request)
          .filter(append -> append.requirementsHold(base.metadata()))
          .flatMap(append -> StaleAppend.onTop(base.metadata(), append.snapshot(), base.io()))
          .orElseThrow(() -> stale);
    }
  }

  private static Optional<TableChange> creation(TableAt table, UpdateTableRequest request) {
    Optional<LoadedTable> existing = table.find();
    TableMetadata current = existing.map(LoadedTable::metadata).orElse(null);
    request.requirements().forEach(requirement -> requirement.validate(current));
    if (ViewResource.find(table.target(), table.name()).isPresent()) {
      throw new AlreadyExistsException("View with same name already exists: %s", table.name());
    }
    NamespaceResource.properties(table.target(), table.name().namespace());
    Defaults.requireAll(empty(request), request.updates());
    return Optional.of(
        new TableChange(
            Names.table(table.name()), Optional.empty(), apply(request.updates(), empty(request))));
  }

  private static TableMetadata.Builder empty(UpdateTableRequest request) {
    return request.updates().stream()
        .filter(MetadataUpdate.UpgradeFormatVersion.class::isInstance)
        .map(update -> ((MetadataUpdate.UpgradeFormatVersion) update).formatVersion())
        .findFirst()
        .map(TableMetadata::buildFromEmpty)
        .orElseGet(TableMetadata::buildFromEmpty);
  }

  private static TableMetadata apply(List<MetadataUpdate> updates, TableMetadata.Builder builder) {
    try {
      updates.forEach(update -> update.applyTo(builder));
      return builder.build();
    } catch (ValidationException e) {
      if (e.getClass().getSimpleName().equals(STALE_VALUES)) {
        throw new CommitFailedException(e, "the snapshot is stale: %s", e.getMessage());
      }
      throw e;
    }
  }

  /** Whether the request commits a staged creation, which no other requirement can go with. */
  static boolean creates(UpdateTableRequest request) {
    List<UpdateRequirement> requirements = request.requirements();
    boolean creates =
        requirements.stream().anyMatch(UpdateRequirement.AssertTableDoesNotExist.class::isInstance);
    if (creates && requirements.size() > 1) {
      throw new IllegalArgumentException(
          "Invalid create requirements: assert-create stands alone, found %d requirements"
              .formatted(requirements.size()));
    }
    return creates;
  }
}
