package dev.varve.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Reads rows, cells and keys that were told as JSON as {@link RowOracle#plain values}. */
record ToldRows(Schema schema) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** A row in the order of the schema's columns. */
  List<Object> row(String json) {
    JsonNode row = read(json);
    assertThat(row).as(json).hasSameSizeAs(schema.columns());
    return fields(row, schema.columns());
  }

  /** A cell of a column. */
  Object cell(String column, String json) {
    NestedField field = schema.asStruct().field(column);
    return value(read(json), field.type());
  }

  /** A row key in the order of its field ids. */
  List<Object> key(Set<Integer> key, String json) {
    JsonNode values = read(json);
    return key.stream()
        .sorted()
        .map(id -> value(values.get(schema.findColumnName(id)), schema.findType(id)))
        .toList();
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(json, e);
    }
  }

  private static List<Object> fields(JsonNode struct, List<NestedField> fields) {
    List<Object> values = new ArrayList<>();
    fields.forEach(field -> values.add(value(struct.get(field.name()), field.type())));
    return values;
  }

  private static Object value(JsonNode node, Type type) {
    if (node.isNull()) {
      return null;
    }
    return switch (type.typeId()) {
      case BOOLEAN -> node.booleanValue();
      case INTEGER, LONG -> node.longValue();
      case FLOAT, DOUBLE -> RowOracle.plain(number(node.asText()));
      case DECIMAL -> new BigDecimal(node.asText()).setScale(((Types.DecimalType) type).scale());
      case DATE -> LocalDate.parse(node.asText());
      case TIME -> LocalTime.parse(node.asText());
      case TIMESTAMP -> timestamp(node.asText(), ((Types.TimestampType) type).shouldAdjustToUTC());
      case TIMESTAMP_NANO ->
          timestamp(node.asText(), ((Types.TimestampNanoType) type).shouldAdjustToUTC());
      case STRING -> node.textValue();
      case UUID -> UUID.fromString(node.asText());
      case BINARY -> RowOracle.plain(ByteBuffer.wrap(bytes(node.asText())));
      case STRUCT -> fields(node, type.asStructType().fields());
      case LIST -> list(node, type.asListType().elementType());
      case MAP -> map(node, type.asMapType().valueType());
      default -> throw new IllegalArgumentException(type.toString());
    };
  }

  private static double number(String text) {
    return text.equalsIgnoreCase("nan") ? Double.NaN : Double.parseDouble(text);
  }

  private static Object timestamp(String text, boolean zoned) {
    String iso = text.replace(' ', 'T');
    return zoned
        ? OffsetDateTime.parse(iso.endsWith("+00") ? iso + ":00" : iso)
        : LocalDateTime.parse(iso);
  }

  /** DuckDB writes bytes that are no ASCII text as {@code \xFF}. */
  private static byte[] bytes(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int at = 0; at < text.length(); at++) {
      boolean escaped = text.startsWith("\\x", at);
      bytes.write(escaped ? Integer.parseInt(text.substring(at + 2, at + 4), 16) : text.charAt(at));
      at += escaped ? 3 : 0;
    }
    return bytes.toByteArray();
  }

  private static List<Object> list(JsonNode items, Type type) {
    List<Object> values = new ArrayList<>();
    items.forEach(item -> values.add(value(item, type)));
    return values;
  }

  private static Map<String, Object> map(JsonNode entries, Type type) {
    Map<String, Object> values = new TreeMap<>();
    entries
        .properties()
        .forEach(entry -> values.put(entry.getKey(), value(entry.getValue(), type)));
    return values;
  }
}
