package dev.varve.engine.diff;

import java.util.List;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;

/**
 * The files by which two states of a table differ.
 *
 * <p>Delete files are listed as such; which data files they apply to is another question, answered
 * by {@link AppliedDeletes}.
 *
 * @param manifestsRead how many manifests were opened to find out
 */
public record FileDelta(
    List<DataFile> added,
    List<DataFile> removed,
    List<DeleteFile> addedDeletes,
    List<DeleteFile> removedDeletes,
    int manifestsRead) {
  public FileDelta {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    addedDeletes = List.copyOf(addedDeletes);
    removedDeletes = List.copyOf(removedDeletes);
  }

  /** Whether both states hold the same files. */
  public boolean isEmpty() {
    return added.isEmpty() && removed.isEmpty() && !changesDeletes();
  }

  /** Whether the states differ by delete files or deletion vectors. */
  public boolean changesDeletes() {
    return !addedDeletes.isEmpty() || !removedDeletes.isEmpty();
  }

  /** Counts of the added data files. */
  public FileCounts addedCounts() {
    return FileCounts.of(added);
  }

  /** Counts of the removed data files. */
  public FileCounts removedCounts() {
    return FileCounts.of(removed);
  }

  /** How many rows the added delete files and deletion vectors list, by position or by value. */
  public long deletedRecords() {
    return addedDeletes.stream().mapToLong(ContentFile::recordCount).sum();
  }
}
