package dev.varve.catalog;

import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.store.Store;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Writes of a {@link WritePipeline} that share one sync. */
final class WriteBatch {
  private final Store store;
  private final Layer layer;
  private final List<QueuedWrite<?>> members = new ArrayList<>();
  private long bytes;

  private WriteBatch below;

  /** Whether its sync failed; guarded by the pipeline's lock. */
  private boolean failed;

  /**
   * @param below the batch that is synced before this one, or null if the store holds all
   */
  WriteBatch(Store store, WriteBatch below) {
    this.store = store;
    this.below = below;
    this.layer = below == null ? Layer.on(store) : Layer.on(below.layer);
  }

  void apply(QueuedWrite<?> write) {
    members.add(write);
    bytes += write.bytes();
    write.applyTo(layer);
  }

  /** The writes, in their order. */
  List<QueuedWrite<?>> members() {
    return Collections.unmodifiableList(members);
  }

  /** What they hold in memory, about. */
  long bytes() {
    return bytes;
  }

  /** What they made. */
  Layer layer() {
    return layer;
  }

  boolean hasRoom(CatalogSettings settings) {
    return members.size() < settings.writesPerSync() && bytes < settings.bytesPerSync();
  }

  /** Says that the batch below is durable. */
  void standOnStore() {
    layer.standOn(store);
    below = null;
  }

  /** Says that its sync failed: what was applied on it is lost. */
  void fail() {
    failed = true;
  }

  boolean restsOnFailure() {
    return below != null && below.failed;
  }

  /** Removes the writes that were refused: the reason may be something that is lost. */
  List<QueuedWrite<?>> takeRefused() {
    List<QueuedWrite<?>> refused = members.stream().filter(QueuedWrite::isRefused).toList();
    members.removeAll(refused);
    return refused;
  }

  /**
   * Lets all callers go on.
   *
   * @param failure of the sync, or null if all is durable
   */
  void answer(VarveException failure) {
    members.forEach(write -> write.answer(failure));
  }
}
