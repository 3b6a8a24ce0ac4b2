package dev.varve.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** Damages the bytes of an object in every way that one byte or one cut can. */
public final class Damage {
  private Damage() {}

  /**
   * Checks that damaged bytes are refused with a clear error, or read as what they then say:
   * reading and writing them again gives the same bytes, never others.
   *
   * @param rewrite reads bytes and writes what was read
   */
  public static void isAlwaysSeen(byte[] bytes, UnaryOperator<byte[]> rewrite) {
    assertThat(rewrite.apply(bytes)).isEqualTo(bytes);
    for (int length = 0; length < bytes.length; length++) {
      check(Arrays.copyOf(bytes, length), rewrite, "cut to " + length);
    }
    check(Arrays.copyOf(bytes, bytes.length + 1), rewrite, "one byte more");
    for (int i = 0; i < bytes.length; i++) {
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        byte[] flipped = bytes.clone();
        flipped[i] ^= (byte) (1 << bit);
        check(flipped, rewrite, "bit %d of byte %d flipped".formatted(bit, i));
      }
    }
  }

  private static void check(byte[] damaged, UnaryOperator<byte[]> rewrite, String how) {
    try {
      assertThat(rewrite.apply(damaged)).as(how).isEqualTo(damaged);
    } catch (VarveException e) {
      assertThat(e.code()).as(how).isIn(ErrorCode.OBJECT_CORRUPT, ErrorCode.STORE_FORMAT);
      assertThat(e.getMessage()).as(how).isNotBlank();
    }
  }

  /** The code that reading bytes ends with. */
  public static ErrorCode codeOf(Runnable reading) {
    try {
      reading.run();
    } catch (VarveException e) {
      return e.code();
    }
    throw new AssertionError("the bytes were read");
  }
}
