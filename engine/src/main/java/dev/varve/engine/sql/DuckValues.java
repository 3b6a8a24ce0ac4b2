package dev.varve.engine.sql;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.ByteBuffers;

/** Iceberg's single values as texts that DuckDB casts to the type that {@link DuckTypes} names. */
public final class DuckValues {
  private DuckValues() {}

  /**
   * The value, as SQL of the column's type, of a new row that says none: null without a default.
   */
  public static String writeDefault(Types.NestedField column) {
    String value =
        column.writeDefault() == null
            ? "NULL"
            : SqlText.literal(text(column.type(), column.writeDefault()));
    return "CAST(" + value + " AS " + DuckTypes.of(column.type()) + ")";
  }

  /**
   * The text of a value.
   *
   * @param value in Iceberg's internal form: days, microseconds, {@link ByteBuffer} and so on
   */
  static String text(Type type, Object value) {
    return switch (type.typeId()) {
      case FIXED, BINARY -> blob(bytes(value));
      case DECIMAL -> ((BigDecimal) value).toPlainString();
      case DATE, TIME, TIMESTAMP, TIMESTAMP_NANO -> human(type, value);
      default -> value.toString();
    };
  }

  private static String human(Type type, Object value) {
    return Transforms.<Object>identity().toHumanString(type, value);
  }

  private static byte[] bytes(Object value) {
    return value instanceof byte[] array ? array : ByteBuffers.toByteArray((ByteBuffer) value);
  }

  private static String blob(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length * 4);
    for (byte b : bytes) {
      text.append("\\x").append(String.format(Locale.ROOT, "%02X", b));
    }
    return text.toString();
  }
}
