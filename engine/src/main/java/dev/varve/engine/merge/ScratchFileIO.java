package dev.varve.engine.merge;

import dev.varve.engine.storage.LocalFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.inmemory.InMemoryOutputFile;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/**
 * Files over a warehouse whose new ones stay in memory until {@link #flush()}: a dry run or a merge
 * that ends in conflicts leaves nothing behind. Holds manifests, which are small; never data.
 *
 * <p>Deleting removes only what was written here. Not safe for concurrent flushes.
 */
final class ScratchFileIO implements FileIO, LocalFiles.Source {
  private final FileIO warehouse;
  private final transient Map<String, InMemoryOutputFile> written = new LinkedHashMap<>();

  ScratchFileIO(FileIO warehouse) {
    this.warehouse = warehouse;
  }

  @Override
  public LocalFiles localFiles() {
    return LocalFiles.of(warehouse);
  }

  @Override
  public synchronized InputFile newInputFile(String location) {
    InMemoryOutputFile file = written.get(location);
    return file == null ? warehouse.newInputFile(location) : file.toInputFile();
  }

  @Override
  public synchronized OutputFile newOutputFile(String location) {
    InMemoryOutputFile file = new InMemoryOutputFile(location);
    written.put(location, file);
    return file;
  }

  @Override
  public synchronized void deleteFile(String location) {
    written.remove(location);
  }

  @Override
  public Map<String, String> properties() {
    return Map.of();
  }

  /** The locations of the files that are in memory. */
  synchronized List<String> pending() {
    return List.copyOf(written.keySet());
  }

  /** Writes what is in memory to the warehouse: if it fails, some or part of it. */
  synchronized void flush() {
    for (InMemoryOutputFile file : written.values()) {
      try (OutputStream to = warehouse.newOutputFile(file.location()).create()) {
        to.write(file.toByteArray());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write '" + file.location() + "'", e);
      }
    }
    written.clear();
  }
}
