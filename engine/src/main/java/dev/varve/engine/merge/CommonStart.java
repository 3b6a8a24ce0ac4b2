package dev.varve.engine.merge;

import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;

/**
 * Stands in for the base of one table that came to both branches after their histories parted, as
 * by a cherry-pick or a squash of the commit that created it.
 */
final class CommonStart {
  private CommonStart() {}

  /**
   * The table without files: what both sides have alike is then one change made on both.
   *
   * @return empty if the sides differ in more than files; without a base it cannot be told who
   *     changed what
   */
  static Optional<TableMetadata> of(TableMetadata ours, TableMetadata theirs) {
    boolean alike =
        ours.schema().sameSchema(theirs.schema())
            && ours.spec().compatibleWith(theirs.spec())
            && ours.sortOrder().sameOrder(theirs.sortOrder())
            && ours.properties().equals(theirs.properties())
            && ours.location().equals(theirs.location());
    return alike ? Optional.of(withoutFiles(ours)) : Optional.empty();
  }

  private static TableMetadata withoutFiles(TableMetadata table) {
    return TableMetadata.buildFrom(table)
        .removeSnapshots(table.snapshots().stream().map(Snapshot::snapshotId).toList())
        .build();
  }
}
