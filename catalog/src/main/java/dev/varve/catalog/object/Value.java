package dev.varve.catalog.object;

/**
 * A content blob as an object: {@code kind byte, format byte, the blob}.
 *
 * <p>Format 1. The blob's length is what remains, so that large blobs are not copied twice.
 */
public final class Value {
  private static final int FORMAT = 1;

  private Value() {}

  public static byte[] encode(byte[] blob) {
    return new CanonicalWriter(ObjectKind.VALUE, FORMAT).writeRaw(blob).toBytes();
  }

  public static byte[] decode(byte[] canonicalBytes) {
    CanonicalReader reader = new CanonicalReader(canonicalBytes, ObjectKind.VALUE, FORMAT);
    return reader.readRaw(canonicalBytes.length - 2);
  }
}
