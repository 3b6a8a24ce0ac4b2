package dev.varve.engine.sql;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.data.Record;
import org.duckdb.DuckDBStruct;

/** Rows of DuckDB and of Iceberg in one comparable form: lists of plain values. */
final class Rows {
  private Rows() {}

  static List<List<Object>> of(DuckSession session, String sql) {
    return session.query(sql, Rows::read);
  }

  /** What Iceberg's own reader reads, which puts a position behind the columns at times. */
  static List<List<Object>> of(TestTable table) {
    int columns = table.table().schema().columns().size();
    return table.rows().stream().map(row -> list(row).subList(0, columns)).toList();
  }

  private static List<List<Object>> read(ResultSet rows) throws SQLException {
    List<List<Object>> list = new ArrayList<>();
    int columns = rows.getMetaData().getColumnCount();
    while (rows.next()) {
      List<Object> row = new ArrayList<>();
      for (int i = 1; i <= columns; i++) {
        row.add(plain(rows.getObject(i)));
      }
      list.add(row);
    }
    return list;
  }

  private static List<Object> list(Record record) {
    List<Object> row = new ArrayList<>();
    for (int i = 0; i < record.size(); i++) {
      row.add(plain(record.get(i)));
    }
    return row;
  }

  private static Object plain(Object value) throws IllegalArgumentException {
    try {
      if (value instanceof Record struct) {
        return list(struct);
      } else if (value instanceof DuckDBStruct struct) {
        List<Object> fields = new ArrayList<>();
        for (Object field : struct.getAttributes()) {
          fields.add(plain(field));
        }
        return fields;
      } else if (value instanceof java.sql.Array array) {
        return plainList(Arrays.asList((Object[]) array.getArray()));
      } else if (value instanceof List<?> list) {
        return plainList(list);
      } else if (value instanceof Map<?, ?> map) {
        Map<Object, Object> plain = new HashMap<>();
        map.forEach((k, v) -> plain.put(plain(k), plain(v)));
        return plain;
      } else if (value instanceof java.sql.Blob blob) {
        return ByteBuffer.wrap(blob.getBytes(1, (int) blob.length()));
      } else if (value instanceof byte[] bytes) {
        return ByteBuffer.wrap(bytes);
      } else if (value instanceof java.sql.Timestamp timestamp) {
        return timestamp.toLocalDateTime();
      } else if (value instanceof BigDecimal decimal) {
        return decimal.stripTrailingZeros();
      }
      return value;
    } catch (SQLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static List<Object> plainList(List<?> list) {
    List<Object> plain = new ArrayList<>();
    list.forEach(element -> plain.add(plain(element)));
    return plain;
  }
}
