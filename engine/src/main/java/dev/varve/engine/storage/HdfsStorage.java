package dev.varve.engine.storage;

import dev.varve.catalog.error.FullDisk;
import dev.varve.catalog.error.VarveException;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.hadoop.HadoopFileIO;

/** Opens a warehouse in HDFS. */
public final class HdfsStorage {
  private static final Map<String, String> CLIENT_PROPERTIES =
      Map.of("io-impl", HadoopFileIO.class.getName());

  private HdfsStorage() {}

  /**
   * Opens the warehouse, and makes its root if it is missing.
   *
   * @param location {@code hdfs://host:port/path} or {@code hdfs://nameservice/path}
   * @param configuration the directory with Hadoop's {@code core-site.xml} and {@code
   *     hdfs-site.xml}; empty for Hadoop's defaults
   * @throws VarveException if it cannot be reached, or not be written
   */
  public static Storage open(
      String location, Optional<java.nio.file.Path> configuration, CacheSettings cache) {
    RemoteLocations locations = new RemoteLocations(location);
    Configuration settings = new Configuration();
    configuration.ifPresent(
        directory -> {
          settings.addResource(new Path(directory.resolve("core-site.xml").toUri()));
          settings.addResource(new Path(directory.resolve("hdfs-site.xml").toUri()));
        });
    // Found by name, as the client's jar is not the only one that lists file systems.
    settings.set("fs.hdfs.impl", "org.apache.hadoop.hdfs.DistributedFileSystem");
    try {
      FileSystem files = FileSystem.get(URI.create(authority(locations.root())), settings);
      files.mkdirs(new Path(locations.root()));
    } catch (IOException | RuntimeException e) {
      throw error(e, locations.root());
    }
    return RemoteStorage.of(
        new RemoteStorage.Store(
            locations.root(),
            new HadoopFileIO(settings),
            HdfsStorage::error,
            CLIENT_PROPERTIES,
            Optional.empty()),
        cache);
  }

  private static String authority(String root) {
    int path = root.indexOf('/', root.indexOf("://") + 3);
    return path < 0 ? root : root.substring(0, path);
  }

  private static RuntimeException error(Exception failure, String location) {
    if (failure instanceof VarveException || failure instanceof NotFoundException) {
      return (RuntimeException) failure;
    }
    if (FullDisk.caused(failure)) {
      return FullDisk.error("there is no room for the files of tables", failure);
    }
    return StorageErrors.failed(
        "use",
        location,
        "HDFS at %s says: %s".formatted(authority(location), failure.getMessage()),
        "check '--warehouse' and '--hdfs.configuration', that HDFS runs, and that the user"
            + " (HADOOP_USER_NAME) may write there",
        failure);
  }
}
