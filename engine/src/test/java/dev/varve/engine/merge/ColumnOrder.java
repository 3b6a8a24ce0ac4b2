package dev.varve.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * In which order columns are, and the fields of structs, by the id of what holds them. Unlike other
 * facts it is no conflict if both sides change it, and depends on which is ours then.
 */
record ColumnOrder(SortedMap<Integer, List<Integer>> held) {
  private static final int TABLE = -1;

  static ColumnOrder of(TableMetadata metadata) {
    SortedMap<Integer, List<Integer>> held = new TreeMap<>();
    put(held, TABLE, metadata.schema().asStruct());
    return new ColumnOrder(held);
  }

  private static void put(SortedMap<Integer, List<Integer>> held, int parent, Type type) {
    if (type.isNestedType()) {
      List<NestedField> fields = type.asNestedType().fields();
      held.put(parent, fields.stream().map(NestedField::fieldId).toList());
      fields.forEach(field -> put(held, field.fieldId(), field.type()));
    }
  }

  /**
   * A side that alone moved something has its order, and both have theirs if neither did. Ours
   * leads among columns that both added, and that stand differently.
   */
  void assertMerged(ThreeWay<ColumnOrder> sides) {
    held.forEach(
        (parent, merged) -> {
          List<Integer> base = sides.base().orElseThrow().in(parent);
          List<Integer> ours = sides.ours().in(parent);
          List<Integer> theirs = sides.theirs().in(parent);
          List<Integer> all = common(common(base, ours), theirs);
          boolean oursMoved = !common(ours, all).equals(all);
          boolean theirsMoved = !common(theirs, all).equals(all);
          if (oursMoved || !theirsMoved) {
            assertThat(common(merged, ours)).isEqualTo(common(ours, merged));
          }
          boolean agree = common(ours, theirs).equals(common(theirs, ours));
          if (!oursMoved && (theirsMoved || agree)) {
            assertThat(common(merged, theirs)).isEqualTo(common(theirs, merged));
          }
        });
  }

  private List<Integer> in(int parent) {
    return held.getOrDefault(parent, List.of());
  }

  /** Those of some ids that are among others, too. */
  private static List<Integer> common(List<Integer> ids, List<Integer> others) {
    return ids.stream().filter(others::contains).toList();
  }
}
