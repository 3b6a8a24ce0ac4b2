package dev.varve.engine.merge;

import dev.varve.engine.diff.FileCounts;
import dev.varve.engine.merge.rows.DifferingFiles;
import dev.varve.engine.merge.rows.RowWork;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.TableMetadata;

/** What came of merging three states of one table. */
sealed interface StateMergeResult {
  /**
   * The sides combine exactly.
   *
   * @param metadata the merged table, without a metadata location
   * @param added the files that the merge adds to ours, and {@code removed} those it takes away
   * @param rows what was compared: rows, if these decided, the keys of files that were combined, or
   *     columns that a side dropped
   */
  record Combined(
      TableMetadata metadata,
      MergeLevel level,
      FileCounts added,
      FileCounts removed,
      Optional<RowWork> rows)
      implements StateMergeResult {
    Combined(TableMetadata metadata, MergeLevel level, FileCounts added, FileCounts removed) {
      this(metadata, level, added, removed, Optional.empty());
    }

    /** With what was compared beside it. */
    Combined and(RowWork more) {
      return new Combined(
          metadata, level, added, removed, Optional.of(rows.map(more::plus).orElse(more)));
    }
  }

  /** The sides disagree on metadata; each conflict names what on. */
  record MetadataConflicts(List<MergeConflict> conflicts) implements StateMergeResult {}

  /**
   * Files do not decide it: only comparing rows does. The metadata of both sides does merge.
   *
   * @param why the kind of the obstacle
   * @param metadata the merged metadata with ours' files, on which a merge of rows builds
   * @param files finds the files whose rows are to be compared
   * @param details what was seen, by name: file counts, sample keys
   */
  record NeedsRows(
      Why why,
      TableMetadata metadata,
      SideChange ours,
      SideChange theirs,
      Supplier<DifferingFiles> files,
      Map<String, String> details)
      implements StateMergeResult {
    /** The same table, whose rows were compared and do not fit together for a reason. */
    NeedsRows unfit(String reason) {
      return new NeedsRows(
          Why.ROWS_MAY_NOT_FIT, metadata, ours, theirs, files, Map.of("reason", reason));
    }
  }

  /** Why the files of two sides cannot be combined. */
  enum Why {
    /** Both sides removed a file of base, or changed the deletes that apply to it. */
    SAME_FILES,
    /** Delete files of one side would also hit rows that the other side added. */
    DELETES_REACH_FURTHER,
    /** Both sides added rows with the same row key. */
    SAME_KEYS,
    /** One side changed the row key or required a column, and rows of the other do not fit it. */
    ROWS_MAY_NOT_FIT
  }
}
