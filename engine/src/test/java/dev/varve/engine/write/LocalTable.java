package dev.varve.engine.write;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.OutputFile;

/** A table whose pointer lives in memory and whose files lie in one directory. */
final class LocalTable extends BaseTable {
  private LocalTable(Operations operations) {
    super(operations, "t");
  }

  static LocalTable create(
      Path directory,
      Schema schema,
      PartitionSpec spec,
      SortOrder order,
      Map<String, String> more) {
    TableMetadata metadata =
        TableMetadata.newTableMetadata(schema, spec, order, directory.toString(), more);
    return new LocalTable(new Operations(metadata));
  }

  /** All data files on disk, and whatever else lies beside them. */
  static List<Path> filesUnder(Path directory) {
    Path data = directory.resolve("data");
    if (!Files.exists(data)) {
      return List.of();
    }
    try (Stream<Path> tree = Files.walk(data)) {
      return tree.filter(path -> !path.equals(data)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Operations implements TableOperations {
    private TableMetadata current;

    Operations(TableMetadata current) {
      this.current = current;
    }

    @Override
    public synchronized TableMetadata current() {
      return current;
    }

    @Override
    public synchronized TableMetadata refresh() {
      return current;
    }

    @Override
    public synchronized void commit(TableMetadata base, TableMetadata metadata) {
      if (!Objects.equals(base, current)) {
        throw new CommitFailedException("the table moved");
      }
      current = metadata;
    }

    @Override
    public FileIO io() {
      return new LocalIo();
    }

    @Override
    public String metadataFileLocation(String fileName) {
      return current.location() + "/metadata/" + UUID.randomUUID() + fileName;
    }

    @Override
    public LocationProvider locationProvider() {
      return LocationProviders.locationsFor(current.location(), current.properties());
    }
  }

  private static final class LocalIo implements FileIO {
    private static final long serialVersionUID = 1L;

    @Override
    public InputFile newInputFile(String path) {
      return org.apache.iceberg.Files.localInput(path);
    }

    @Override
    public OutputFile newOutputFile(String path) {
      return org.apache.iceberg.Files.localOutput(new File(path));
    }

    @Override
    public void deleteFile(String path) {
      throw new UnsupportedOperationException();
    }
  }
}
