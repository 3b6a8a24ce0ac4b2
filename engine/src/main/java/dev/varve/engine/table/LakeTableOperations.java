package dev.varve.engine.table;

import dev.varve.catalog.CommitResult;
import dev.varve.catalog.error.VarveException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/**
 * One table of one branch, as Iceberg's operations want it.
 *
 * <p>{@code newAppend()}, {@code updateSchema()} and the others validate against {@link #current()}
 * and hand new metadata to {@link #commit}, which is one commit of the lake. A conflict is
 * Iceberg's {@code CommitFailedException}, after which they refresh and try again; an unknown
 * outcome is {@code CommitStateUnknownException}; after any other exception nothing was committed.
 * For one thread, as Iceberg's tables are.
 */
public final class LakeTableOperations implements TableOperations {
  private final Tables tables;
  private final TableName name;
  private final WriteOptions options;
  private final FileIO io;
  private Optional<LoadedTable> loaded = Optional.empty();
  private Optional<CommitResult> lastCommit = Optional.empty();
  private boolean fresh;

  LakeTableOperations(Tables tables, TableName name, WriteOptions options) {
    this.tables = tables;
    this.name = name;
    this.options = options;
    this.io = new OwnFilesIO(tables.warehouse().io());
  }

  /** The commit that the last successful {@link #commit} made; empty before the first. */
  public Optional<CommitResult> lastCommit() {
    return lastCommit;
  }

  /** The table as it was last loaded; empty if it does not exist. */
  public Optional<LoadedTable> loaded() {
    current();
    return loaded;
  }

  /** The metadata last loaded, or null, as Iceberg wants it, if the table does not exist. */
  @Override
  public TableMetadata current() {
    return fresh ? metadata() : refresh();
  }

  @Override
  public TableMetadata refresh() {
    Optional<LoadedTable> now = tables.findHead(options.branch(), name);
    if (loaded.isPresent() && !sameTable(now)) {
      throw new NoSuchTableException(
          "table '%s' was dropped or replaced on '%s' meanwhile", name, options.branch());
    }
    loaded = now;
    fresh = true;
    return metadata();
  }

  private boolean sameTable(Optional<LoadedTable> now) {
    return now.isPresent() && now.get().content().id().equals(loaded.get().content().id());
  }

  private TableMetadata metadata() {
    return loaded.map(LoadedTable::metadata).orElse(null);
  }

  @Override
  public void commit(TableMetadata base, TableMetadata updated) {
    if (base != current()) {
      throw TableErrors.toIceberg(
          base == null
              ? TableErrors.tableExists(name, options.branch().toString())
              : TableErrors.staleTable(name),
          base == null);
    }
    if (base == updated) {
      return;
    }
    try {
      TableChange change = new TableChange(name, loaded, updated);
      CommittedTables committed = tables.commits().commit(options, List.of(change));
      lastCommit = Optional.of(committed.result());
      loaded = Optional.of(committed.tables().get(0));
    } catch (VarveException e) {
      fresh = false;
      throw TableErrors.toIceberg(e, base == null);
    } catch (CommitStateUnknownException e) {
      fresh = false;
      throw e;
    }
  }

  @Override
  public FileIO io() {
    return io;
  }

  /** Anything but an unknown outcome means that nothing was committed, so files may be removed. */
  @Override
  public boolean requireStrictCleanup() {
    return false;
  }

  @Override
  public String metadataFileLocation(String fileName) {
    return metadataFileLocation(current(), fileName);
  }

  @Override
  public LocationProvider locationProvider() {
    return toldLocations(current());
  }

  @Override
  public TableOperations temp(TableMetadata uncommitted) {
    return new Uncommitted(uncommitted);
  }

  private String metadataFileLocation(TableMetadata metadata, String fileName) {
    String directory =
        metadata.property(
            TableProperties.WRITE_METADATA_LOCATION, metadata.location() + "/metadata");
    String location = directory + "/" + fileName;
    tables.locations().accept(location);
    return location;
  }

  private LocationProvider toldLocations(TableMetadata metadata) {
    return new ToldLocations(locationProvider(metadata), tables.locations());
  }

  static LocationProvider locationProvider(TableMetadata metadata) {
    Map<String, String> properties = new HashMap<>(metadata.properties());
    // The property names a class to load, which a client must not choose for this process.
    properties.remove(TableProperties.WRITE_LOCATION_PROVIDER_IMPL);
    return LocationProviders.locationsFor(metadata.location(), properties);
  }

  /** Answers for metadata that is not committed yet, within a transaction. */
  private final class Uncommitted implements TableOperations {
    private final TableMetadata metadata;

    Uncommitted(TableMetadata metadata) {
      this.metadata = metadata;
    }

    @Override
    public TableMetadata current() {
      return metadata;
    }

    @Override
    public TableMetadata refresh() {
      throw new UnsupportedOperationException("uncommitted metadata cannot be refreshed");
    }

    @Override
    public void commit(TableMetadata base, TableMetadata updated) {
      throw new UnsupportedOperationException("uncommitted metadata takes no commits");
    }

    @Override
    public FileIO io() {
      return io;
    }

    @Override
    public String metadataFileLocation(String fileName) {
      return LakeTableOperations.this.metadataFileLocation(metadata, fileName);
    }

    @Override
    public LocationProvider locationProvider() {
      return toldLocations(metadata);
    }
  }
}
