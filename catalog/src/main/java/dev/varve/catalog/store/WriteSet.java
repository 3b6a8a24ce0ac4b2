package dev.varve.catalog.store;

import dev.varve.catalog.store.Store.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes that are not in the store yet, on top of what they were made on: reads see them, and they
 * are kept or dropped as a whole. For use by one thread.
 */
public final class WriteSet implements Reads {
  /** In the order of the spaces: who reads a batch sees objects no later than what names them. */
  private final Map<Space, Map<Place, Change>> changes = new EnumMap<>(Space.class);

  private Reads below;

  /**
   * @param below the store, or another write set that these changes may be {@linkplain #mergeInto
   *     merged into}
   */
  public WriteSet(Reads below) {
    this.below = below;
  }

  @Override
  public Optional<byte[]> get(Space space, byte[] key) {
    Change change = in(space).get(new Place(key));
    return change != null ? change.value() : below.get(space, key);
  }

  public void put(Space space, byte[] key, byte[] value) {
    in(space).put(new Place(key), new Change(space, key, Optional.of(value)));
  }

  public void remove(Space space, byte[] key) {
    in(space).put(new Place(key), new Change(space, key, Optional.empty()));
  }

  public boolean isEmpty() {
    return changes.values().stream().allMatch(Map::isEmpty);
  }

  /** Adds these changes to those of {@code other}. */
  public void mergeInto(WriteSet other) {
    changes.forEach((space, mine) -> other.in(space).putAll(mine));
  }

  /** Reads from {@code newBelow} from now on, which holds the same as what was below. */
  public void rebase(Reads newBelow) {
    below = newBelow;
  }

  /** All changes, for the store, each key once, in the order of the spaces. */
  public List<Change> changes() {
    List<Change> all = new ArrayList<>();
    changes.values().forEach(space -> all.addAll(space.values()));
    return all;
  }

  private Map<Place, Change> in(Space space) {
    return changes.computeIfAbsent(space, any -> new HashMap<>());
  }

  /** A key, with its hash at hand. */
  private static final class Place {
    private final byte[] key;
    private final int hash;

    Place(byte[] key) {
      this.key = key;
      this.hash = Arrays.hashCode(key);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Place place && hash == place.hash && Arrays.equals(key, place.key);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }
}
