package dev.varve.catalog.object;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads what {@link CanonicalWriter} wrote, and only that: bytes that are cut, overlong, out of
 * order or followed by more are refused as corrupt.
 */
public final class CanonicalReader {
  private final ByteBuffer bytes;

  /**
   * Begins to read an object of this kind.
   *
   * @throws VarveException with {@link ErrorCode#OBJECT_CORRUPT} if it is of another kind, or
   *     {@link ErrorCode#STORE_FORMAT} if it was written by a newer version
   */
  public CanonicalReader(byte[] canonicalBytes, ObjectKind kind, int newestFormat) {
    bytes = ByteBuffer.wrap(canonicalBytes);
    byte tag = readByte();
    if (tag != kind.tag()) {
      throw corrupt("kind %d where %s was expected".formatted(tag, kind));
    }
    int format = Byte.toUnsignedInt(readByte());
    if (format == 0 || format > newestFormat) {
      throw new VarveException(
          ErrorCode.STORE_FORMAT,
          "cannot read a %s object of format %d: the newest known is %d"
              .formatted(kind, format, newestFormat),
          "it was written by a newer version of Varve; update this one");
    }
  }

  public byte readByte() {
    require(1);
    return bytes.get();
  }

  public long readCount() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = readByte();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        if ((next == 0 && shift > 0) || value < 0) {
          throw corrupt("a number is not in its shortest form");
        }
        return value;
      }
    }
    throw corrupt("a number is longer than 63 bits");
  }

  public long readLong() {
    require(Long.BYTES);
    return bytes.getLong();
  }

  public Instant readTime() {
    return Instant.EPOCH.plus(readLong(), ChronoUnit.MICROS);
  }

  public byte[] readRaw(int length) {
    require(length);
    byte[] value = new byte[length];
    bytes.get(value);
    return value;
  }

  public byte[] readBytes() {
    return readRaw(readLength());
  }

  public String readString() {
    byte[] text = readBytes();
    return isAscii(text) ? new String(text, StandardCharsets.ISO_8859_1) : decode(text);
  }

  private static boolean isAscii(byte[] text) {
    int signs = 0;
    for (byte each : text) {
      signs |= each;
    }
    return signs >= 0;
  }

  private static String decode(byte[] utf8) {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
      return text.toString();
    } catch (CharacterCodingException e) {
      throw corrupt("a text is not UTF-8");
    }
  }

  public ObjectId readId() {
    return ObjectId.fromBytes(readRaw(ObjectId.BYTES));
  }

  public SortedMap<String, String> readMap() {
    TreeMap<String, String> map = new TreeMap<>();
    int size = readLength();
    for (int i = 0; i < size; i++) {
      String name = readString();
      if (!map.isEmpty() && map.lastKey().compareTo(name) >= 0) {
        throw corrupt("the names of a map are out of order");
      }
      map.put(name, readString());
    }
    return map;
  }

  /** Reads a count of things of which each takes at least one of the bytes that remain. */
  public int readLength() {
    long length = readCount();
    if (length > bytes.remaining()) {
      throw corrupt(
          "%d more bytes were expected, %d are left".formatted(length, bytes.remaining()));
    }
    return (int) length;
  }

  /** How many bytes were read. */
  public int position() {
    return bytes.position();
  }

  public boolean hasRemaining() {
    return bytes.hasRemaining();
  }

  /** Ends the object. */
  public void end() {
    if (bytes.hasRemaining()) {
      throw corrupt(bytes.remaining() + " bytes follow the end");
    }
  }

  /** An error that says what is wrong with the bytes. */
  public static VarveException corrupt(String why) {
    return new VarveException(
        ErrorCode.OBJECT_CORRUPT,
        "an object is damaged: " + why,
        "restore the repository from a backup",
        Map.of(),
        null);
  }

  private void require(int length) {
    if (length > bytes.remaining()) {
      throw corrupt(
          "%d more bytes were expected, %d are left".formatted(length, bytes.remaining()));
    }
  }
}
