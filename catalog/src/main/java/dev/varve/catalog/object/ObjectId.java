package dev.varve.catalog.object;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(ObjectId::newDigest);

  // Four longs instead of an array: ids are map keys by the million.
  private final long a;
  private final long b;
  private final long c;
  private final long d;

  private ObjectId(byte[] bytes) {
    a = (long) LONGS.get(bytes, 0);
    b = (long) LONGS.get(bytes, Long.BYTES);
    c = (long) LONGS.get(bytes, 2 * Long.BYTES);
    d = (long) LONGS.get(bytes, 3 * Long.BYTES);
  }

  /** The id of an object with these canonical bytes. */
  public static ObjectId of(byte[] canonicalBytes) {
    return new ObjectId(SHA_256.get().digest(canonicalBytes));
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
    return new ObjectId(bytes);
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
    return new ObjectId(HexFormat.of().parseHex(hex));
  }

  /** The 32 bytes. */
  public byte[] bytes() {
    byte[] bytes = new byte[BYTES];
    writeTo(bytes, 0);
    return bytes;
  }

  /** Writes the 32 bytes into {@code target}, from {@code offset} on. */
  public void writeTo(byte[] target, int offset) {
    LONGS.set(target, offset, a);
    LONGS.set(target, offset + Long.BYTES, b);
    LONGS.set(target, offset + 2 * Long.BYTES, c);
    LONGS.set(target, offset + 3 * Long.BYTES, d);
  }

  /**
   * Eight of the bytes as a number, the most significant first.
   *
   * @param index which eight, from 0 to 3
   */
  public long word(int index) {
    return switch (index) {
      case 0 -> a;
      case 1 -> b;
      case 2 -> c;
      case 3 -> d;
      default -> throw new IndexOutOfBoundsException(index);
    };
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
