package dev.varve.engine.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The value of a namespace in the tree.
 *
 * <pre>
 * byte 0     format, 1
 * byte 1…    a JSON object of the properties, names in order, as UTF-8
 * </pre>
 */
public final class NamespaceContent {
  static final byte FORMAT = 1;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<TreeMap<String, String>> PROPERTIES = new TypeReference<>() {};

  private NamespaceContent() {}

  /** Equal properties give equal bytes. */
  public static byte[] encode(Map<String, String> properties) {
    try {
      byte[] json = JSON.writeValueAsBytes(new TreeMap<>(properties));
      byte[] value = new byte[json.length + 1];
      value[0] = FORMAT;
      System.arraycopy(json, 0, value, 1, json.length);
      return value;
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a value.
   *
   * @throws dev.varve.catalog.error.VarveException if the value is broken or of a later format
   */
  public static SortedMap<String, String> decode(byte[] value) {
    if (value.length == 0 || value[0] != FORMAT) {
      throw TableErrors.brokenContent("a namespace's value has an unknown format", null);
    }
    try {
      return JSON.readValue(value, 1, value.length - 1, PROPERTIES);
    } catch (IOException e) {
      throw TableErrors.brokenContent("a namespace's value is not JSON", e);
    }
  }
}
