package dev.varve.catalog.tree;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The path of an entry in a tree: one or more names, compared element by element in the order of
 * their code points.
 *
 * <p>Encoded as each element's UTF-8 followed by a zero byte. As no element holds a zero, the order
 * of the bytes is the order of the paths, and the keys below a path are those that begin with its
 * bytes.
 */
public final class Key implements Comparable<Key> {
  /** The longest encoded key, in bytes. */
  public static final int MAX_BYTES = 1024;

  private final byte[] encoded;

  /** The names, or null until they are asked for; any thread finds the same. */
  private List<String> elements;

  /** The height, or -1 until it is asked for; any thread computes the same. */
  private int height = -1;

  private Key(List<String> elements, byte[] encoded) {
    this.elements = elements;
    this.encoded = encoded;
  }

  /**
   * Makes a key of its elements.
   *
   * @throws VarveException with {@link ErrorCode#INVALID_NAME} if there is no element, or one is
   *     empty, holds a control character or is not well-formed text, or the key is too long
   */
  public static Key of(List<String> elements) {
    if (elements.isEmpty()) {
      throw new VarveException(ErrorCode.INVALID_NAME, "a name has at least one element");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String element : elements) {
      bytes.writeBytes(encode(element));
      bytes.write(0);
    }
    if (bytes.size() > MAX_BYTES) {
      throw new VarveException(
          ErrorCode.INVALID_NAME,
          "a name of %d bytes is too long: at most %d".formatted(bytes.size(), MAX_BYTES));
    }
    return new Key(List.copyOf(elements), bytes.toByteArray());
  }

  public static Key of(String... elements) {
    return of(List.of(elements));
  }

  /** Reads what {@link #encoded} gave. */
  static Key decode(byte[] encoded) {
    return new Key(null, encoded);
  }

  private static List<String> split(byte[] encoded) {
    List<String> elements = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < encoded.length; i++) {
      if (encoded[i] == 0) {
        elements.add(new String(encoded, start, i - start, StandardCharsets.UTF_8));
        start = i + 1;
      }
    }
    return List.copyOf(elements);
  }

  /** The names, from the outermost inwards. */
  public List<String> elements() {
    List<String> known = elements;
    if (known == null) {
      known = split(encoded);
      elements = known;
    }
    return known;
  }

  /** The innermost name. */
  public String name() {
    return elements().get(elements().size() - 1);
  }

  /** Whether this key is {@code prefix} or lies below it. */
  public boolean startsWith(Key prefix) {
    int length = prefix.encoded.length;
    return encoded.length >= length && Arrays.equals(encoded, 0, length, prefix.encoded, 0, length);
  }

  /** Whether {@link #of} would make it: bytes that were decoded may hold anything. */
  boolean isWellFormed() {
    try {
      return Arrays.equals(of(elements()).encoded, encoded);
    } catch (VarveException e) {
      return false;
    }
  }

  byte[] encoded() {
    return encoded;
  }

  /** The first bytes that sort after this key and all keys below it. */
  byte[] endOfPrefix() {
    byte[] end = encoded.clone();
    end[end.length - 1] = 1;
    return end;
  }

  /** The first bytes that sort after this key alone. */
  byte[] successor() {
    return Arrays.copyOf(encoded, encoded.length + 1);
  }

  int compareTo(byte[] bound) {
    return Arrays.compareUnsigned(encoded, bound);
  }

  /** The number of levels at which this key ends a node; see {@link Node}. */
  int height() {
    if (height < 0) {
      height = Node.heightOf(encoded);
    }
    return height;
  }

  @Override
  public int compareTo(Key other) {
    return Arrays.compareUnsigned(encoded, other.encoded);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key key && Arrays.equals(encoded, key.encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  /** The elements joined by dots, for people. */
  @Override
  public String toString() {
    return String.join(".", elements());
  }

  private static byte[] encode(String element) {
    if (element.isEmpty()) {
      throw new VarveException(ErrorCode.INVALID_NAME, "an element of a name is empty");
    }
    if (element.chars().anyMatch(Character::isISOControl)) {
      throw new VarveException(ErrorCode.INVALID_NAME, "a name holds a control character");
    }
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(element));
      byte[] array = new byte[bytes.remaining()];
      bytes.get(array);
      return array;
    } catch (CharacterCodingException e) {
      throw new VarveException(ErrorCode.INVALID_NAME, "a name is not well-formed text");
    }
  }
}
