package dev.varve.engine.merge;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Random types and few different values of each, so that rows of different branches meet. */
final class RandomValues {
  private static final List<Type> KEYS =
      List.of(
          Types.LongType.get(),
          Types.IntegerType.get(),
          Types.StringType.get(),
          Types.DateType.get(),
          Types.TimeType.get(),
          Types.TimestampType.withoutZone(),
          Types.TimestampType.withZone(),
          Types.DecimalType.of(9, 2),
          Types.DecimalType.of(30, 4),
          Types.UUIDType.get(),
          Types.BinaryType.get());

  private static final List<Type> PRIMITIVES =
      List.of(
          Types.BooleanType.get(),
          Types.IntegerType.get(),
          Types.LongType.get(),
          Types.DoubleType.get(),
          Types.FloatType.get(),
          Types.DecimalType.of(9, 2),
          Types.DecimalType.of(25, 4),
          Types.StringType.get(),
          Types.DateType.get(),
          Types.TimeType.get(),
          Types.TimestampType.withoutZone(),
          Types.TimestampType.withZone(),
          Types.UUIDType.get(),
          Types.BinaryType.get());

  private final Random random;

  RandomValues(Random random) {
    this.random = random;
  }

  /** A type that a row key may have. */
  Type keyType() {
    return KEYS.get(random.nextInt(KEYS.size()));
  }

  /**
   * Any type.
   *
   * @param id the first of some hundred field ids that no other field has
   */
  Type type(int id) {
    return switch (random.nextInt(10)) {
      case 0 ->
          Types.StructType.of(
              NestedField.optional(id, "x", Types.IntegerType.get()),
              NestedField.optional(id + 1, "y", primitive()));
      case 1 -> Types.ListType.ofOptional(id, primitive());
      case 2 -> Types.MapType.ofOptional(id, id + 1, Types.StringType.get(), primitive());
      case 3 ->
          Types.ListType.ofOptional(
              id,
              Types.StructType.of(
                  NestedField.optional(id + 1, "x", Types.IntegerType.get()),
                  NestedField.optional(id + 2, "m", map(id + 3))));
      default -> primitive();
    };
  }

  private static Type map(int id) {
    return Types.MapType.ofOptional(id, id + 1, Types.StringType.get(), Types.DoubleType.get());
  }

  private Type primitive() {
    return PRIMITIVES.get(random.nextInt(PRIMITIVES.size()));
  }

  /** A value of a column, null at times if it may be. */
  Object value(NestedField column, int values) {
    return column.isOptional() && random.nextInt(4) == 0 ? null : value(column.type(), values);
  }

  private Object value(Type type, int values) {
    int n = random.nextInt(values);
    return switch (type.typeId()) {
      case BOOLEAN -> n % 2 == 0;
      case INTEGER -> n;
      case LONG -> (long) n;
      case DOUBLE -> List.of(0.0, -0.0, Double.NaN, 1.5, -1.5).get(random.nextInt(5));
      case FLOAT -> List.of(0.0f, -0.0f, Float.NaN, 1.5f).get(random.nextInt(4));
      case DECIMAL -> decimal((Types.DecimalType) type, n);
      case STRING -> List.of("", "a", "ab", "it's \"q\"", "ü").get(n % 5);
      case DATE -> LocalDate.of(2019 + n % 2, 12, 30 + n % 2).plusDays(n);
      case TIME -> LocalTime.of(n, 59, 59, 1000 * n);
      case TIMESTAMP -> timestamp((Types.TimestampType) type, n);
      case UUID -> new UUID(n % 2 == 0 ? -1L : n, n);
      case BINARY -> ByteBuffer.wrap(("b" + n).getBytes(StandardCharsets.UTF_8));
      case STRUCT -> struct(type.asStructType());
      case LIST -> list(type.asListType(), n);
      case MAP -> map(type.asMapType(), n);
      default -> throw new IllegalArgumentException(type.toString());
    };
  }

  private static BigDecimal decimal(Types.DecimalType type, int n) {
    BigDecimal small = BigDecimal.valueOf(n - 1, 2).setScale(type.scale());
    // Beyond what a long holds.
    BigInteger large = BigInteger.TEN.pow(type.precision() - 1);
    return n % 3 == 2 ? small.add(new BigDecimal(large, type.scale())) : small;
  }

  private static Object timestamp(Types.TimestampType type, int n) {
    LocalDateTime time = LocalDateTime.of(1969, 12, 31, 22 + n % 2, 0, 0, 1000 * n).plusHours(n);
    return type.shouldAdjustToUTC() ? OffsetDateTime.of(time, ZoneOffset.UTC) : time;
  }

  GenericRecord struct(Types.StructType type) {
    GenericRecord struct = GenericRecord.create(type);
    type.fields().forEach(field -> struct.setField(field.name(), value(field, 3)));
    return struct;
  }

  private List<Object> list(Types.ListType type, int size) {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(value(type.fields().get(0), 2));
    }
    return list;
  }

  /** The order of the entries is random too: it means nothing. */
  private Map<String, Object> map(Types.MapType type, int size) {
    List<String> keys = new ArrayList<>(List.of("p", "q", "r", "s", "t").subList(0, size));
    Collections.shuffle(keys, random);
    Map<String, Object> map = new LinkedHashMap<>();
    keys.forEach(key -> map.put(key, value(type.field(type.valueId()), 2)));
    return map;
  }
}
