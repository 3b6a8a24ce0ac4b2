package dev.varve.engine.merge;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;

/** Compares the ranges of row keys that data files state in their column metrics. */
final class KeyRanges {
  private final List<Column> columns;

  private record Column(int id, Type.PrimitiveType type, Comparator<Object> order) {}

  /**
   * @param schema holds the key's columns, as wide as any file has them
   */
  KeyRanges(Schema schema, Collection<Integer> key) {
    this.columns =
        key.stream()
            .map(
                id -> {
                  Type.PrimitiveType type = schema.findType(id).asPrimitiveType();
                  return new Column(id, type, Comparators.forType(type));
                })
            .toList();
  }

  /** The files whose ranges overlap with at least one of the others; unknown ranges overlap. */
  List<DataFile> overlapping(List<DataFile> files, List<DataFile> others) {
    return files.stream()
        .filter(file -> others.stream().anyMatch(other -> overlap(file, other)))
        .toList();
  }

  private boolean overlap(DataFile one, DataFile two) {
    return columns.stream().allMatch(column -> overlap(column, one, two));
  }

  private static boolean overlap(Column column, DataFile one, DataFile two) {
    return !below(column, one, two) && !below(column, two, one);
  }

  /** Whether all of {@code low} is known to lie below all of {@code high}. */
  private static boolean below(Column column, DataFile low, DataFile high) {
    Object upper = bound(column, low.upperBounds());
    Object lower = bound(column, high.lowerBounds());
    return upper != null && lower != null && column.order().compare(upper, lower) < 0;
  }

  private static Object bound(Column column, Map<Integer, ByteBuffer> bounds) {
    ByteBuffer bound = bounds == null ? null : bounds.get(column.id());
    return bound == null ? null : Conversions.fromByteBuffer(column.type(), bound);
  }
}
