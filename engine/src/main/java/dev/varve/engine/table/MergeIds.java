package dev.varve.engine.table;

import dev.varve.catalog.Repository;
import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.tree.ContentId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.TableMetadata;

/** The ids that a merge of table metadata hands out, kept apart from those of all branches. */
public final class MergeIds {
  private MergeIds() {}

  /**
   * A table's metadata with its counters at the repository's marks, so that what is built on it
   * takes no id twice. It keeps its file location, and no file is written.
   *
   * @param formatVersion the format that the merged table will have; metadata of an earlier one is
   *     upgraded first, for it has no place for the mark of the row ids
   */
  public static TableMetadata raised(
      Repository repository, ContentId table, TableMetadata metadata, int formatVersion) {
    TableMetadata upgraded = upgraded(metadata, formatVersion);
    IdMarks own = IdMarks.of(upgraded);
    IdMarks marks = own.or(IdMarks.of(repository, table)).forFormat(formatVersion);
    if (marks.equals(own)) {
      return upgraded;
    }
    return TableMetadata.buildFrom(StoredMetadata.raised(upgraded, marks).metadata())
        .withMetadataLocation(metadata.metadataFileLocation())
        .build();
  }

  /**
   * Metadata with its counters at least where another's of the same table and format are, so that
   * both can hand out ids side by side. It keeps its file location, and no file is written.
   */
  public static TableMetadata above(TableMetadata metadata, TableMetadata other) {
    IdMarks own = IdMarks.of(metadata);
    IdMarks marks = own.or(IdMarks.of(other)).forFormat(metadata.formatVersion());
    return marks.equals(own)
        ? metadata
        : TableMetadata.buildFrom(StoredMetadata.raised(metadata, marks).metadata())
            .withMetadataLocation(metadata.metadataFileLocation())
            .build();
  }

  /** Whether a merge came to no more than what ours is once its counters are raised. */
  public static boolean raisedAlone(TableMetadata ours, TableMetadata merged) {
    // What a builder changes it dates; that saves writing most metadata out to compare it.
    return ours.lastUpdatedMillis() == merged.lastUpdatedMillis()
        && ours.formatVersion() == merged.formatVersion()
        && Arrays.equals(
            StoredMetadata.raised(ours, IdMarks.of(merged)).value(), TableContent.encode(merged));
  }

  private static TableMetadata upgraded(TableMetadata metadata, int formatVersion) {
    if (metadata.formatVersion() >= formatVersion) {
      return metadata;
    }
    return TableMetadata.buildFrom(metadata)
        .upgradeFormatVersion(formatVersion)
        .discardChanges()
        .withMetadataLocation(metadata.metadataFileLocation())
        .build();
  }

  /**
   * The repository's marks of a table: equal to an earlier answer if no branch took an id since.
   */
  public static Object marks(Repository repository, ContentId table) {
    return IdMarks.of(repository, table);
  }

  /**
   * What the commit of a merged table must raise in the same write.
   *
   * @param from the raised metadata that the merge was built on
   * @throws dev.varve.catalog.error.VarveException if another branch has taken the same ids since;
   *     a retryable conflict
   */
  public static List<CounterRaise> raises(
      Repository repository,
      TableName name,
      ContentId table,
      TableMetadata from,
      TableMetadata merged) {
    return IdMarks.raises(
        name, table, () -> IdMarks.of(repository, table), Optional.of(from), merged);
  }
}
