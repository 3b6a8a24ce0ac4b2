package dev.varve.engine.write;

import dev.varve.engine.storage.LocalFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.io.FileIO;

/**
 * Data files that are durable and that no commit names yet.
 *
 * <p>Whoever holds them commits them or calls {@link #discard}.
 *
 * @param places deletes them
 */
public record WrittenFiles(List<DataFile> files, LocalFiles places) {
  public WrittenFiles {
    files = List.copyOf(files);
  }

  /** No files, where there is nothing to write. */
  public static WrittenFiles none(FileIO io) {
    return new WrittenFiles(List.of(), LocalFiles.of(io));
  }

  /** These files and others of the same table. */
  public WrittenFiles and(List<DataFile> others) {
    List<DataFile> all = new ArrayList<>(files);
    all.addAll(others);
    return new WrittenFiles(all, places);
  }

  /** How many rows the files hold. */
  public long rows() {
    return files.stream().mapToLong(ContentFile::recordCount).sum();
  }

  /** The size of all files. */
  public long bytes() {
    return files.stream().mapToLong(ContentFile::fileSizeInBytes).sum();
  }

  /** Deletes the files, because nothing will name them. */
  public void discard() {
    for (DataFile file : files) {
      try {
        places.delete(file.location());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot delete '" + file.location() + "'", e);
      }
    }
  }

  /**
   * Deletes the files after a failure. What cannot be deleted is an orphan, and no reason to hide
   * why it is one: that is kept beside.
   *
   * @return {@code why}, to be thrown
   */
  public <E extends RuntimeException> E discardAfter(E why) {
    try {
      discard();
    } catch (RuntimeException e) {
      why.addSuppressed(e);
    }
    return why;
  }
}
