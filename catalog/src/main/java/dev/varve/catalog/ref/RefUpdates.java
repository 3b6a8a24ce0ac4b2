package dev.varve.catalog.ref;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.RefMovedException;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.WriteSet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Creates, moves and deletes refs within one atomic write, each with its reflog entry. For use by
 * the one thread that writes to a repository.
 */
public final class RefUpdates {
  private final WriteSet writes;
  private final Keys keys;

  public RefUpdates(WriteSet writes, Keys keys) {
    this.writes = writes;
    this.keys = keys;
  }

  /** The ref as this write will leave it. */
  public Optional<ObjectId> find(RefName name, RefKind kind) {
    return writes.get(Refs.spaceOf(kind), keys.name(name.text())).map(RefRecords::decodeRef);
  }

  /**
   * Creates a ref.
   *
   * @throws VarveException with {@link ErrorCode#REF_EXISTS} if there is one of this name, or one
   *     that differs from it in case alone
   */
  public void create(RefName name, RefKind kind, ObjectId commitId, RefChange change) {
    Optional<String> taken =
        writes
            .get(Space.REF_NAMES, keys.name(name.folded()))
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    if (taken.isPresent()) {
      throw exists(name, kind, taken.get());
    }
    writes.put(
        Space.REF_NAMES, keys.name(name.folded()), name.text().getBytes(StandardCharsets.UTF_8));
    write(name, kind, Optional.empty(), Optional.of(commitId), change);
  }

  /**
   * Moves a branch.
   *
   * @param expected where it must stand
   * @throws RefMovedException if it stands elsewhere or is gone
   */
  public void move(RefName branch, ObjectId expected, ObjectId next, RefChange change) {
    requireAt(branch, RefKind.BRANCH, expected);
    write(branch, RefKind.BRANCH, Optional.of(expected), Optional.of(next), change);
  }

  /**
   * Deletes a ref; its reflog stays.
   *
   * @param expected where it must stand
   * @throws RefMovedException if it stands elsewhere or is gone
   */
  public void delete(RefName name, RefKind kind, ObjectId expected, RefChange change) {
    requireAt(name, kind, expected);
    writes.remove(Space.REF_NAMES, keys.name(name.folded()));
    write(name, kind, Optional.of(expected), Optional.empty(), change);
  }

  private void requireAt(RefName name, RefKind kind, ObjectId expected) {
    Optional<ObjectId> found = find(name, kind);
    if (!found.equals(Optional.of(expected))) {
      throw new RefMovedException(
          name.text(), expected.abbreviate(), found.map(ObjectId::abbreviate).orElse("nothing"));
    }
  }

  private void write(
      RefName name,
      RefKind kind,
      Optional<ObjectId> before,
      Optional<ObjectId> after,
      RefChange change) {
    Space space = Refs.spaceOf(kind);
    byte[] key = keys.name(name.text());
    if (after.isPresent()) {
      writes.put(space, key, RefRecords.encodeRef(after.get()));
    } else {
      writes.remove(space, key);
    }
    appendToReflog(name, before, after, change);
  }

  private void appendToReflog(
      RefName name, Optional<ObjectId> before, Optional<ObjectId> after, RefChange change) {
    byte[] sizeKey = keys.reflogSize(name.text());
    long size =
        writes.get(Space.REFLOG, sizeKey).map(bytes -> ByteBuffer.wrap(bytes).getLong()).orElse(0L);
    RefChange ordered =
        new RefChange(change.who(), notBeforeLast(name, size, change.when()), change.why());
    writes.put(
        Space.REFLOG,
        keys.reflogEntry(name.text(), size),
        RefRecords.encodeEntry(before, after, ordered));
    writes.put(Space.REFLOG, sizeKey, ByteBuffer.allocate(Long.BYTES).putLong(size + 1).array());
  }

  /** A reflog's times never fall, even if the clock does: it is searched by time. */
  private Instant notBeforeLast(RefName name, long size, Instant when) {
    if (size == 0) {
      return when;
    }
    Instant last =
        writes
            .get(Space.REFLOG, keys.reflogEntry(name.text(), size - 1))
            .map(bytes -> RefRecords.decodeEntry(0, bytes).when())
            .orElse(when);
    return last.isAfter(when) ? last : when;
  }

  private static VarveException exists(RefName name, RefKind kind, String taken) {
    String why =
        taken.equals(name.text())
            ? "a branch or tag of that name exists"
            : "it differs from '%s' in case alone".formatted(taken);
    return new VarveException(
        ErrorCode.REF_EXISTS,
        "cannot create the %s '%s': %s".formatted(kind.text(), name, why),
        "choose another name, or delete the other one first",
        Map.of("ref", taken),
        null);
  }
}
