package dev.varve.engine.table;

import dev.varve.catalog.Repository;
import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.tree.ContentId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.iceberg.TableMetadata;

/**
 * The highest ids that any branch has handed out for one table.
 *
 * <p>Iceberg clients take the next column, partition field and row ids from the metadata that they
 * were served. Two branches must not use one id for different things, or their files could not live
 * in one table; so the marks are kept per table id and repository, metadata is served with them,
 * and a commit that took ids from older marks is refused.
 */
record IdMarks(long lastColumnId, long lastPartitionId, long nextRowId) {
  private static final String COLUMN = "last-column-id";
  private static final String PARTITION = "last-partition-id";
  private static final String ROW = "next-row-id";
  private static final int FIRST_FORMAT_WITH_ROW_IDS = 3;

  static IdMarks of(TableMetadata metadata) {
    return new IdMarks(
        metadata.lastColumnId(), metadata.lastAssignedPartitionId(), metadata.nextRowId());
  }

  static IdMarks of(Repository repository, ContentId table) {
    return of(name -> repository.counter(table, name));
  }

  /** The marks of one table that a format has a place for: rows have ids from v3 on. */
  static IdMarks of(Repository repository, ContentId table, int version) {
    return of(
        name ->
            name.equals(ROW) && version < FIRST_FORMAT_WITH_ROW_IDS
                ? 0
                : repository.counter(table, name));
  }

  /** The marks of one table. */
  static IdMarks of(ToLongFunction<String> counters) {
    return new IdMarks(
        counters.applyAsLong(COLUMN), counters.applyAsLong(PARTITION), counters.applyAsLong(ROW));
  }

  /** The higher of each. */
  IdMarks or(IdMarks other) {
    return new IdMarks(
        Math.max(lastColumnId, other.lastColumnId),
        Math.max(lastPartitionId, other.lastPartitionId),
        Math.max(nextRowId, other.nextRowId));
  }

  /** The marks that metadata of a format has a place for: rows have ids from v3 on. */
  IdMarks forFormat(int version) {
    return version < FIRST_FORMAT_WITH_ROW_IDS
        ? new IdMarks(lastColumnId, lastPartitionId, 0)
        : this;
  }

  private static boolean hasRowIds(TableMetadata metadata) {
    return metadata.formatVersion() >= FIRST_FORMAT_WITH_ROW_IDS;
  }

  /**
   * What a commit must raise in the same write: nothing if it took no id, since those of its base
   * were marked when that was committed.
   *
   * @param kept asks for the repository's marks
   * @param base the metadata that the writer took its ids from, empty for a new table
   * @throws dev.varve.catalog.error.VarveException if the writer took an id that is taken; a
   *     retryable conflict
   */
  static List<CounterRaise> raises(
      TableName name,
      ContentId table,
      Supplier<IdMarks> kept,
      Optional<TableMetadata> base,
      TableMetadata updated) {
    IdMarks to = of(updated);
    // A table without a base brings its ids with it: a new one, or one that is registered.
    IdMarks from = base.map(IdMarks::of).orElse(to);
    return base.isPresent() && to.equals(from)
        ? List.of()
        : raises(name, table, kept.get(), from, to, base.filter(it -> !hasRowIds(it)).isPresent());
  }

  private static List<CounterRaise> raises(
      TableName name, ContentId table, IdMarks kept, IdMarks from, IdMarks to, boolean upgrade) {
    if (upgrade && to.nextRowId > 0 && kept.nextRowId > 0) {
      // The metadata served in the old format had no place for the mark, so no retry would help.
      throw TableErrors.upgradeFirst(name);
    }
    List<CounterRaise> raises = new ArrayList<>();
    raise(name, table, COLUMN, kept.lastColumnId, from.lastColumnId, to.lastColumnId)
        .ifPresent(raises::add);
    raise(name, table, PARTITION, kept.lastPartitionId, from.lastPartitionId, to.lastPartitionId)
        .ifPresent(raises::add);
    raise(name, table, ROW, kept.nextRowId, from.nextRowId, to.nextRowId).ifPresent(raises::add);
    return raises;
  }

  private static Optional<CounterRaise> raise(
      TableName name, ContentId table, String counter, long kept, long from, long to) {
    if (to > from && kept > from) {
      throw TableErrors.idsTaken(name, counter, from, kept);
    }
    return to > kept ? Optional.of(new CounterRaise(table, counter, kept, to)) : Optional.empty();
  }
}
