package dev.varve.catalog.object;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The name of an immutable object: the SHA-256 of its canonical bytes.
 *
 * <p>Ids order as unsigned bytes, which is also their order as keys in the store.
 */
public final class ObjectId implements Comparable<ObjectId> {
  /** Length in bytes; the text form has twice as many hex digits. */
  public static final int BYTES = 32;

  /** Digits of the short form that people read. */
  private static final int SHORT_DIGITS = 8;

  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(ObjectId::newDigest);

  // Four longs instead of an array: ids are map keys by the million.
  private final long a;
  private final long b;
  private final long c;
  private final long d;

  private ObjectId(ByteBuffer bytes) {
    a = bytes.getLong();
    b = bytes.getLong();
    c = bytes.getLong();
    d = bytes.getLong();
  }

  /** The id of an object with these canonical bytes. */
  public static ObjectId of(byte[] canonicalBytes) {
    return new ObjectId(ByteBuffer.wrap(SHA_256.get().digest(canonicalBytes)));
  }

  /**
   * Reads the binary form.
   *
   * @throws IllegalArgumentException if {@code bytes} is not 32 bytes long
   */
  public static ObjectId fromBytes(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("an object id has 32 bytes, not " + bytes.length);
    }
    return new ObjectId(ByteBuffer.wrap(bytes));
  }

  /**
   * Reads the text form, in either case.
   *
   * @throws IllegalArgumentException if {@code hex} is not 64 hex digits
   */
  public static ObjectId parse(String hex) {
    if (hex.length() != 2 * BYTES) {
      throw new IllegalArgumentException("an object id has 64 hex digits, not " + hex.length());
    }
    return new ObjectId(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
  }

  /** The 32 bytes. */
  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES).putLong(a).putLong(b).putLong(c).putLong(d).array();
  }

  /** The 64 hex digits, in lower case. */
  public String hex() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(a) + hex.toHexDigits(b) + hex.toHexDigits(c) + hex.toHexDigits(d);
  }

  /** The first 8 hex digits, for people. */
  public String abbreviate() {
    return hex().substring(0, SHORT_DIGITS);
  }

  @Override
  public int compareTo(ObjectId other) {
    int order = Long.compareUnsigned(a, other.a);
    order = order != 0 ? order : Long.compareUnsigned(b, other.b);
    order = order != 0 ? order : Long.compareUnsigned(c, other.c);
    return order != 0 ? order : Long.compareUnsigned(d, other.d);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ObjectId id && a == id.a && b == id.b && c == id.c && d == id.d;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(a);
  }

  @Override
  public String toString() {
    return hex();
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
