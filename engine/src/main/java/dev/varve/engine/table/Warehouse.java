package dev.varve.engine.table;

import dev.varve.catalog.tree.ContentId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
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
 * lake/attempts                      records of merges that are being written
 * </pre>
 *
 * <p>They are apart because some engines delete, below a table's location, every file that the
 * metadata they were served does not name; files that other branches use would go. Safe for use by
 * many threads.
 */
public final class Warehouse {
  private final Path root;
  private final Path place;
  private final FileIO io;

  private Warehouse(Path root, Path place, FileIO io) {
    this.root = root;
    this.place = place;
    this.io = io;
  }

  /** A warehouse in a local directory, which is created if it is missing. */
  public static Warehouse local(Path directory) {
    try {
      DurableFiles.createDirectories(directory.toAbsolutePath().normalize());
      Path root = directory.toRealPath();
      return new Warehouse(root, root, new LocalFileIO(root, root));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create the warehouse '" + directory + "'", e);
    }
  }

  /**
   * A copy of a warehouse, such as a backup, to be read.
   *
   * @param root where the warehouse is, as locations in table metadata say
   * @param copy where its files lie instead
   */
  public static Warehouse copyOf(Path root, Path copy) {
    return new Warehouse(root, copy, new LocalFileIO(root, copy));
  }

  /** The same places with other access to files, for tests that count calls or make them fail. */
  Warehouse with(FileIO other) {
    return new Warehouse(root, place, other);
  }

  /** The root as engines see it, {@code file:///…} without a slash at the end. */
  public String location() {
    return location(root);
  }

  /** Reads and writes files of the warehouse and of no other place; not to be closed. */
  public FileIO io() {
    return io;
  }

  /** The directory below which everything lies. */
  public Path root() {
    return root;
  }

  /** The location of a path of this warehouse, as it is written into metadata. */
  public String location(Path path) {
    return LocalLocations.SCHEME + "//" + path;
  }

  /**
   * The local path of a location.
   *
   * @throws dev.varve.catalog.error.VarveException if the location lies outside the warehouse
   */
  public Path path(String location) {
    return LocalLocations.path(root, place, location);
  }

  /**
   * Refuses a location outside the warehouse.
   *
   * @throws dev.varve.catalog.error.VarveException if it lies outside
   */
  public void requireInside(String location) {
    path(location);
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
            up != null && up.startsWith(root) && directories.add(up);
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
    return new OpenAttempts(root.resolve(repository).resolve("attempts"));
  }

  /** The places of one table; the name only makes its location readable. */
  TableLocations locations(String repository, TableName name, ContentId table) {
    Path home = root.resolve(repository);
    Path location = home.resolve("tables");
    for (String element : name.namespace().key().elements()) {
      location = location.resolve(PathElements.encode(element));
    }
    String id = table.toString();
    location = location.resolve(PathElements.encode(name.name()) + "-" + id.substring(0, 8));
    return new TableLocations(
        location(location),
        location(home.resolve("data").resolve(id)),
        metadataLocation(repository, table));
  }

  /** Where the metadata files of one table or view lie. */
  String metadataLocation(String repository, ContentId id) {
    return location(root.resolve(repository).resolve("metadata").resolve(id.toString()));
  }

  /**
   * Refuses a table location, given by a client, that is not below the part of the warehouse that
   * holds no files: maintenance by an engine may delete what it finds there.
   */
  void requireTableLocation(String repository, String location) {
    Path tables = root.resolve(repository).resolve("tables");
    Path path = path(location);
    if (!path.startsWith(tables) || path.equals(tables)) {
      throw TableErrors.locationHoldsFiles(location, location(tables));
    }
  }
}
