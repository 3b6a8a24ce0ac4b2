package dev.varve.catalog.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Keeps everything in memory, for tests. */
public final class MemoryStore implements Store {
  private final Map<Space, NavigableMap<byte[], byte[]>> spaces = new EnumMap<>(Space.class);

  public MemoryStore() {
    for (Space space : Space.values()) {
      spaces.put(space, new TreeMap<>(Arrays::compareUnsigned));
    }
  }

  @Override
  public synchronized Optional<byte[]> get(Space space, byte[] key) {
    return Optional.ofNullable(spaces.get(space).get(key)).map(byte[]::clone);
  }

  @Override
  public synchronized List<Pair> scan(Space space, byte[] from, byte[] to, int limit) {
    List<Pair> pairs = new ArrayList<>();
    if (Arrays.compareUnsigned(from, to) >= 0) {
      return pairs;
    }
    for (Map.Entry<byte[], byte[]> entry : spaces.get(space).subMap(from, to).entrySet()) {
      if (pairs.size() == limit) {
        break;
      }
      pairs.add(new Pair(entry.getKey().clone(), entry.getValue().clone()));
    }
    return pairs;
  }

  @Override
  public synchronized Snapshot snapshot() {
    MemoryStore copy = new MemoryStore();
    spaces.forEach((space, keys) -> copy.spaces.get(space).putAll(keys));
    return new Copy(copy);
  }

  @Override
  public synchronized void write(List<Change> changes) {
    for (Change change : changes) {
      Map<byte[], byte[]> space = spaces.get(change.space());
      if (change.value().isPresent()) {
        space.put(change.key().clone(), change.value().get().clone());
      } else {
        space.remove(change.key());
      }
    }
  }

  @Override
  public void close() {
    // Memory is freed with the object.
  }

  private record Copy(MemoryStore store) implements Snapshot {
    @Override
    public Optional<byte[]> get(Space space, byte[] key) {
      return store.get(space, key);
    }

    @Override
    public List<Pair> scan(Space space, byte[] from, byte[] to, int limit) {
      return store.scan(space, from, to, limit);
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
