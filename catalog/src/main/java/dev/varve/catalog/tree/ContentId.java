package dev.varve.catalog.tree;

import java.nio.ByteBuffer;
import java.util.UUID;

/** The identity of a content: it stays the same across renames, and on every branch. */
public record ContentId(UUID uuid) implements Comparable<ContentId> {
  public static final int BYTES = 16;

  public static ContentId random() {
    return new ContentId(UUID.randomUUID());
  }

  /** Reads what {@link #bytes} gave. */
  public static ContentId fromBytes(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new ContentId(new UUID(buffer.getLong(), buffer.getLong()));
  }

  /** The 16 bytes. */
  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  @Override
  public int compareTo(ContentId other) {
    return uuid.compareTo(other.uuid);
  }

  @Override
  public String toString() {
    return uuid.toString();
  }
}
