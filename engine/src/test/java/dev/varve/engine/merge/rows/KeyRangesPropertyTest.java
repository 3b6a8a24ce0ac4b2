package dev.varve.engine.merge.rows;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files overlap, against comparing every file with every other. */
class KeyRangesPropertyTest {
  private static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "a", Types.LongType.get()),
          Types.NestedField.required(2, "b", Types.LongType.get()),
          Types.NestedField.required(3, "c", Types.LongType.get()));

  private final Random random = new Random(20261121);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void findsWhatComparingAllPairsFinds(int columns) {
    List<Integer> key = IntStream.rangeClosed(1, columns).boxed().toList();
    KeyRanges ranges = new KeyRanges(SCHEMA, key);
    for (int run = 0; run < 400; run++) {
      int spread = 1 + random.nextInt(200);
      List<DataFile> files = files(random.nextInt(12), key, spread);
      List<DataFile> others = files(random.nextInt(12), key, spread);
      List<DataFile> expected =
          files.stream()
              .filter(file -> others.stream().anyMatch(other -> overlap(file, other, key)))
              .toList();
      assertThat(ranges.overlapping(files, others)).as("run %d", run).isEqualTo(expected);
    }
  }

  static Stream<Arguments> keys() {
    return Stream.of(
            new Key(Types.StringType.get(), KeyRangesPropertyTest::text),
            new Key(Types.BinaryType.get(), n -> ByteBuffer.wrap(text(n).getBytes(UTF_8))),
            new Key(Types.DecimalType.of(9, 2), n -> BigDecimal.valueOf(n - 100, 2)),
            new Key(
                Types.DecimalType.of(30, 4),
                n -> new BigDecimal(BigInteger.TEN.pow(25).multiply(BigInteger.valueOf(n - 9)), 4)),
            new Key(Types.BooleanType.get(), n -> n > 100),
            new Key(Types.IntegerType.get(), n -> n - 100),
            new Key(Types.DateType.get(), n -> n - 100),
            new Key(Types.TimestampType.withZone(), n -> n - 100L),
            new Key(Types.TimestampNanoType.withoutZone(), n -> n - 100L))
        .map(Arguments::of);
  }

  /** A type, and a value of it for each number below 210. */
  record Key(Type.PrimitiveType type, IntFunction<Object> value) {
    @Override
    public String toString() {
      return type.toString();
    }

    ByteBuffer bytes(Object value) {
      return Conversions.toByteBuffer(type, value);
    }
  }

  private static String text(int n) {
    return n % 3 == 0 ? "ü" + n : n % 3 == 1 ? "\uD83D\uDE00" + n : "" + n;
  }

  /** Files hold a few values each. If two of them share one, they must be found. */
  @ParameterizedTest
  @MethodSource("keys")
  void filesThatShareAKeyAreFoundWhateverItsType(Key key) {
    KeyRanges ranges =
        new KeyRanges(new Schema(Types.NestedField.required(1, "k", key.type())), List.of(1));
    Comparator<Object> order = Comparators.forType(key.type());
    for (int run = 0; run < 300; run++) {
      Map<DataFile, List<Object>> files = files(key, order);
      Map<DataFile, List<Object>> others = files(key, order);
      List<DataFile> found =
          ranges.overlapping(List.copyOf(files.keySet()), List.copyOf(others.keySet()));
      files.forEach(
          (file, values) ->
              assertThat(found.contains(file))
                  .as("%s of %s", values, others.values())
                  .isEqualTo(
                      others.values().stream().anyMatch(other -> overlap(values, other, order))));
    }
  }

  private Map<DataFile, List<Object>> files(Key key, Comparator<Object> order) {
    Map<DataFile, List<Object>> files = new LinkedHashMap<>();
    for (int i = random.nextInt(8); i >= 0; i--) {
      int from = random.nextInt(200);
      List<Object> values =
          Stream.generate(() -> key.value().apply(from + random.nextInt(10)))
              .limit(1 + random.nextInt(3))
              .sorted(order)
              .toList();
      files.put(file(i, key, values.get(0), values.get(values.size() - 1)), values);
    }
    return files;
  }

  private static boolean overlap(
      List<Object> values, List<Object> other, Comparator<Object> order) {
    return order.compare(values.get(0), other.get(other.size() - 1)) <= 0
        && order.compare(other.get(0), values.get(values.size() - 1)) <= 0;
  }

  /** Writers cut texts off: at the lower end as they stand, at the upper raised. */
  @Test
  void textsOfOnePrefixOverlapWhereTheyWereCutOff() {
    KeyRanges ranges =
        new KeyRanges(
            new Schema(Types.NestedField.required(1, "k", Types.StringType.get())), List.of(1));
    Key text = new Key(Types.StringType.get(), KeyRangesPropertyTest::text);
    DataFile one = file(1, text, "sixteen letters!", "sixteen letters\"");
    DataFile same = file(2, text, "sixteen letters!", "sixteen letters\"");
    DataFile below = file(3, text, "sixteen letters", "sixteen letters");

    assertThat(ranges.overlapping(List.of(one, below), List.of(same))).containsExactly(one);
  }

  /** A file of (2, -1), (1, 0) and (2, 5), by Parquet's order, holds (2, 5), by Iceberg's not. */
  @Test
  void boundsOfUuidsSayNothing() {
    KeyRanges ranges =
        new KeyRanges(
            new Schema(Types.NestedField.required(1, "k", Types.UUIDType.get())), List.of(1));
    Key uuid = new Key(Types.UUIDType.get(), n -> new UUID(2, n));
    DataFile file = file(1, uuid, new UUID(1, 0), new UUID(2, -1));
    DataFile other = file(2, uuid, new UUID(2, 5), new UUID(2, 5));

    assertThat(ranges.overlapping(List.of(file), List.of(other))).containsExactly(file);
    assertThat(ranges.overlapping(List.of(other), List.of(file))).containsExactly(other);
  }

  @Test
  void boundsThatContradictOneAnotherSayNothing() {
    DataFile odd = file(1, Map.of(1, 9L), Map.of(1, 2L));
    DataFile other = file(2, Map.of(1, 100L), Map.of(1, 101L));
    KeyRanges ranges = new KeyRanges(SCHEMA, List.of(1));
    assertThat(ranges.overlapping(List.of(odd), List.of(other))).containsExactly(odd);
    assertThat(ranges.overlapping(List.of(other), List.of(odd))).containsExactly(other);
  }

  @Test
  void comparesALogarithmicNumberOfTimesPerFile() {
    long[] compared = new long[1];
    Comparator<Object> counting =
        (one, other) -> {
          compared[0]++;
          return Long.compare((Long) one, (Long) other);
        };
    int count = 4096;
    List<KeyRange> ranges =
        IntStream.range(0, count)
            .mapToObj(i -> new KeyRange(Optional.of(10L * i), Optional.of(10L * i + 5)))
            .toList();
    KeyRangeIndex index = new KeyRangeIndex(ranges, counting);
    for (int i = 0; i < count; i++) {
      KeyRange gap = new KeyRange(Optional.of(10L * i + 6), Optional.of(10L * i + 9));
      assertThat(index.anyOverlapping(gap, place -> true)).isFalse();
    }
    assertThat(compared[0]).isLessThan(count * 80L);
  }

  private List<DataFile> files(int count, List<Integer> key, int spread) {
    List<DataFile> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<Integer, Long> lower = new HashMap<>();
      Map<Integer, Long> upper = new HashMap<>();
      for (int column : key) {
        long from = random.nextInt(spread);
        if (random.nextInt(12) > 0) {
          lower.put(column, from);
        }
        if (random.nextInt(12) > 0) {
          upper.put(column, from + random.nextInt(8));
        }
      }
      files.add(file(i, lower, upper));
    }
    return files;
  }

  private static DataFile file(int number, Map<Integer, Long> lower, Map<Integer, Long> upper) {
    return bounded(number, bytes(lower), bytes(upper));
  }

  private static DataFile file(int number, Key key, Object lower, Object upper) {
    return bounded(number, Map.of(1, key.bytes(lower)), Map.of(1, key.bytes(upper)));
  }

  private static DataFile bounded(
      int number, Map<Integer, ByteBuffer> lower, Map<Integer, ByteBuffer> upper) {
    return DataFiles.builder(PartitionSpec.unpartitioned())
        .withPath("/f" + number + ".parquet")
        .withFileSizeInBytes(1)
        .withMetrics(new Metrics(1L, null, null, null, null, lower, upper))
        .build();
  }

  private static Map<Integer, ByteBuffer> bytes(Map<Integer, Long> bounds) {
    Map<Integer, ByteBuffer> bytes = new HashMap<>();
    bounds.forEach((id, it) -> bytes.put(id, Conversions.toByteBuffer(Types.LongType.get(), it)));
    return bytes;
  }

  private static boolean overlap(DataFile one, DataFile other, List<Integer> key) {
    return key.stream().noneMatch(id -> below(one, other, id) || below(other, one, id));
  }

  private static boolean below(DataFile low, DataFile high, int id) {
    ByteBuffer upper = low.upperBounds() == null ? null : low.upperBounds().get(id);
    ByteBuffer lower = high.lowerBounds() == null ? null : high.lowerBounds().get(id);
    return upper != null && lower != null && value(upper) < value(lower);
  }

  private static long value(ByteBuffer bytes) {
    return Conversions.fromByteBuffer(Types.LongType.get(), bytes);
  }
}
