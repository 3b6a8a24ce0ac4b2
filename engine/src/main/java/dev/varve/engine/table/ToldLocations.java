package dev.varve.engine.table;

import java.util.function.Consumer;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.io.LocationProvider;

/** Tells of locations before it gives them out. Lives in one process: it is not serialized. */
final class ToldLocations implements LocationProvider {
  private static final long serialVersionUID = 1L;

  private final LocationProvider locations;
  private final transient Consumer<String> told;

  ToldLocations(LocationProvider locations, Consumer<String> told) {
    this.locations = locations;
    this.told = told;
  }

  @Override
  public String newDataLocation(String filename) {
    return told(locations.newDataLocation(filename));
  }

  @Override
  public String newDataLocation(PartitionSpec spec, StructLike partitionData, String filename) {
    return told(locations.newDataLocation(spec, partitionData, filename));
  }

  private String told(String location) {
    told.accept(location);
    return location;
  }
}
