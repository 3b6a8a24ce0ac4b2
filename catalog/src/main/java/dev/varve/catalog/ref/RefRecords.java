package dev.varve.catalog.ref;

import dev.varve.catalog.object.CanonicalReader;
import dev.varve.catalog.object.CanonicalWriter;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectKind;
import java.time.Instant;
import java.util.Optional;

/**
 * The bytes of refs and reflog entries in the store, format 1.
 *
 * <pre>
 * ref           kind=16 format=1 commit:32
 * reflog entry  kind=17 format=1 before?:1 [before:32] after?:1 [after:32] micros:8 who why
 * </pre>
 */
public final class RefRecords {
  private static final int FORMAT = 1;

  private RefRecords() {}

  /** The bytes of a ref. */
  public static byte[] encodeRef(ObjectId commitId) {
    return new CanonicalWriter(ObjectKind.REF, FORMAT).writeId(commitId).toBytes();
  }

  /** The commit that a ref names. */
  public static ObjectId decodeRef(byte[] bytes) {
    CanonicalReader reader = new CanonicalReader(bytes, ObjectKind.REF, FORMAT);
    ObjectId id = reader.readId();
    reader.end();
    return id;
  }

  /** The bytes of a reflog entry. */
  public static byte[] encodeEntry(
      Optional<ObjectId> before, Optional<ObjectId> after, RefChange change) {
    CanonicalWriter writer = new CanonicalWriter(ObjectKind.REFLOG_ENTRY, FORMAT);
    writeOptional(writer, before);
    writeOptional(writer, after);
    return writer
        .writeTime(change.when())
        .writeString(change.who())
        .writeString(change.why())
        .toBytes();
  }

  /** A reflog entry, which is given {@code index}. */
  public static ReflogEntry decodeEntry(long index, byte[] bytes) {
    CanonicalReader reader = new CanonicalReader(bytes, ObjectKind.REFLOG_ENTRY, FORMAT);
    Optional<ObjectId> before = readOptional(reader);
    Optional<ObjectId> after = readOptional(reader);
    Instant when = reader.readTime();
    ReflogEntry entry =
        new ReflogEntry(index, before, after, reader.readString(), when, reader.readString());
    reader.end();
    return entry;
  }

  private static void writeOptional(CanonicalWriter writer, Optional<ObjectId> id) {
    writer.writeByte((byte) (id.isPresent() ? 1 : 0));
    id.ifPresent(writer::writeId);
  }

  private static Optional<ObjectId> readOptional(CanonicalReader reader) {
    return switch (reader.readByte()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(reader.readId());
      default -> throw CanonicalReader.corrupt("an id is neither there nor absent");
    };
  }
}
