package dev.varve.engine.table;

import dev.varve.catalog.tree.ContentId;
import dev.varve.engine.storage.DurableFiles;
import dev.varve.engine.storage.LocalLocations;
import dev.varve.engine.storage.LocalStorage;
import dev.varve.engine.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.io.FileIO;

/**
 * Where the files of a lake lie.
 *
 * <p>Below the root each repository has a directory with four parts:
 *
 * <pre>
 * lake/tables/sales/orders-3f2a91c0   the served location of a table: it holds no file, ever
 * lake/data/&lt;table id&gt;               data and delete files (write.data.path)
 * lake/metadata/&lt;table id&gt;           manifests and metadata.json (write.metadata.path)
 * lake/attempts                      records of merges, ingests and edits that are being written
 * </pre>
 *
 * <p>The records are always on a local disk: with a remote warehouse, beside the catalog.
 *
 * <p>They are apart because some engines delete, below a table's location, every file that the
 * metadata they were served does not name; files that other branches use would go. Safe for use by
 * many threads.
 */
public final class Warehouse implements Closeable {
  private static final String TABLES = "tables";

  private final Storage storage;
  private final FileIO io;
  private final Optional<Path> records;

  private Warehouse(Storage storage, FileIO io, Optional<Path> records) {
    this.storage = storage;
    this.io = io;
    this.records = records;
  }

  /**
   * A warehouse in any store.
   *
   * @param records the local directory for records of merges, unless the warehouse is local itself
   */
  public static Warehouse of(Storage storage, Path records) {
    return new Warehouse(storage, storage.io(), storage.directory().or(() -> Optional.of(records)));
  }

  /** A warehouse in a local directory, which is created if it is missing. */
  public static Warehouse local(Path directory) {
    return local(LocalStorage.of(directory));
  }

  /**
   * A copy of a warehouse, such as a backup, to be read.
   *
   * @param root where the warehouse is, as locations in table metadata say
   * @param copy where its files lie instead
   */
  public static Warehouse copyOf(Path root, Path copy) {
    return local(LocalStorage.copyOf(root, copy));
  }

  private static Warehouse local(LocalStorage storage) {
    return new Warehouse(storage, storage.io(), storage.directory());
  }

  /** The same places with other access to files, for tests that count calls or make them fail. */
  Warehouse with(FileIO other) {
    return new Warehouse(storage, other, records);
  }

  /** The root as engines see it, such as {@code file:///…}, without a slash at the end. */
  public String location() {
    return storage.location();
  }

  /** Reads and writes files of the warehouse and of no other place; not to be closed. */
  public FileIO io() {
    return io;
  }

  /** The store that holds the files. */
  public Storage storage() {
    return storage;
  }

  /**
   * The directory below which everything lies.
   *
   * @throws dev.varve.catalog.error.VarveException if the warehouse is not on a local disk
   */
  public Path root() {
    return storage.directory().orElseThrow(() -> TableErrors.notOnDisk(location()));
  }

  /** The root as archives and backups write it down: a path if it is on a local disk. */
  public String place() {
    return storage.directory().map(Path::toString).orElseGet(storage::location);
  }

  /** The location of a path of this warehouse, as it is written into metadata. */
  public String location(Path path) {
    return LocalLocations.of(path);
  }

  /**
   * The local path of a location.
   *
   * @throws dev.varve.catalog.error.VarveException if the location lies outside the warehouse, or
   *     the warehouse is not on a local disk
   */
  public Path path(String location) {
    if (storage instanceof LocalStorage local) {
      return local.path(location);
    }
    throw TableErrors.notOnDisk(location());
  }

  /**
   * Refuses a location outside the warehouse.
   *
   * @throws dev.varve.catalog.error.VarveException if it lies outside
   */
  public void requireInside(String location) {
    storage.normal(location);
  }

  /**
   * Makes files that were written around {@link #io()} durable, their directories included.
   *
   * @param files existing files below the root
   */
  public void sync(Collection<Path> files) {
    Set<Path> directories = new LinkedHashSet<>();
    try {
      for (Path file : files) {
        DurableFiles.sync(file);
        for (Path up = file.getParent();
            up != null && up.startsWith(root()) && directories.add(up);
            up = up.getParent()) {
          // Every level: any of them may be as new as the file.
        }
      }
      for (Path directory : directories) {
        DurableFiles.sync(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make files durable", e);
    }
  }

  /** The records of work that writes files of a repository which no commit names yet. */
  OpenAttempts attempts(String repository) {
    return new OpenAttempts(records.orElseThrow().resolve(repository).resolve("attempts"));
  }

  /** The places of one table; the name only makes its location readable. */
  TableLocations locations(String repository, TableName name, ContentId table) {
    List<String> location = new ArrayList<>(List.of(location(), repository, TABLES));
    name.namespace().key().elements().stream().map(PathElements::encode).forEach(location::add);
    String id = table.toString();
    location.add(PathElements.encode(name.name()) + "-" + id.substring(0, 8));
    return new TableLocations(
        String.join("/", location),
        String.join("/", location(), repository, "data", id),
        metadataLocation(repository, table));
  }

  /** Where the metadata files of one table or view lie. */
  String metadataLocation(String repository, ContentId id) {
    return String.join("/", location(), repository, "metadata", id.toString());
  }

  /**
   * Refuses a table location, given by a client, that is not below the part of the warehouse that
   * holds no files: maintenance by an engine may delete what it finds there.
   */
  void requireTableLocation(String repository, String location) {
    String tables = String.join("/", location(), repository, TABLES);
    String place = storage.normal(location).replaceAll("/+$", "");
    if (!place.startsWith(tables + "/")) {
      throw TableErrors.locationHoldsFiles(location, tables);
    }
  }

  /** Closes the store. */
  @Override
  public void close() {
    storage.close();
  }
}
