package dev.varve.catalog.ref;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the branches and tags of one repository, and what they were. Safe for use by many threads.
 */
public final class Refs {
  private final Store store;
  private final Keys keys;

  public Refs(Store store, Keys keys) {
    this.store = store;
    this.keys = keys;
  }

  /** The branch or tag of this name. O(1). */
  public Optional<Ref> find(RefName name) {
    return find(name, RefKind.BRANCH).or(() -> find(name, RefKind.TAG));
  }

  /** The ref of this kind and name. O(1). */
  public Optional<Ref> find(RefName name, RefKind kind) {
    return store
        .get(spaceOf(kind), keys.name(name.text()))
        .map(bytes -> new Ref(name, kind, RefRecords.decodeRef(bytes)));
  }

  /**
   * The branch or tag of this name.
   *
   * @throws VarveException with {@link ErrorCode#REF_NOT_FOUND}
   */
  public Ref load(RefName name) {
    return find(name).orElseThrow(() -> notFound(name));
  }

  /**
   * The refs of one kind whose names begin with {@code prefix}, in the order of their names. Reads
   * what it returns, whatever the number of refs.
   *
   * @param after the last name of the page before, or empty for the first page
   * @param limit how many at the most
   */
  public List<Ref> list(RefKind kind, String prefix, Optional<RefName> after, int limit) {
    byte[] from =
        after
            .map(name -> keys.afterName(name.text()))
            .filter(next -> Arrays.compareUnsigned(next, keys.name(prefix)) > 0)
            .orElse(keys.name(prefix));
    List<Ref> refs = new ArrayList<>();
    for (Store.Pair pair : store.scan(spaceOf(kind), from, keys.endOfNames(prefix), limit)) {
      RefName name = RefName.parse(Keys.nameOf(pair.key()));
      refs.add(new Ref(name, kind, RefRecords.decodeRef(pair.value())));
    }
    return refs;
  }

  /** How many moves a ref has made; its reflog outlives it. */
  public long reflogSize(RefName name) {
    return store
        .get(Space.REFLOG, keys.reflogSize(name.text()))
        .map(bytes -> ByteBuffer.wrap(bytes).getLong())
        .orElse(0L);
  }

  /**
   * The moves of a ref, the newest first; also those of a ref that was deleted.
   *
   * @param from the index of the first one wanted: 0 is the newest
   * @param limit how many at the most
   */
  public List<ReflogEntry> reflog(RefName name, long from, int limit) {
    long size = reflogSize(name);
    List<ReflogEntry> entries = new ArrayList<>();
    for (long index = from; index < size && entries.size() < limit; index++) {
      entries.add(entry(name, size, index));
    }
    return entries;
  }

  /**
   * The newest move of a ref that was not after {@code time}. O(log moves).
   *
   * @return empty if the ref did not exist yet
   */
  public Optional<ReflogEntry> reflogAt(RefName name, Instant time) {
    long size = reflogSize(name);
    long low = 0;
    long high = size;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (entry(name, size, middle).when().isAfter(time)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == size ? Optional.empty() : Optional.of(entry(name, size, low));
  }

  /** The error for a ref that is not there; says so if it was deleted. */
  public VarveException notFound(RefName name) {
    boolean deleted = reflogSize(name) > 0;
    return new VarveException(
        ErrorCode.REF_NOT_FOUND,
        deleted
            ? "branch or tag '%s' was deleted".formatted(name)
            : "there is no branch or tag '%s'".formatted(name),
        deleted
            ? "bring it back with: varve branch create %s --from '%s@{1}'".formatted(name, name)
            : "list them with 'varve branch list' and 'varve tag list'",
        Map.of("ref", name.text()),
        null);
  }

  static Space spaceOf(RefKind kind) {
    return kind == RefKind.BRANCH ? Space.BRANCHES : Space.TAGS;
  }

  private ReflogEntry entry(RefName name, long size, long index) {
    byte[] bytes =
        store
            .get(Space.REFLOG, keys.reflogEntry(name.text(), size - 1 - index))
            .orElseThrow(
                () ->
                    new VarveException(
                        ErrorCode.OBJECT_MISSING,
                        "entry %d of the reflog of '%s' is missing".formatted(index, name),
                        "restore the repository from a backup"));
    return RefRecords.decodeEntry(index, bytes);
  }
}
