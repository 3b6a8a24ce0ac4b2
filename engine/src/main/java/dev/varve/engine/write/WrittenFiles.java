package dev.varve.engine.write;

import dev.varve.engine.table.LocalLocations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;

/**
 * Data files that are durable on disk and that no commit names yet.
 *
 * <p>Whoever holds them commits them or calls {@link #discard}.
 */
public record WrittenFiles(List<DataFile> files) {
  public WrittenFiles {
    files = List.copyOf(files);
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
      Path path = LocalLocations.path(file.location());
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot delete '" + path + "'", e);
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
