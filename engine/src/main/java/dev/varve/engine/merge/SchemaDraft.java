package dev.varve.engine.merge;

import dev.varve.engine.diff.Column;
import dev.varve.engine.diff.Columns;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** The columns of a merged schema while they are decided, beside those of the three sides. */
final class SchemaDraft {
  private final ThreeWay<Columns> sides;
  private final FormerSchemas former;
  private final Map<Integer, Column> merged = new HashMap<>();

  SchemaDraft(ThreeWay<Schema> schemas, FormerSchemas former) {
    this.sides = schemas.map(Columns::of);
    this.former = former;
  }

  Columns base() {
    return sides.base().orElseThrow();
  }

  Columns ours() {
    return sides.ours();
  }

  Columns theirs() {
    return sides.theirs();
  }

  /** A column on three sides, both of which have it: before, as base has it or as both added it. */
  ThreeWay<Column> ofBoth(int id) {
    return new ThreeWay<>(
        base().find(id).or(() -> former.begun(id)),
        ours().find(id).orElseThrow(),
        theirs().find(id).orElseThrow());
  }

  /** Puts a column, or puts it differently. */
  void put(Column column) {
    merged.put(column.id(), column);
  }

  Optional<Column> find(int id) {
    return Optional.ofNullable(merged.get(id));
  }

  Collection<Column> columns() {
    return List.copyOf(merged.values());
  }

  /**
   * Puts a column with all that it holds, as a side has it but for its type if that was wider
   * before, or on the other side until it was dropped there.
   */
  void keep(Columns side, int id) {
    Column column = side.find(id).orElseThrow();
    put(column.as(widest(id, column.shape())));
    side.children(id).forEach(child -> keep(side, child));
  }

  private Object widest(int id, Object shape) {
    Object widest = base().find(id).map(was -> Widening.kept(shape, was.shape())).orElse(shape);
    for (Schema each : (Iterable<Schema>) former.ofBoth()::iterator) {
      Type type = each.findType(id);
      widest = type == null ? widest : Widening.kept(widest, type);
    }
    return widest;
  }

  /** Takes a column away, with all that it holds. */
  void drop(int id) {
    merged.remove(id);
    dropOrphans();
  }

  /** What a dropped column held is gone with it. */
  void dropOrphans() {
    boolean removed = true;
    while (removed) {
      removed =
          merged
              .values()
              .removeIf(
                  column -> column.parent() != Column.ROOT && !merged.containsKey(column.parent()));
    }
  }

  /** The full name of a column of any side: the one that base has for it, if it does. */
  String path(int id) {
    return base().contains(id)
        ? base().path(id)
        : ours().contains(id) ? ours().path(id) : theirs().path(id);
  }

  /** The schema that has these columns. */
  Schema build(Set<Integer> key) {
    return new Schema(fields(Column.ROOT), key);
  }

  private List<NestedField> fields(int parent) {
    List<NestedField> fields = new ArrayList<>();
    for (int id : order(parent)) {
      Column column = merged.get(id);
      NestedField.Builder field =
          column.required()
              ? NestedField.required(column.name())
              : NestedField.optional(column.name());
      field.withId(id).ofType(type(column));
      column.doc().ifPresent(field::withDoc);
      column.initialDefault().ifPresent(field::withInitialDefault);
      column.writeDefault().ifPresent(field::withWriteDefault);
      fields.add(field.build());
    }
    return fields;
  }

  private List<Integer> order(int parent) {
    return MergedOrder.of(
        base().children(parent),
        ours().children(parent),
        theirs().children(parent),
        merged.keySet());
  }

  private Type type(Column column) {
    if (column.shape() instanceof Type primitive) {
      return primitive;
    }
    List<NestedField> held = fields(column.id());
    NestedField last = held.isEmpty() ? null : held.get(held.size() - 1);
    return switch ((Type.TypeID) column.shape()) {
      case STRUCT -> Types.StructType.of(held);
      case LIST ->
          last.isOptional()
              ? Types.ListType.ofOptional(last.fieldId(), last.type())
              : Types.ListType.ofRequired(last.fieldId(), last.type());
      case MAP -> {
        NestedField key = held.get(0);
        yield last.isOptional()
            ? Types.MapType.ofOptional(key.fieldId(), last.fieldId(), key.type(), last.type())
            : Types.MapType.ofRequired(key.fieldId(), last.fieldId(), key.type(), last.type());
      }
      default -> throw new IllegalStateException("not a nested type: " + column.shape());
    };
  }
}
