package dev.varve.engine.table;

import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/** One table in memory: lets Iceberg's own updates compute a new state. For one thread. */
public class MemoryOperations implements TableOperations {
  private final FileIO io;
  private TableMetadata current;

  public MemoryOperations(TableMetadata start, FileIO io) {
    this.current = start;
    this.io = io;
  }

  @Override
  public TableMetadata current() {
    return current;
  }

  @Override
  public TableMetadata refresh() {
    return current;
  }

  @Override
  public void commit(TableMetadata base, TableMetadata metadata) {
    this.current = metadata;
  }

  @Override
  public FileIO io() {
    return io;
  }

  @Override
  public String metadataFileLocation(String fileName) {
    String folder =
        current.property(TableProperties.WRITE_METADATA_LOCATION, current.location() + "/metadata");
    return (folder.endsWith("/") ? folder : folder + "/") + fileName;
  }

  @Override
  public LocationProvider locationProvider() {
    return LocationProviders.locationsFor(current.location(), current.properties());
  }
}
