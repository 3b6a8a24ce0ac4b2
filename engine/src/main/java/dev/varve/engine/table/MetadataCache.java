package dev.varve.engine.table;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.varve.catalog.CacheStatistics;
import dev.varve.catalog.object.ObjectId;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;

/**
 * Parsed table metadata that was used lately, within a bound of memory. Safe for use by many
 * threads.
 *
 * <p>As ids name values, one cache serves any number of repositories of one warehouse, and nothing
 * in it is ever stale. It says nothing of which of them a value belongs to: whoever asks has the id
 * from a tree.
 */
public final class MetadataCache {
  /**
   * A snapshot keeps the manifest list that it has read. In memory that takes more than the
   * compressed file, about this many times.
   */
  private static final int MANIFEST_LIST_GROWTH = 8;

  private final Warehouse warehouse;
  private final Cache<Name, StoredMetadata> cache;

  /**
   * @param warehouse where the files of all tables lie
   * @param bytes how much memory the metadata may take together, about
   */
  public MetadataCache(Warehouse warehouse, long bytes) {
    this.warehouse = warehouse;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .recordStats()
            // Maintenance is short: to hand it to another thread would cost more.
            .executor(Runnable::run)
            .weigher((Name name, StoredMetadata kept) -> weight(kept.metadata(), kept.value()))
            .build();
  }

  /**
   * What metadata is made from.
   *
   * @param value the value that was committed
   * @param marks the ids at which it is served, if they are not its own
   * @param refs refs of the catalog that are shown in it
   */
  record Name(ObjectId value, Optional<IdMarks> marks, List<ShownRef> refs) {
    /** The metadata as it was committed. */
    static Name of(ObjectId value) {
      return new Name(value, Optional.empty(), List.of());
    }
  }

  /** What it did since the start; the weight is in bytes. */
  public CacheStatistics statistics() {
    return CacheStatistics.of(cache);
  }

  Cache<Name, StoredMetadata> asCache() {
    return cache;
  }

  /**
   * What the metadata of a value may come to hold on to: itself, its JSON, and the manifest list of
   * its current snapshot, the one that readers of a commit look at; and of as many before it as it
   * may share with the metadata that it was made from.
   */
  int weight(TableMetadata metadata, byte[] value) {
    Snapshot current = metadata.currentSnapshot();
    long list = current == null || current.manifestListLocation() == null ? 0 : length(current);
    long lists = 1L + metadata.snapshots().size() % StoredMetadata.SHARED_SNAPSHOTS;
    return (int)
        Math.min(Integer.MAX_VALUE, 2L * value.length + MANIFEST_LIST_GROWTH * lists * list);
  }

  private long length(Snapshot snapshot) {
    try {
      return warehouse.storage().io().newInputFile(snapshot.manifestListLocation()).getLength();
    } catch (RuntimeException e) {
      return 0; // Lost: then nobody can read it either, and says so.
    }
  }
}
