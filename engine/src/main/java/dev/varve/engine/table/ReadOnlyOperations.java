package dev.varve.engine.table;

import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/** A table as it stood at a commit: it never changes, and takes no commits. */
final class ReadOnlyOperations implements TableOperations {
  private final LoadedTable table;

  ReadOnlyOperations(LoadedTable table) {
    this.table = table;
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
    return LakeTableOperations.locationProvider(table.metadata());
  }

  private RuntimeException refused() {
    return TableErrors.toIceberg(
        TableErrors.readOnly(table.name(), table.commitId().abbreviate()), false);
  }
}
