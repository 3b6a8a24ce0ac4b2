package dev.varve.catalog.object;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;

/**
 * Writes the canonical bytes of one object: the same fields always give the same bytes. Not safe
 * for use by several threads.
 */
public final class CanonicalWriter {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int USUAL_BYTES = 256;

  private byte[] bytes;
  private int length;

  /** Begins an object of this kind in this format version. */
  public CanonicalWriter(ObjectKind kind, int format) {
    this(kind, format, USUAL_BYTES);
  }

  /**
   * Begins an object of this kind in this format version.
   *
   * @param expectedBytes about how long it will be
   */
  public CanonicalWriter(ObjectKind kind, int format, int expectedBytes) {
    bytes = new byte[expectedBytes];
    writeByte(kind.tag());
    writeByte((byte) format);
  }

  public CanonicalWriter writeByte(byte value) {
    reserve(1);
    bytes[length++] = value;
    return this;
  }

  /** Writes a number that is not negative, as unsigned LEB128. */
  public CanonicalWriter writeCount(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("a count is not negative: " + value);
    }
    long rest = value;
    while (rest >= 0x80) {
      writeByte((byte) (rest | 0x80));
      rest >>>= 7;
    }
    return writeByte((byte) rest);
  }

  /** Writes eight bytes, the most significant first. */
  public CanonicalWriter writeLong(long value) {
    reserve(Long.BYTES);
    LONGS.set(bytes, length, value);
    length += Long.BYTES;
    return this;
  }

  /**
   * Writes microseconds since 1970 in UTC, as a long; what is finer is dropped.
   *
   * @throws VarveException with {@link ErrorCode#INVALID_REQUEST} if they do not fit, some 292,000
   *     years away
   */
  public CanonicalWriter writeTime(Instant time) {
    try {
      // Not MICROS.between, which counts nanoseconds and overflows after 292 years.
      long seconds = Math.multiplyExact(time.getEpochSecond(), 1_000_000L);
      return writeLong(Math.addExact(seconds, time.getNano() / 1_000L));
    } catch (ArithmeticException e) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "cannot store the time '%s': it is too far from 1970".formatted(time),
          "set the clock",
          Map.of("time", time.toString()),
          e);
    }
  }

  /** Writes bytes of a length that the reader knows. */
  public CanonicalWriter writeRaw(byte[] value) {
    return writeRaw(value, 0, value.length);
  }

  /** Writes {@code count} bytes from {@code from} on, of a number that the reader knows. */
  public CanonicalWriter writeRaw(byte[] value, int from, int count) {
    reserve(count);
    System.arraycopy(value, from, bytes, length, count);
    length += count;
    return this;
  }

  /** Writes a length, then the bytes. */
  public CanonicalWriter writeBytes(byte[] value) {
    return writeCount(value.length).writeRaw(value);
  }

  /**
   * Writes a length, then the text as UTF-8.
   *
   * @throws VarveException with {@link ErrorCode#INVALID_REQUEST} if it holds half of a surrogate
   *     pair, which UTF-8 cannot tell: it would be read back as another text
   */
  public CanonicalWriter writeString(String value) {
    return isAscii(value)
        ? writeBytes(value.getBytes(StandardCharsets.ISO_8859_1))
        : writeUtf8(value);
  }

  private CanonicalWriter writeUtf8(String value) {
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
      byte[] encoded = new byte[utf8.remaining()];
      utf8.get(encoded);
      return writeBytes(encoded);
    } catch (CharacterCodingException e) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "a text is not well-formed: it holds half of a character",
          "write characters beyond U+FFFF as a pair of surrogates",
          Map.of(),
          e);
    }
  }

  public CanonicalWriter writeId(ObjectId id) {
    reserve(ObjectId.BYTES);
    id.writeTo(bytes, length);
    length += ObjectId.BYTES;
    return this;
  }

  /** Writes the number of entries, then names and values in the order of the names. */
  public CanonicalWriter writeMap(SortedMap<String, String> map) {
    writeCount(map.size());
    for (Map.Entry<String, String> entry : map.entrySet()) {
      writeString(entry.getKey()).writeString(entry.getValue());
    }
    return this;
  }

  /** How many bytes were written. */
  public int length() {
    return length;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /** Whether each character is one byte of UTF-8; nearly all texts are like that. */
  private static boolean isAscii(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
