package dev.varve.engine.query;

import java.sql.Array;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBStruct;
import org.duckdb.JsonNode;

/**
 * Reads rows as plain Java values: null, {@link Boolean}, {@link Long}, {@link
 * java.math.BigInteger}, {@link Float}, {@link Double}, {@link java.math.BigDecimal}, {@link
 * String}, {@link java.time.LocalDate}, {@link java.time.LocalTime}, {@link LocalDateTime}, {@link
 * Instant} for timestamps with a zone, {@link java.util.UUID}, {@code byte[]}, {@link List}, {@link
 * Map} by name for a struct, and a list of {@link Map.Entry} for a map. What has no such form is a
 * {@link String}.
 */
final class RowValues {
  private static final DateTimeFormatter ZONED =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss[.SSSSSSSSS]X");

  private final ResultSet rows;
  private final List<Cell> cells;

  /** Reads one column of the current row. */
  private interface Cell {
    Object read() throws SQLException;
  }

  RowValues(ResultSet rows, List<ResultColumn> columns) {
    this.rows = rows;
    this.cells = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      cells.add(cell(i + 1, columns.get(i).type()));
    }
  }

  private Cell cell(int index, String type) {
    return switch (type) {
      // A java.sql.Timestamp has no hour that the local zone skips.
      case "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_S", "TIMESTAMP_MS" ->
          () -> rows.getObject(index, LocalDateTime.class);
      case "TIMESTAMPTZ_NS" -> () -> zoned(rows.getString(index));
      case "GEOMETRY", "UNKNOWN" -> () -> rows.getString(index);
      default -> () -> plain(rows.getObject(index));
    };
  }

  /** The values of the current row. */
  List<Object> read() throws SQLException {
    Object[] row = new Object[cells.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = cells.get(i).read();
    }
    return Collections.unmodifiableList(Arrays.asList(row));
  }

  private static Instant zoned(String text) {
    if (text == null) {
      return null;
    }
    return OffsetDateTime.parse(text, ZONED).toInstant();
  }

  private static Object plain(Object value) throws SQLException {
    if (value instanceof Byte || value instanceof Short || value instanceof Integer) {
      return ((Number) value).longValue();
    } else if (value instanceof OffsetDateTime time) {
      return time.toInstant();
    } else if (value instanceof Timestamp timestamp) {
      return timestamp.toLocalDateTime();
    } else if (value instanceof Blob blob) {
      return blob.getBytes(1, (int) blob.length());
    } else if (value instanceof Array array) {
      return list((Object[]) array.getArray());
    } else if (value instanceof DuckDBStruct struct) {
      return struct(struct);
    } else if (value instanceof Map<?, ?> map) {
      return entries(map);
    } else if (value instanceof JsonNode json) {
      return json.toString();
    }
    return value;
  }

  private static List<Object> list(Object[] elements) throws SQLException {
    List<Object> list = new ArrayList<>(elements.length);
    for (Object element : elements) {
      list.add(plain(element));
    }
    return list;
  }

  private static Map<String, Object> struct(DuckDBStruct struct) throws SQLException {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Map.Entry<String, Object> field : struct.getMap().entrySet()) {
      fields.put(field.getKey(), plain(field.getValue()));
    }
    return fields;
  }

  private static List<Map.Entry<Object, Object>> entries(Map<?, ?> map) throws SQLException {
    List<Map.Entry<Object, Object>> entries = new ArrayList<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Object key = plain(entry.getKey());
      entries.add(new java.util.AbstractMap.SimpleImmutableEntry<>(key, plain(entry.getValue())));
    }
    return entries;
  }
}
