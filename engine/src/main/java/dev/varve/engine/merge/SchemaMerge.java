package dev.varve.engine.merge;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.engine.diff.Column;
import dev.varve.engine.diff.Columns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Merges three schemas of one table, column by column and attribute by attribute.
 *
 * <p>Columns are the same when their field ids are, whatever their names; ids never collide between
 * branches, so a column that only one side has is new there. A column that one side dropped stays
 * dropped, unless the other side changed it or what it holds.
 */
final class SchemaMerge {
  private final Columns base;
  private final Columns ours;
  private final Columns theirs;
  private final Conflicts conflicts;
  private final Map<Integer, Column> merged = new HashMap<>();

  private SchemaMerge(Columns base, Columns ours, Columns theirs, Conflicts conflicts) {
    this.base = base;
    this.ours = ours;
    this.theirs = theirs;
    this.conflicts = conflicts;
  }

  /**
   * Merges the columns and the row keys.
   *
   * @param conflicts takes what cannot be decided; if it gained any, the result is only ours
   */
  static Schema merge(Schema base, Schema ours, Schema theirs, Conflicts conflicts) {
    SchemaMerge merge =
        new SchemaMerge(Columns.of(base), Columns.of(ours), Columns.of(theirs), conflicts);
    merge.mergeColumns();
    merge.checkNames();
    Set<Integer> key = merge.key(base, ours, theirs);
    if (!conflicts.isEmpty()) {
      return ours;
    }
    return new Schema(merge.fields(Column.ROOT), key);
  }

  private void mergeColumns() {
    Set<Integer> ids = new LinkedHashSet<>(ours.ids());
    ids.addAll(theirs.ids());
    for (int id : ids) {
      if (ours.contains(id) && theirs.contains(id)) {
        merged.put(id, mergeColumn(id));
      } else {
        Columns side = ours.contains(id) ? ours : theirs;
        if (!base.contains(id)) {
          merged.put(id, side.find(id).orElseThrow());
        } else if (changedBelow(side, id)) {
          droppedAndChanged(id);
        }
      }
    }
    dropOrphans();
  }

  private Column mergeColumn(int id) {
    ThreeWay<Column> column =
        new ThreeWay<>(base.find(id), ours.find(id).orElseThrow(), theirs.find(id).orElseThrow());
    return new Column(
        id,
        column.ours().parent(),
        attribute(column, Column::name, "column-renamed-differently", "renamed to"),
        required(column.map(Column::required)),
        attribute(column, Column::shape, "column-type-differs", "of type"),
        attribute(column, Column::doc, "column-doc-differs", "documented as"),
        attribute(column, Column::initialDefault, "column-default-differs", "with initial default"),
        attribute(column, Column::writeDefault, "column-default-differs", "with default"));
  }

  /** Optional wins where the sides disagree without a base: it is right for all rows. */
  private static boolean required(ThreeWay<Boolean> required) {
    return required.conflicts() ? false : required.merged();
  }

  private <T> T attribute(
      ThreeWay<Column> column, Function<Column, T> attribute, String code, String verb) {
    ThreeWay<T> values = column.map(attribute);
    if (values.conflicts()) {
      String path = path(column.ours().id());
      String ofOurs = text(values.ours());
      String ofTheirs = text(values.theirs());
      conflicts.add(
          code,
          "column '%s' of '%s' is %s %s %s and %s %s"
              .formatted(
                  path,
                  conflicts.table(),
                  verb,
                  ofOurs,
                  conflicts.verb().inOurs(),
                  ofTheirs,
                  conflicts.verb().inTheirs()),
          "make the column alike on both branches, then merge again",
          Map.of("column", path, "ours", ofOurs, "theirs", ofTheirs));
    }
    return values.merged();
  }

  private static String text(Object value) {
    Object shown = value instanceof Optional<?> optional ? optional.orElse(null) : value;
    return shown == null ? "none" : "'" + shown + "'";
  }

  private boolean changedBelow(Columns side, int id) {
    if (!side.find(id).equals(base.find(id))) {
      return true;
    }
    return side.children(id).stream().anyMatch(child -> changedBelow(side, child));
  }

  private void droppedAndChanged(int id) {
    boolean oursDropped = !ours.contains(id);
    int parent = base.find(id).orElseThrow().parent();
    if (parent != Column.ROOT && !(oursDropped ? ours : theirs).contains(parent)) {
      return; // told of the parent
    }
    String path = base.path(id);
    conflicts.add(
        "column-dropped-and-changed",
        droppedAndChanged(oursDropped).formatted(path, conflicts.table()),
        "drop the column on both branches, or add it again where it was dropped, then merge again",
        Map.of("column", path, "dropped-by", oursDropped ? "ours" : "theirs"));
  }

