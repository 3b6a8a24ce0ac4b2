package dev.varve.engine.storage;

import dev.varve.catalog.CacheStatistics;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.io.FileIO;

/**
 * Where the files of a warehouse are kept. Safe for use by many threads.
 *
 * <p>Locations are URIs taken literally: nothing is percent-decoded, and one with a {@code ..} is
 * refused.
 */
public interface Storage extends Closeable {
  /** The root as engines see it, such as {@code s3://bucket/lake}, without a slash at the end. */
  String location();

  /**
   * The one form of a location, below {@link #location()}.
   *
   * @throws dev.varve.catalog.error.VarveException if it lies outside the warehouse
   */
  String normal(String location);

  /** Reads and writes files of the warehouse and of no other place; not to be closed. */
  FileIO io();

  /**
   * The length in bytes of a file where it is kept, whatever copies there are here.
   *
   * @throws org.apache.iceberg.exceptions.NotFoundException if it is not there
   */
  long length(String location);

  /** The directory, if the warehouse is one on a local disk. */
  Optional<Path> directory();

  /**
   * What an Iceberg client should set to reach the files, credentials left out: properties of its
   * FileIO. Empty if it finds them by itself.
   */
  Map<String, String> clientProperties();

  /** What is done for clients that have no credentials of their own, if this is S3. */
  Optional<S3Delegation> delegation();

  /** What its caches did, by name: {@code files}, {@code vended-credentials}. Weights are bytes. */
  Map<String, CacheStatistics> caches();

  @Override
  void close();
}
