package dev.varve.engine.table;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.varve.catalog.CacheStatistics;
import dev.varve.catalog.Repository;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Table metadata by the id of its value: parsed once, and written as {@code metadata.json}.
 *
 * <p>Values are immutable, so nothing in the cache is ever stale.
 */
final class MetadataStore {
  /**
   * A snapshot keeps the manifest list that it has read. In memory that takes more than the
   * compressed file, about this many times.
   */
  private static final int MANIFEST_LIST_GROWTH = 8;

  private static final Logger LOG = LoggerFactory.getLogger(MetadataStore.class);

  private final Repository repository;
  private final Warehouse warehouse;
  private final Cache<CacheKey, Parsed> cache;

  MetadataStore(Repository repository, Warehouse warehouse, TableSettings settings) {
    this.repository = repository;
    this.warehouse = warehouse;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(settings.metadataCacheBytes())
            .recordStats()
            .weigher((CacheKey key, Parsed parsed) -> parsed.bytes())
            .build();
  }

  CacheStatistics cacheStatistics() {
    return CacheStatistics.of(cache);
  }

  /** The metadata as it was committed. */
  TableMetadata stored(Content content) {
    return cache
        .get(new CacheKey(content.value(), Optional.empty()), key -> parse(key.value()))
        .metadata();
  }

  /** The metadata with its ids at the repository's marks, for a writer on a branch. */
  TableMetadata served(Content content) {
    TableMetadata stored = stored(content);
    IdMarks own = IdMarks.of(stored);
    IdMarks marks = own.or(IdMarks.of(repository, content.id())).forFormat(stored.formatVersion());
    if (marks.equals(own)) {
      return stored;
    }
    return cache
        .get(new CacheKey(content.value(), Optional.of(marks)), key -> raise(stored, marks))
        .metadata();
  }

  /** Keeps what was just committed, so that the next reader need not parse it. */
  void remember(StoredMetadata committed) {
    cache.put(
        new CacheKey(committed.id(), Optional.empty()),
        parsed(committed.metadata(), committed.value()));
  }

  /**
   * Writes the {@code metadata.json} of a value, unless it is there. Not synced: the catalog is the
   * truth, and the file can be written again from it. Nobody but gc may remove it: equal values,
   * committed or about to be, share it.
   *
   * @return whether this call made the file
   */
  boolean writeFile(byte[] value) {
    return writeFile(TableContent.metadataLocation(value), value);
  }

  boolean writeFile(StoredMetadata metadata) {
    return writeFile(metadata.metadata().metadataFileLocation(), metadata.value());
  }

  /** As {@link #writeFile(byte[])}, for the metadata of a view, whose value has the same shape. */
  boolean writeFile(String location, byte[] value) {
    Path file = warehouse.path(location);
    if (isWhole(file, value)) {
      return false;
    }
    Path part = file.resolveSibling(file.getFileName() + "." + System.nanoTime() + ".part");
    try {
      Files.createDirectories(file.getParent());
      try {
        Files.write(part, TableContent.metadataFile(value));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write '" + location + "'", e);
    }
  }

  /** As it is not synced, a loss of power may leave the file with a part of its bytes or none. */
  private static boolean isWhole(Path file, byte[] value) {
    try {
      return Files.size(file) == value.length - 1;
    } catch (IOException e) {
      return false; // not there: that it cannot be read otherwise shows when it is written
    }
  }

  private Parsed parse(ObjectId id) {
    byte[] value = repository.value(id);
    return parsed(TableContent.decode(value), value);
  }

  private Parsed raise(TableMetadata stored, IdMarks marks) {
    StoredMetadata raised = StoredMetadata.raised(stored, marks);
    try {
      writeFile(raised);
    } catch (UncheckedIOException e) {
      // Reading goes on without the file, as when it is lost: on a full disk above all.
      LOG.warn("Cannot write a metadata file for readers that follow its location", e);
    }
    return parsed(raised.metadata(), raised.value());
  }

  private Parsed parsed(TableMetadata metadata, byte[] value) {
    return new Parsed(metadata, weight(metadata, value));
  }

  /**
   * What the metadata of a value may come to hold on to: itself, and the manifest list of its
   * current snapshot, the one that readers of a commit look at.
   */
  int weight(TableMetadata metadata, byte[] value) {
    Snapshot current = metadata.currentSnapshot();
    long list = current == null || current.manifestListLocation() == null ? 0 : length(current);
    return (int) Math.min(Integer.MAX_VALUE, value.length + MANIFEST_LIST_GROWTH * list);
  }

  private long length(Snapshot snapshot) {
    try {
      return Files.size(warehouse.path(snapshot.manifestListLocation()));
    } catch (IOException e) {
      return 0; // Lost: then nobody can read it either, and says so.
    }
  }

  private record CacheKey(ObjectId value, Optional<IdMarks> marks) {}

  private record Parsed(TableMetadata metadata, int bytes) {}
}
