package dev.varve.engine.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import org.apache.iceberg.io.FileIO;

/**
 * The files of a warehouse for an engine that reads and writes local files only, as DuckDB does.
 * Safe for use by many threads.
 */
public interface LocalFiles {
  /** The FileIO of a warehouse, or one that wraps it, knows how its files are brought here. */
  interface Source {
    LocalFiles localFiles();
  }

  /** The local files behind {@code io}; if it knows of none, its locations are local paths. */
  static LocalFiles of(FileIO io) {
    return io instanceof Source source ? source.localFiles() : DiskFiles.ANYWHERE;
  }

  /**
   * Makes immutable files readable here, until the result is closed.
   *
   * @param lengths the files' lengths in bytes by their locations
   * @throws dev.varve.catalog.error.VarveException if one lies outside the warehouse, cannot be
   *     read, or there is no room for all of them
   */
  LocalCopies fetch(Map<String, Long> lengths);

  /**
   * Makes an empty directory to write files in that {@link #publish} takes. Its user deletes it.
   *
   * @param location where, unless the files have to lie elsewhere until they are published
   */
  Path stage(String location) throws IOException;

  /**
   * Moves files to their locations, durably, all or none.
   *
   * @param files the locations by the local files, which are gone from there afterwards
   */
  void publish(SortedMap<Path, String> files) throws IOException;

  /** Deletes a file if it is there. */
  void delete(String location) throws IOException;
}
