package dev.varve.engine.merge.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
    return DataFiles.builder(PartitionSpec.unpartitioned())
        .withPath("/f" + number + ".parquet")
        .withFileSizeInBytes(1)
        .withMetrics(new Metrics(1L, null, null, null, null, bytes(lower), bytes(upper)))
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
