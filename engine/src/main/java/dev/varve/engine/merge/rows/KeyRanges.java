package dev.varve.engine.merge.rows;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;

/** Compares the ranges of row keys that data files state in their column metrics. */
public final class KeyRanges {
  private final List<Column> columns;

  private record Column(int id, Type.PrimitiveType type, Comparator<Object> order) {}

  /** A file with its range in each column of the key. */
  private record Box(DataFile file, List<KeyRange> ranges) {}

  /**
   * @param schema holds the key's columns, as wide as any file has them
   */
  public KeyRanges(Schema schema, Collection<Integer> key) {
    this.columns =
        key.stream()
            .map(
                id -> {
                  Type.PrimitiveType type = schema.findType(id).asPrimitiveType();
                  return new Column(id, type, Comparators.forType(type));
                })
            .toList();
  }

  /**
   * The files whose ranges overlap with at least one of the others; unknown ranges overlap.
   *
   * <p>With n files and m others O((n + m) log(n + m)) for a key of one column. For a key of
   * several, pairs that overlap in the column that tells them apart best are compared one by one.
   */
  public List<DataFile> overlapping(List<DataFile> files, List<DataFile> others) {
    if (files.isEmpty() || others.isEmpty()) {
      return List.of();
    }
    List<Box> ours = files.stream().map(this::box).toList();
    List<Box> theirs = others.stream().map(this::box).toList();
    int best =
        IntStream.range(0, columns.size())
            .boxed()
            .min(Comparator.comparingLong(column -> pairs(ours, theirs, column)))
            .orElseThrow();
    KeyRangeIndex index = index(theirs, best);
    return ours.stream()
        .filter(
            box ->
                index.anyOverlapping(
                    box.ranges().get(best), other -> overlap(box, theirs.get(other))))
        .map(Box::file)
        .toList();
  }

  private long pairs(List<Box> ours, List<Box> theirs, int column) {
    // There is nothing to choose between, and no need to count.
    return columns.size() == 1 ? 0 : index(theirs, column).overlappingPairs(ranges(ours, column));
  }

  private KeyRangeIndex index(List<Box> boxes, int column) {
    return new KeyRangeIndex(ranges(boxes, column), columns.get(column).order());
  }

  private static List<KeyRange> ranges(List<Box> boxes, int column) {
    return boxes.stream().map(box -> box.ranges().get(column)).toList();
  }

  private boolean overlap(Box one, Box other) {
    return IntStream.range(0, columns.size())
        .allMatch(
            at -> one.ranges().get(at).overlaps(other.ranges().get(at), columns.get(at).order()));
  }

  private Box box(DataFile file) {
    return new Box(file, columns.stream().map(column -> range(column, file)).toList());
  }

  private static KeyRange range(Column column, DataFile file) {
    return KeyRange.of(
        bound(column, file.lowerBounds()), bound(column, file.upperBounds()), column.order());
  }

  /**
   * None for a UUID: Parquet orders them by unsigned bytes, within a row group, and Iceberg by
   * signed halves, between the row groups of a file. What it states of a file may leave out values.
   */
  private static Optional<Object> bound(Column column, Map<Integer, ByteBuffer> bounds) {
    return Optional.ofNullable(column.type().typeId() == TypeID.UUID ? null : bounds)
        .map(all -> all.get(column.id()))
        .map(bound -> Conversions.fromByteBuffer(column.type(), bound));
  }
}
