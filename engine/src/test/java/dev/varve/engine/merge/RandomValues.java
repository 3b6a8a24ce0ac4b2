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
import java.util.Arrays;
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
          Types.BooleanType.get(),
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

  /** What format 3 has beside. */
  private static final List<Type> NEWER =
      List.of(Types.TimestampNanoType.withoutZone(), Types.TimestampNanoType.withZone());

  private static final List<Type> MAP_KEYS =
      List.of(
          Types.IntegerType.get(),
          Types.LongType.get(),
          Types.DateType.get(),
          Types.DecimalType.of(9, 2),
          Types.UUIDType.get());

  private final Random random;

  RandomValues(Random random) {
    this.random = random;
  }

  /** A type that a row key may have in a format of tables. */
  Type keyType(int format) {
    return format >= 3 && random.nextInt(12) == 0 ? one(NEWER) : one(KEYS);
  }

  /**
   * Any type of a format of tables.
   *
   * @param id the first of some hundred field ids that no other field has
   */
  Type type(int id, int format) {
    return switch (random.nextInt(11)) {
      case 0 ->
          Types.StructType.of(
              NestedField.optional(id, "x", Types.IntegerType.get()),
              NestedField.optional(id + 1, "y z", one(PRIMITIVES)));
      case 1 -> Types.ListType.ofOptional(id, one(PRIMITIVES));
      case 2 -> map(id, Types.StringType.get(), one(PRIMITIVES));
      case 3 -> Types.ListType.ofOptional(id, structWithMap(id + 1));
      case 4 -> deep(id);
      default -> format >= 3 && random.nextInt(12) == 0 ? one(NEWER) : one(PRIMITIVES);
    };
  }

  private Type deep(int id) {
    return switch (random.nextInt(5)) {
      case 0 ->
          Types.StructType.of(
              NestedField.optional(id, "x", Types.IntegerType.get()),
              NestedField.optional(id + 1, "t", structWithMap(id + 2)));
      case 1 -> Types.ListType.ofOptional(id, Types.ListType.ofOptional(id + 1, one(PRIMITIVES)));
      case 2 -> map(id, one(MAP_KEYS), one(PRIMITIVES));
      case 3 -> map(id, Types.StringType.get(), structWithMap(id + 2));
      default -> map(id, one(MAP_KEYS), Types.ListType.ofOptional(id + 2, structWithMap(id + 3)));
    };
  }

  private static Type structWithMap(int id) {
    return Types.StructType.of(
        NestedField.optional(id, "x", Types.IntegerType.get()),
        NestedField.optional(
            id + 1, "m", map(id + 2, Types.StringType.get(), Types.DoubleType.get())));
  }

  private static Type map(int id, Type key, Type value) {
    return Types.MapType.ofOptional(id, id + 1, key, value);
  }

  private Type one(List<Type> types) {
    return types.get(random.nextInt(types.size()));
  }

  /** A value of a column, null at times if it may be. */
  Object value(NestedField column, int values) {
    return column.isOptional() && random.nextInt(4) == 0 ? null : value(column.type(), values);
  }

  private Object value(Type type, int values) {
    return valueOf(type, random.nextInt(values));
  }

  /** The value of a number, but for types of which there are few values. */
  private Object valueOf(Type type, int n) {
    return switch (type.typeId()) {
      case BOOLEAN -> n % 2 == 0;
      case INTEGER -> n;
      case LONG -> (long) n;
      case DOUBLE -> List.of(0.0, -0.0, Double.NaN, 1.5, -1.5).get(random.nextInt(5));
      case FLOAT -> List.of(0.0f, -0.0f, Float.NaN, 1.5f).get(random.nextInt(4));
      case DECIMAL -> decimal((Types.DecimalType) type, n);
      case STRING -> string(n);
      case DATE -> LocalDate.of(2019 + n % 2, 12, 30 + n % 2).plusDays(n);
      case TIME -> LocalTime.of(n, 59, 59, 1000 * n);
      case TIMESTAMP -> timestamp((Types.TimestampType) type, n);
      case UUID -> new UUID(n % 5 - 2, n % 3 == 0 ? -n : n); // signed and unsigned orders differ
      case TIMESTAMP_NANO -> timestamp((Types.TimestampNanoType) type, n);
      case BINARY -> binary(n);
      case STRUCT -> struct(type.asStructType());
      case LIST -> list(type.asListType(), n);
      case MAP -> map(type.asMapType(), n);
      default -> throw new IllegalArgumentException(type.toString());
    };
  }

  /** Metrics have the first 16 characters of a text: of the long ones these are the same. */
  private String string(int n) {
    return random.nextInt(4) == 0
        ? "the first sixteen characters are the same in " + n
        : List.of("", "a", "ab", "it's \"q\"", "ü").get(n % 5);
  }

  /** At times so that metrics have no upper bound: no 16 bytes are more than these. */
  private ByteBuffer binary(int n) {
    byte[] bytes = ("b" + n).getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(4) == 0) {
      bytes = Arrays.copyOf(bytes, 20);
      Arrays.fill(bytes, 0, 19, (byte) 0xFF);
      bytes[19] = (byte) n;
    }
    return ByteBuffer.wrap(bytes);
  }

  private static BigDecimal decimal(Types.DecimalType type, int n) {
    BigDecimal small = BigDecimal.valueOf(n - 1, 2).setScale(type.scale());
    // Beyond what a long holds.
    BigInteger large = BigInteger.TEN.pow(type.precision() - 1);
    return n % 3 == 2 ? small.add(new BigDecimal(large, type.scale())) : small;
  }

  private static Object timestamp(Types.TimestampType type, int n) {
    return zoned(time(n), type.shouldAdjustToUTC());
  }

  private static Object timestamp(Types.TimestampNanoType type, int n) {
    return zoned(time(n).plusNanos(n), type.shouldAdjustToUTC());
  }

  private static LocalDateTime time(int n) {
    return LocalDateTime.of(1969, 12, 31, 22 + n % 2, 0, 0, 1000 * n).plusHours(n);
  }

  private static Object zoned(LocalDateTime time, boolean utc) {
    return utc ? OffsetDateTime.of(time, ZoneOffset.UTC) : time;
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
  private Map<Object, Object> map(Types.MapType type, int size) {
    List<Object> keys = new ArrayList<>();
    for (int n = 0; n < size; n++) {
      keys.add(
          type.keyType().typeId() == Type.TypeID.STRING ? "k" + n : valueOf(type.keyType(), n));
    }
    Collections.shuffle(keys, random);
    Map<Object, Object> map = new LinkedHashMap<>();
    keys.forEach(key -> map.put(key, value(type.field(type.valueId()), 2)));
    return map;
  }
}
