package dev.varve.catalog;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectKind;
import dev.varve.catalog.ref.RefChange;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.RefRecords;
import dev.varve.catalog.ref.ReflogEntry;
import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store;
import dev.varve.catalog.store.Store.Change;
import dev.varve.catalog.store.Store.Pair;
import dev.varve.catalog.tree.ContentId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the parts of a repository under a number that no repository has: nobody sees them until
 * the number is registered.
 */
final class Receiver implements RepositoryParts {
  private static final int BATCH_BYTES = 4 << 20;
  private static final int BATCH_CHANGES = 4_000;
  private static final byte[] INDEXED = {1};

  private final Store store;
  private final Keys keys;
  private final List<Change> batch = new ArrayList<>();
  private final Map<String, Long> reflogSizes = new HashMap<>();
  private long batchBytes;
  private boolean hasMain;

  Receiver(Store store, Keys keys) {
    this.store = store;
    this.keys = keys;
  }

  @Override
  public void object(byte[] canonicalBytes) {
    ObjectId id = ObjectId.of(canonicalBytes);
    put(Space.OBJECTS, keys.object(id), canonicalBytes);
    if (canonicalBytes.length > 0 && canonicalBytes[0] == ObjectKind.COMMIT.tag()) {
      put(Space.COMMITS, keys.object(id), INDEXED);
    }
  }

  @Override
  public void ref(RefKind kind, RefName name, ObjectId commit) {
    Space space = kind == RefKind.BRANCH ? Space.BRANCHES : Space.TAGS;
    put(space, keys.name(name.text()), RefRecords.encodeRef(commit));
    put(Space.REF_NAMES, keys.name(name.folded()), name.text().getBytes(StandardCharsets.UTF_8));
    hasMain |= kind == RefKind.BRANCH && name.equals(RefName.MAIN);
  }

  @Override
  public void reflogEntry(RefName name, ReflogEntry entry) {
    long number = reflogSizes.merge(name.text(), 1L, Long::sum) - 1;
    RefChange change = new RefChange(entry.who(), entry.when(), entry.why());
    put(
        Space.REFLOG,
        keys.reflogEntry(name.text(), number),
        RefRecords.encodeEntry(entry.before(), entry.after(), change));
  }

  @Override
  public void counter(ContentId id, String name, long value) {
    put(Space.COUNTERS, keys.counter(id, name), number(value));
  }

  /**
   * Writes what is left.
   *
   * @throws VarveException if there is no branch {@code main}
   */
  void end() {
    reflogSizes.forEach((name, size) -> put(Space.REFLOG, keys.reflogSize(name), number(size)));
    flush();
    if (!hasMain) {
      throw new VarveException(
          ErrorCode.INVALID_DATA, "what was sent is no repository: it has no branch 'main'");
    }
  }

  /** Removes everything under a number. */
  static void clear(Store store, Keys keys) {
    for (Space space : Space.values()) {
      if (space == Space.META) {
        continue;
      }
      List<Pair> page;
      do {
        page = store.scan(space, keys.first(), keys.end(), BATCH_CHANGES);
        if (!page.isEmpty()) {
          store.write(
              page.stream().map(pair -> new Change(space, pair.key(), Optional.empty())).toList());
        }
      } while (!page.isEmpty());
    }
  }

  private void put(Space space, byte[] key, byte[] value) {
    batch.add(new Change(space, key, Optional.of(value)));
    batchBytes += value.length;
    if (batchBytes >= BATCH_BYTES || batch.size() >= BATCH_CHANGES) {
      flush();
    }
  }

  private void flush() {
    if (!batch.isEmpty()) {
      store.write(batch);
      batch.clear();
      batchBytes = 0;
    }
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }
}
