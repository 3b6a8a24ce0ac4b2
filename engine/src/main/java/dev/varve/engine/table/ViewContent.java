package dev.varve.engine.table;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewMetadataParser;

/**
 * The value of a view in the tree: one format byte, then the view's whole Iceberg metadata.
 *
 * <pre>
 * byte 0     format, 1
 * byte 1…    the JSON of Iceberg's view specification, as UTF-8
 * </pre>
 */
final class ViewContent {
  private static final byte FORMAT = 1;

  private ViewContent() {}

  static byte[] encode(ViewMetadata metadata) {
    byte[] json = ViewMetadataParser.toJson(metadata).getBytes(StandardCharsets.UTF_8);
    byte[] value = new byte[json.length + 1];
    value[0] = FORMAT;
    System.arraycopy(json, 0, value, 1, json.length);
    return value;
  }

  /**
   * Reads a value, without looking at any file.
   *
   * @return the metadata, which knows no file location
   * @throws VarveException if the value is broken or of a later format
   */
  static ViewMetadata decode(byte[] value) {
    if (value.length == 0 || value[0] != FORMAT) {
      throw broken(value.length == 0 ? "it is empty" : "it has format " + value[0], null);
    }
    try {
      return ViewMetadataParser.fromJson(
          new String(value, 1, value.length - 1, StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      throw broken("its metadata is not valid: " + e.getMessage(), e);
    }
  }

  private static VarveException broken(String why, RuntimeException cause) {
    return new VarveException(
        ErrorCode.OBJECT_CORRUPT,
        "a view's value cannot be read: " + why,
        "an older commit may still be readable; restore the data directory from a backup",
        Map.of(),
        cause);
  }
}
