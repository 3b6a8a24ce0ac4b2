package dev.varve.catalog.store;

import dev.varve.catalog.store.Store.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Changes that are not in the store yet, on top of what they were made on: reads see them, and they
 * are kept or dropped as a whole. For use by one thread.
 */
public final class WriteSet implements Reads {
  private final Reads below;
  private final Map<Space, SortedMap<byte[], Optional<byte[]>>> changes =
      new EnumMap<>(Space.class);

  /**
   * @param below the store, or another write set that these changes may be {@linkplain #mergeInto
   *     merged into}
   */
  public WriteSet(Reads below) {
    this.below = below;
  }

  @Override
  public Optional<byte[]> get(Space space, byte[] key) {
    Optional<byte[]> changed = in(space).get(key);
    return changed != null ? changed : below.get(space, key);
  }

  public void put(Space space, byte[] key, byte[] value) {
    in(space).put(key, Optional.of(value));
  }

  public void remove(Space space, byte[] key) {
    in(space).put(key, Optional.empty());
  }

  public boolean isEmpty() {
    return changes.values().stream().allMatch(Map::isEmpty);
  }

  /** Adds these changes to those of {@code other}. */
  public void mergeInto(WriteSet other) {
    changes.forEach((space, keys) -> other.in(space).putAll(keys));
  }

  /** All changes, for the store. */
  public List<Change> changes() {
    List<Change> all = new ArrayList<>();
    changes.forEach(
        (space, keys) -> keys.forEach((key, value) -> all.add(new Change(space, key, value))));
    return all;
  }

  private SortedMap<byte[], Optional<byte[]>> in(Space space) {
    return changes.computeIfAbsent(space, any -> new TreeMap<>(Arrays::compareUnsigned));
  }
}
