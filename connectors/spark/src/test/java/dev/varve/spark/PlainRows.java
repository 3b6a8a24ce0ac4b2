package dev.varve.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.varve.client.Queries.Column;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Rows of Spark, and rows that the server told as JSON, as plain values of Java. These are equal
 * exactly if the rows are the same: 0.0 and -0.0 are one value, and entries of maps have no order.
 */
final class PlainRows {
  private PlainRows() {}

  /** A row of Spark by column; null if there is none. */
  static Object of(Row row) {
    return row == null ? null : plain(row, row.schema());
  }

  /**
   * A row that the server told, by column; null if it has no cells.
   *
   * @param type of the row on Spark
   */
  static Object of(List<Column> columns, List<JsonNode> cells, StructType type) {
    if (cells.isEmpty()) {
      return null;
    }
    Map<String, Object> row = new HashMap<>();
    for (int at = 0; at < columns.size(); at++) {
      String name = columns.get(at).name();
      row.put(name, told(cells.get(at), type.apply(name).dataType()));
    }
    return row;
  }

  private static Object plain(Object value, DataType type) {
    if (value == null) {
      return null;
    } else if (type instanceof StructType struct) {
      Map<String, Object> fields = new HashMap<>();
      for (String name : struct.fieldNames()) {
        fields.put(name, plain(((Row) value).getAs(name), struct.apply(name).dataType()));
      }
      return fields;
    } else if (type instanceof ArrayType list) {
      List<Object> items = new ArrayList<>();
      CollectionConverters.asJava((scala.collection.Iterable<?>) value)
          .forEach(item -> items.add(plain(item, list.elementType())));
      return items;
    } else if (type instanceof MapType map) {
      Map<Object, Object> entries = new HashMap<>();
      CollectionConverters.asJava((scala.collection.Map<?, ?>) value)
          .forEach(
              (key, item) -> entries.put(plain(key, map.keyType()), plain(item, map.valueType())));
      return entries;
    } else if (value instanceof Float number) {
      return number + 0.0f;
    } else if (value instanceof Double number) {
      return number + 0.0;
    } else if (value instanceof Date date) {
      return date.toLocalDate();
    } else if (value instanceof Timestamp time) {
      return time.toInstant();
    } else if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    return value;
  }

  private static Object told(JsonNode node, DataType type) {
    if (node.isNull()) {
      return null;
    } else if (type instanceof StructType struct) {
      Map<String, Object> fields = new HashMap<>();
      node.properties()
          .forEach(
              field ->
                  fields.put(
                      field.getKey(),
                      told(field.getValue(), struct.apply(field.getKey()).dataType())));
      return fields;
    } else if (type instanceof ArrayType list) {
      List<Object> items = new ArrayList<>();
      node.forEach(item -> items.add(told(item, list.elementType())));
      return items;
    } else if (type instanceof MapType map) {
      Map<Object, Object> entries = new HashMap<>();
      node.properties()
          .forEach(
              entry ->
                  entries.put(
                      told(TextNode.valueOf(entry.getKey()), map.keyType()),
                      told(entry.getValue(), map.valueType())));
      return entries;
    }
    return told(node.asText(), type);
  }

  private static Object told(String text, DataType type) {
    if (type instanceof StringType) {
      return text;
    } else if (type instanceof BooleanType) {
      return Boolean.valueOf(text);
    } else if (type instanceof IntegerType) {
      return Integer.valueOf(text);
    } else if (type instanceof LongType) {
      return Long.valueOf(text);
    } else if (type instanceof FloatType) {
      return Float.parseFloat(number(text)) + 0.0f;
    } else if (type instanceof DoubleType) {
      return Double.parseDouble(number(text)) + 0.0;
    } else if (type instanceof DecimalType decimal) {
      return new BigDecimal(text).setScale(decimal.scale());
    } else if (type instanceof DateType) {
      return LocalDate.parse(text);
    } else if (type instanceof TimestampNTZType) {
      return LocalDateTime.parse(text.replace(' ', 'T'));
    } else if (type instanceof TimestampType) {
      return OffsetDateTime.parse(text.replace(' ', 'T').replaceFirst("\\+00$", "Z")).toInstant();
    } else if (type instanceof BinaryType) {
      return HexFormat.of().formatHex(bytes(text));
    }
    throw new IllegalArgumentException(type.simpleString());
  }

  private static String number(String text) {
    return text.toLowerCase(Locale.ROOT).equals("nan") ? "NaN" : text;
  }

  /** The server writes bytes that are no ASCII text as {@code \xFF}. */
  private static byte[] bytes(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int at = 0; at < text.length(); at++) {
      boolean escaped = text.startsWith("\\x", at);
      bytes.write(escaped ? Integer.parseInt(text.substring(at + 2, at + 4), 16) : text.charAt(at));
      at += escaped ? 3 : 0;
    }
    return bytes.toByteArray();
  }
}
