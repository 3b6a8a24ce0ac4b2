package dev.varve.catalog.store;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.ContentId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The keys of one repository: its number in four bytes, so that repositories share no key, then
 * what the space is ordered by.
 */
public final class Keys {
  private static final byte[] NONE = {};

  private final int repository;

  public Keys(int repository) {
    this.repository = repository;
  }

  /** The first key that a repository may have in any space. */
  public byte[] first() {
    return join();
  }

  /** The first key after all those of the repository. */
  public byte[] end() {
    return new Keys(repository + 1).first();
  }

  /** The key right after {@code key}. */
  public static byte[] after(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  public byte[] object(ObjectId id) {
    byte[] key = new byte[Integer.BYTES + ObjectId.BYTES];
    ByteBuffer.wrap(key).putInt(repository);
    id.writeTo(key, Integer.BYTES);
    return key;
  }

  /** The first key of a name or of names that begin with {@code prefix}. */
  public byte[] name(String prefix) {
    return join(prefix.getBytes(StandardCharsets.UTF_8));
  }

  /** The first key after all names that begin with {@code prefix}; no UTF-8 holds the byte 0xFF. */
  public byte[] endOfNames(String prefix) {
    return join(prefix.getBytes(StandardCharsets.UTF_8), new byte[] {(byte) 0xFF});
  }

  /** The key right after that of {@code name}. */
  public byte[] afterName(String name) {
    return join(name.getBytes(StandardCharsets.UTF_8), new byte[] {0});
  }

  /** The name in a key that {@link #name} made. */
  public static String nameOf(byte[] key) {
    return new String(key, Integer.BYTES, key.length - Integer.BYTES, StandardCharsets.UTF_8);
  }

  /** Where the number of reflog entries of a ref is kept. */
  public byte[] reflogSize(String name) {
    return join(name.getBytes(StandardCharsets.UTF_8), new byte[] {0});
  }

  /** Where a reflog entry is kept; entries are numbered from 0, the oldest. */
  public byte[] reflogEntry(String name, long number) {
    byte[] ordered = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    return join(name.getBytes(StandardCharsets.UTF_8), new byte[] {0}, ordered);
  }

  /** The first key after all those of the reflog of a ref. */
  public byte[] endOfReflog(String name) {
    return join(name.getBytes(StandardCharsets.UTF_8), new byte[] {1});
  }

  /** The name of the ref in a key that {@link #reflogSize} or {@link #reflogEntry} made. */
  public static String nameOfReflog(byte[] key) {
    int end = Integer.BYTES;
    while (end < key.length && key[end] != 0) {
      end++;
    }
    return new String(key, Integer.BYTES, end - Integer.BYTES, StandardCharsets.UTF_8);
  }

  public byte[] counter(ContentId id, String name) {
    return join(id.bytes(), name.getBytes(StandardCharsets.UTF_8));
  }

  /** The name of the counter in a key that {@link #counter} made. */
  public static String counterOf(byte[] key) {
    int start = Math.min(key.length, Integer.BYTES + ContentId.BYTES);
    return new String(key, start, key.length - start, StandardCharsets.UTF_8);
  }

  /** The first id that begins with these hex digits. */
  public byte[] firstId(String hexPrefix) {
    return idBound(hexPrefix, '0', NONE);
  }

  /** The first key after all ids that begin with these hex digits. */
  public byte[] endOfIds(String hexPrefix) {
    return idBound(hexPrefix, 'f', new byte[] {0});
  }

  /** The id in a key that {@link #object} made. */
  public static ObjectId idOf(byte[] key) {
    return ObjectId.fromBytes(Arrays.copyOfRange(key, Integer.BYTES, key.length));
  }

  private byte[] idBound(String hexPrefix, char fill, byte[] suffix) {
    String digits =
        hexPrefix + String.valueOf(fill).repeat(2 * ObjectId.BYTES - hexPrefix.length());
    return join(HexFormat.of().parseHex(digits), suffix);
  }

  private byte[] join(byte[]... parts) {
    int length = Integer.BYTES;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer buffer = ByteBuffer.allocate(length).putInt(repository);
    for (byte[] part : parts) {
      buffer.put(part);
    }
    return buffer.array();
  }
}
