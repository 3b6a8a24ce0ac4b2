package dev.varve.engine.table;

import java.util.function.Consumer;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/** A table as it stood at a commit: it never changes, and takes no commits. */
final class ReadOnlyOperations implements TableOperations {
  private final LoadedTable table;
  private final Consumer<String> locations;

  /**
   * @param locations hears of each new location for data, which is there to be written elsewhere
   */
  ReadOnlyOperations(LoadedTable table, Consumer<String> locations) {
    this.table = table;
    this.locations = locations;
  }

  @Override
  public TableMetadata current() {
    return table.metadata();
  }

  @Override
  public TableMetadata refresh() {
    return table.metadata();
  }

  @Override
  public void commit(TableMetadata base, TableMetadata updated) {
    throw refused();
  }

  @Override
  public FileIO io() {
    return new OwnFilesIO(table.io());
  }

  @Override
  public String metadataFileLocation(String fileName) {
    throw refused();
  }

  @Override
  public LocationProvider locationProvider() {
    return new ToldLocations(LakeTableOperations.locationProvider(table.metadata()), locations);
  }

  private RuntimeException refused() {
    return TableErrors.toIceberg(
        TableErrors.readOnly(table.name(), table.commitId().abbreviate()), false);
  }
}
