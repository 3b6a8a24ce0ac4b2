package dev.varve.engine.table;

import dev.varve.engine.storage.LocalLocations;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.util.ThreadPools;

/**
 * Chooses the threads on which Iceberg reads the manifests of a table.
 *
 * <p>Iceberg's own pool is worth it for many manifests, or ones that are far away. Whoever waits
 * for it looks every 10 ms, which is longer than it takes to read the few manifests of a small
 * table on a local disk.
 */
public final class ManifestThreads {
  private static final long FEW_BYTES = 1 << 19;

  private ManifestThreads() {}

  /** The threads for the current snapshot of a state, if it has one. Reads its manifest list. */
  public static ExecutorService of(TableMetadata state, FileIO io) {
    return state.currentSnapshot() == null
        ? CallingThread.INSTANCE
        : of(state.currentSnapshot(), io);
  }

  /** The threads for a snapshot. Reads its manifest list. */
  public static ExecutorService of(Snapshot snapshot, FileIO io) {
    List<ManifestFile> manifests = snapshot.allManifests(io);
    boolean near = manifests.stream().allMatch(it -> LocalLocations.isLocal(it.path()));
    return near && manifests.stream().mapToLong(ManifestFile::length).sum() <= FEW_BYTES
        ? CallingThread.INSTANCE
        : ThreadPools.getWorkerPool();
  }
}
