package dev.varve.engine.merge;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/**
 * Files over a warehouse whose new ones stay in memory until {@link #flush()}: a dry run or a merge
 * that ends in conflicts leaves nothing behind. Holds manifests, which are small; never data.
 *
 * <p>Deleting removes only what was written here. Not safe for concurrent flushes.
 */
final class ScratchFileIO implements FileIO {
  private final FileIO warehouse;
  private final transient InMemoryFileIO written = new InMemoryFileIO();
  private final Set<String> locations = new LinkedHashSet<>();

  ScratchFileIO(FileIO warehouse) {
    this.warehouse = warehouse;
  }

  @Override
  public synchronized InputFile newInputFile(String location) {
    return written.fileExists(location)
        ? written.newInputFile(location)
        : warehouse.newInputFile(location);
  }

  @Override
  public synchronized OutputFile newOutputFile(String location) {
    locations.add(location);
    return written.newOutputFile(location);
  }

  @Override
  public synchronized void deleteFile(String location) {
    if (written.fileExists(location)) {
      written.deleteFile(location);
      locations.remove(location);
    }
  }

  @Override
  public Map<String, String> properties() {
    return Map.of();
  }

  /**
   * Writes what is in memory to the warehouse.
   *
   * @return the locations written, to be deleted if the commit that names them fails
   */
  synchronized List<String> flush() {
    List<String> flushed = new ArrayList<>();
    for (String location : locations) {
      if (written.fileExists(location)) {
        try (InputStream from = written.newInputFile(location).newStream();
            OutputStream to = warehouse.newOutputFile(location).create()) {
          from.transferTo(to);
        } catch (IOException e) {
          throw new UncheckedIOException("cannot write '" + location + "'", e);
        }
        flushed.add(location);
      }
    }
    locations.clear();
    return flushed;
  }
}
