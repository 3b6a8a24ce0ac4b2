package dev.varve.server.lake;

import dev.varve.catalog.CacheStatistics;
import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.CatalogStatistics;
import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.store.RocksBackups;
import dev.varve.engine.EngineSettings;
import dev.varve.engine.Lake;
import dev.varve.engine.archive.Archives;
import dev.varve.engine.diff.RowDiffCache;
import dev.varve.engine.table.MetadataCache;
import dev.varve.engine.table.Warehouse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** The lakes of one server. Safe for use by many threads. */
public final class Lakes implements AutoCloseable {
  private final Catalog catalog;
  private final Warehouse warehouse;
  private final EngineSettings settings;
  private final MetadataCache metadata;
  private final RowDiffCache rowDiffs = new RowDiffCache(RowDiffCache.DEFAULT_BYTES);
  private final Map<RepositoryName, Lake> lakes = new ConcurrentSkipListMap<>();

  private Lakes(Catalog catalog, Warehouse warehouse, EngineSettings settings) {
    this.catalog = catalog;
    this.warehouse = warehouse;
    this.settings = settings;
    this.metadata = new MetadataCache(warehouse, settings.tables().metadataCacheBytes());
  }

  /**
   * Opens the catalog; a new one gets the repository {@code lake}.
   *
   * @param warehouse where the files of all tables lie; not closed with the lakes
   */
  public static Lakes open(Path catalog, Warehouse warehouse, EngineSettings settings) {
    Catalog opened = Catalog.open(catalog, CatalogSettings.defaults());
    try {
      if (opened.repositories().isEmpty()) {
        opened.create(RepositoryName.LAKE);
      }
      return new Lakes(opened, warehouse, settings);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** The names of the repositories, in order. */
  public List<RepositoryName> names() {
    return catalog.repositories();
  }

  /**
   * A lake by its repository's name.
   *
   * @throws dev.varve.catalog.error.VarveException if there is no such repository
   */
  public Lake lake(RepositoryName name) {
    Repository repository = catalog.repository(name);
    Lake open = lakes.get(name); // the usual case, which waits for nobody
    if (open != null && open.repository() == repository) {
      return open;
    }
    synchronized (lakes) {
      return lakes.compute(
          name,
          (key, there) ->
              there != null && there.repository() == repository
                  ? there
                  : Lake.open(repository, warehouse, settings, metadata, rowDiffs));
    }
  }

  /** The history of one lake. */
  public Repository repository(RepositoryName name) {
    return catalog.repository(name);
  }

  /** Creates a lake with a first commit on {@code main}. */
  public Lake create(RepositoryName name) {
    catalog.create(name);
    return lake(name);
  }

  /**
   * Deletes a lake with its whole history. The files of its tables stay where they are.
   *
   * @throws VarveException with {@link ErrorCode#FORBIDDEN} for the default repository
   */
  public void delete(RepositoryName name) {
    if (name.equals(RepositoryName.LAKE)) {
      throw new VarveException(
          ErrorCode.FORBIDDEN,
          "the repository '%s' cannot be deleted: it is what clients get that name none"
              .formatted(name),
          null,
          Map.of("repository", name.text()),
          null);
    }
    catalog.delete(name);
    synchronized (lakes) {
      Lake open = lakes.remove(name);
      if (open != null) {
        open.close();
      }
    }
  }

  /** Adds a backup of the catalog: of all repositories. */
  public RocksBackups.Entry backup(RocksBackups backups, String note) {
    return catalog.backup(backups, note);
  }

  /** Creates a lake of an archive, wholly or not at all. */
  public Archives.Imported importTo(RepositoryName name, InputStream archive) throws IOException {
    return Archives.importTo(catalog, name, warehouse, archive);
  }

  /** Where the files of all tables lie. */
  public Warehouse warehouse() {
    return warehouse;
  }

  /** What the catalog did since the start. */
  public CatalogStatistics statistics() {
    return catalog.statistics();
  }

  /** What the cache of table metadata did, for all lakes. */
  public CacheStatistics metadataCache() {
    return metadata.statistics();
  }

  /** What the cache of the rows of diffs did, of all lakes. */
  public CacheStatistics rowDiffCache() {
    return rowDiffs.statistics();
  }

  /** Finishes the writes that wait, then closes everything. */
  @Override
  public void close() {
    synchronized (lakes) {
      lakes.values().forEach(Lake::close);
    }
    catalog.close();
  }
}
