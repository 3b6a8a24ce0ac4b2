package dev.varve.engine.merge;

import dev.varve.catalog.tree.ContentId;
import dev.varve.engine.merge.rows.KeptConflicts;
import java.nio.file.Path;

/**
 * A directory where a merge leaves its conflicts between rows, and finds what was said of earlier
 * ones: two Parquet files for a table, by its content id.
 *
 * @param directory it exists, and is the caller's to delete
 * @param answers knows what was said of conflicts that are not between rows
 * @param elsewhere takes the merges of rows that another engine is to do, and knows what it did
 */
public record ConflictFiles(Path directory, RowsElsewhere elsewhere, Answers answers) {
  /** Nothing was done elsewhere so far, or said. */
  public ConflictFiles(Path directory) {
    this(directory, new RowsElsewhere(), new Answers());
  }

  /** The files of one table, which need not be there. */
  public KeptConflicts of(ContentId table) {
    return new KeptConflicts(
        directory.resolve(table + ".conflicts.parquet"),
        directory.resolve(table + ".resolutions.parquet"));
  }
}
