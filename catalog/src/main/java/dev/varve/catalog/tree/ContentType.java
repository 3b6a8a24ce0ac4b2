package dev.varve.catalog.tree;

/**
 * What kind of thing a content is. The catalog only keeps the tag; types that it does not know are
 * carried along.
 *
 * @param tag the byte that stands for the type; it never changes
 */
public record ContentType(byte tag) {
  public static final ContentType NAMESPACE = new ContentType((byte) 1);
  public static final ContentType ICEBERG_TABLE = new ContentType((byte) 2);
  public static final ContentType ICEBERG_VIEW = new ContentType((byte) 3);

  /** The name for people and JSON. */
  public String text() {
    return switch (tag) {
      case 1 -> "namespace";
      case 2 -> "table";
      case 3 -> "view";
      default -> "type-" + Byte.toUnsignedInt(tag);
    };
  }

  @Override
  public String toString() {
    return text();
  }
}
