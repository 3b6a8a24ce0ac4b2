package dev.varve.catalog.fsck;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.fsck.Finding.Place;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Counts, and passes on what is found. */
final class Report {
  private static final long EVERY_NANOS = 250_000_000;

  private final FsckListener listener;
  private final Map<ObjectKind, Long> objects = new EnumMap<>(ObjectKind.class);
  private long bytes;
  private long refs;
  private long reflogEntries;
  private long unreachable;
  private long unreachableBytes;
  private long findings;
  private long lastNanos = System.nanoTime();

  Report(FsckListener listener) {
    this.listener = listener;
  }

  /** Whether a read failed for what is on the disk. */
  static boolean isDamage(VarveException e) {
    return e.code() == ErrorCode.STORE_FAILED
        || e.code() == ErrorCode.STORE_CORRUPT
        || e.code() == ErrorCode.OBJECT_CORRUPT;
  }

  void ref() {
    refs++;
    tick();
  }

  void reflogEntry() {
    reflogEntries++;
    tick();
  }

  void object(ObjectKind kind, byte[] canonicalBytes) {
    objects.merge(kind, 1L, Long::sum);
    bytes += canonicalBytes.length;
    tick();
  }

  /** An object that was not passed on before. */
  void first(ObjectId id, byte[] canonicalBytes) {
    listener.object(id, canonicalBytes);
  }

  void unreachable(ObjectId id, int size) {
    unreachable++;
    unreachableBytes += size;
    listener.unreachable(id, size);
    tick();
  }

  void found(Damage damage, String message, Place place) {
    tell(new Finding(damage, message, Optional.empty(), Optional.empty(), place));
  }

  void found(Damage damage, String message, ObjectId object, ObjectKind kind, Place place) {
    tell(new Finding(damage, message, Optional.of(object), Optional.of(Fsck.word(kind)), place));
  }

  private void tell(Finding finding) {
    findings++;
    listener.finding(finding);
  }

  FsckSummary end() {
    FsckSummary summary = summary();
    listener.progress(summary);
    return summary;
  }

  private FsckSummary summary() {
    return new FsckSummary(
        refs,
        reflogEntries,
        count(ObjectKind.COMMIT),
        count(ObjectKind.LEAF) + count(ObjectKind.INNER),
        count(ObjectKind.VALUE),
        bytes,
        unreachable,
        unreachableBytes,
        findings);
  }

  private long count(ObjectKind kind) {
    return objects.getOrDefault(kind, 0L);
  }

  private void tick() {
    long now = System.nanoTime();
    if (now - lastNanos >= EVERY_NANOS) {
      lastNanos = now;
      listener.progress(summary());
    }
  }
}
