package dev.varve.engine.merge;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortField;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableMetadata;

/** Merges how a table's files are laid out: its partitioning and its sort order. */
final class LayoutMerge {
  private final ThreeWay<TableMetadata> sides;
  private final Conflicts conflicts;

  LayoutMerge(ThreeWay<TableMetadata> sides, Conflicts conflicts) {
    this.sides = sides;
    this.conflicts = conflicts;
  }

  /**
   * The partitioning of new files; the spec is of one of the sides.
   *
   * @param schema the merged one
   */
  PartitionSpec partitioning(Schema schema) {
    ThreeWay<PartitionSpec> specs = sides.map(TableMetadata::spec);
    ThreeWay<List<String>> meaning = specs.map(LayoutMerge::meaning);
    PartitionSpec spec = meaning.oursChanged() ? specs.ours() : specs.theirs();
    if (meaning.conflicts()) {
      spec = differs("partitioning-differs", "the partitioning", specs);
    }
    return present(schema, spec, specs, "the partitioning", LayoutMerge::columns);
  }

  /** The order of new files; it is of one of the sides. */
  SortOrder sorting(Schema schema) {
    ThreeWay<SortOrder> orders = sides.map(TableMetadata::sortOrder);
    ThreeWay<List<SortField>> sorting = orders.map(SortOrder::fields);
    SortOrder order = sorting.oursChanged() ? orders.ours() : orders.theirs();
    if (sorting.conflicts()) {
      order = differs("sort-order-differs", "the sort order", orders);
    }
    return present(schema, order, orders, "the sort order", LayoutMerge::columns);
  }

  /** What a spec means, without the ids of its fields. */
  private static List<String> meaning(PartitionSpec spec) {
    return spec.fields().stream()
        .map(field -> field.sourceId() + " " + field.transform() + " " + field.name())
        .toList();
  }

  private static List<Integer> columns(PartitionSpec spec) {
    return spec.fields().stream().map(field -> field.sourceId()).toList();
  }

  private static List<Integer> columns(SortOrder order) {
    return order.fields().stream().map(SortField::sourceId).toList();
  }

  private <T> T differs(String code, String what, ThreeWay<T> layouts) {
    ThreeWay<String> seen = layouts.map(Object::toString);
    return conflicts.decide(
        layouts, conflicts.differs(code, what, seen), Options.ofSides(what, seen));
  }

  /** The layout, or that of the side which dropped one of its columns if somebody wants it. */
  private <T> T present(
      Schema schema,
      T layout,
      ThreeWay<T> layouts,
      String what,
      Function<T, List<Integer>> columns) {
    for (int column : columns.apply(layout)) {
      if (conflicts.isEmpty() && schema.findField(column) == null) {
        String name = sides.base().orElseThrow().schema().findColumnName(column);
        Problem problem =
            new Problem(
                "column-dropped-and-used",
                "column '%s' of '%s' is dropped on one side and part of %s on the other"
                    .formatted(name, conflicts.table(), what),
                "take the column out of " + what + ", or add it again, then merge again",
                Map.of("column", String.valueOf(name)));
        EnumSet<Winner> without = EnumSet.noneOf(Winner.class);
        Stream.of(Winner.OURS, Winner.THEIRS)
            .filter(winner -> !columns.apply(layouts.of(winner)).contains(column))
            .forEach(without::add);
        Options options = Options.of(what, layouts.map(Object::toString), without);
        return conflicts
            .ask(problem, options, answer -> true)
            .map(answer -> present(schema, layouts.of(answer.winner()), layouts, what, columns))
            .orElse(layout);
      }
    }
    return layout;
  }
}