  private String droppedAndChanged(boolean oursDropped) {
    return switch (conflicts.verb()) {
      case MERGE ->
          oursDropped
              ? "column '%s' of '%s' is dropped in ours and changed in theirs"
              : "column '%s' of '%s' is dropped in theirs and changed in ours";
      case CHERRY_PICK ->
          oursDropped
              ? "column '%s' of '%s' is changed by the picked commit and is not on the branch"
              : "column '%s' of '%s' is dropped by the picked commit and is another on the branch";
      case REVERT ->
          oursDropped
              ? "column '%s' of '%s' was changed by the commit and dropped later"
              : "column '%s' of '%s' was added by the commit and changed later";
    };
  }

  /** What a dropped column held is gone with it. */
  private void dropOrphans() {
    boolean removed = true;
    while (removed) {
      removed =
          merged
              .values()
              .removeIf(
                  column -> column.parent() != Column.ROOT && !merged.containsKey(column.parent()));
    }
  }

  private void checkNames() {
    Map<String, Integer> taken = new TreeMap<>();
    for (Column column : merged.values()) {
      String name = column.parent() + "/" + column.name().toLowerCase(Locale.ROOT);
      Integer other = taken.putIfAbsent(name, column.id());
      if (other != null
          && !together(ours, other, column.id())
          && !together(theirs, other, column.id())) {
        nameTaken(column.name(), other, column.id());
      }
    }
  }

  /** Whether one side holds both columns already under such names; then it is no news. */
  private static boolean together(Columns side, int one, int two) {
    return side.contains(one)
        && side.contains(two)
        && side.find(one)
            .orElseThrow()
            .name()
            .equalsIgnoreCase(side.find(two).orElseThrow().name());
  }

  private void nameTaken(String name, int one, int two) {
    conflicts.add(
        "column-name-taken",
        "two columns of '%s' would be named '%s': %s and %s"
            .formatted(conflicts.table(), name, origin(one), origin(two)),
        "rename one of them on its branch, then merge again",
        Map.of("column", name, "ids", Math.min(one, two) + "," + Math.max(one, two)));
  }

  private String origin(int id) {
    MergeVerb verb = conflicts.verb();
    String side = !ours.contains(id) ? verb.theirs() : !theirs.contains(id) ? verb.ours() : "both";
    return "'%s' of %s (field id %d)".formatted(path(id), side, id);
  }

  private String path(int id) {
    return base.contains(id) ? base.path(id) : ours.contains(id) ? ours.path(id) : theirs.path(id);
  }

  private Set<Integer> key(Schema base, Schema ours, Schema theirs) {
    ThreeWay<Set<String>> named = ThreeWay.of(base, ours, theirs).map(Schema::identifierFieldNames);
    ThreeWay<Set<Integer>> key = ThreeWay.of(base, ours, theirs).map(Schema::identifierFieldIds);
    if (key.conflicts()) {
      conflicts.add(
          "key-differs",
          "the row key of '%s' is %s %s and %s %s"
              .formatted(
                  conflicts.table(),
                  named.ours(),
                  conflicts.verb().inOurs(),
                  named.theirs(),
                  conflicts.verb().inTheirs()),
          "give both branches one key, then merge again",
          Map.of("ours", named.ours().toString(), "theirs", named.theirs().toString()));
    }
    for (int id : key.merged()) {
      if (!merged.containsKey(id) && conflicts.isEmpty()) {
        String path = path(id);
        conflicts.add(
            "key-column-dropped",
            "column '%s' of '%s' is dropped on one side and part of the row key on the other"
                .formatted(path, conflicts.table()),
            "take the column out of the key, or add it again, then merge again",
            Map.of("column", path));
      }
      if (conflicts.isEmpty() && !required(id)) {
        String path = path(id);
        conflicts.add(
            "key-column-optional",
            "column '%s' of '%s' is made optional on one side and part of the row key on the other"
                .formatted(path, conflicts.table()),
            "take the column out of the key, or make it required, then merge again",
            Map.of("column", path));
      }
    }
    return key.merged();
  }

  /** Whether a column and all that hold it are required, as those of a row key must be. */
  private boolean required(int id) {
    for (int at = id; at != Column.ROOT; at = merged.get(at).parent()) {
      if (!merged.get(at).required()) {
        return false;
      }
    }
    return true;
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
        base.children(parent), ours.children(parent), theirs.children(parent), merged.keySet());
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
