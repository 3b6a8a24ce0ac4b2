package dev.varve.engine.merge;

import dev.varve.engine.diff.AppliedDeletes;
import dev.varve.engine.merge.rows.RowConflict.Kind;
import dev.varve.engine.merge.rows.Side;
import dev.varve.engine.sql.TestTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.data.GenericDataUtil;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What a merge of rows must give, computed with lists of rows as Iceberg's own reader reads them:
 * no files, but for the rule of bags that speaks of files that a side changed, and no SQL.
 */
final class RowOracle {
  /**
   * The merged rows, or the conflicts as {@linkplain #conflict texts}.
   *
   * @param unclear the rows whose keys are on several of them and that a side changed: what a merge
   *     makes of them is not said
   */
  record Expected(
      List<List<Object>> values, Set<String> conflicts, Predicate<List<Object>> unclear) {
    Expected(List<List<Object>> values, Set<String> conflicts) {
      this(values, conflicts, row -> false);
    }

    /** The rows as sorted texts, but for those that are unclear. */
    List<String> rows() {
      return clear(values);
    }

    /** Other rows as sorted texts, but for those that are unclear here. */
    List<String> clear(List<List<Object>> rows) {
      return texts(rows.stream().filter(unclear.negate()).toList());
    }

    /** Whether the rows lack required values, or have the merged table's key in common. */
    boolean misfit(Schema merged) {
      return RowOracle.misfit(values, merged);
    }
  }

  /** What conflicts tell of a side that does not have the row. */
  static final String ABSENT = "no row";

  private final StateRows read;
  private final Schema merged;
  private final Set<Integer> key;
  private final RandomStrategies strategies;
  private final ThreeWay<TableMetadata> sides;
  private final ThreeWay<List<List<Object>>> rows;

  private RowOracle(
      StateRows read, ThreeWay<TableMetadata> sides, Schema merged, RandomStrategies strategies) {
    this.read = read;
    this.sides = sides;
    this.merged = merged;
    this.key = key(sides, merged);
    this.strategies = strategies;
    this.rows = sides.map(side -> rows(read, side, merged));
  }

  static Expected merge(
      StateRows read, ThreeWay<TableMetadata> sides, Schema merged, RandomStrategies strategies) {
    RowOracle oracle = new RowOracle(read, sides, merged, strategies);
    return oracle.key.isEmpty() ? oracle.bags() : oracle.keyed();
  }

  /** The key by which rows are compared: that of the merged table, if all three sides have it. */
  static Set<Integer> key(ThreeWay<TableMetadata> sides, Schema merged) {
    Set<Integer> key = merged.identifierFieldIds();
    return List.of(sides.base().orElseThrow(), sides.ours(), sides.theirs()).stream()
            .allMatch(side -> side.schema().identifierFieldIds().equals(key))
        ? key
        : Set.of();
  }

  private static boolean misfit(List<List<Object>> rows, Schema merged) {
    Set<Integer> key = merged.identifierFieldIds();
    return rows.stream().anyMatch(row -> lacks(merged.asStruct(), row))
        || (!key.isEmpty() && !repeated(rows, merged, key).isEmpty());
  }

  /** Whether a key is on several rows of a state, by that state's own schema. */
  static boolean repeatsKeys(StateRows read, TableMetadata state) {
    Set<Integer> key = state.schema().identifierFieldIds();
    return !key.isEmpty()
        && !repeated(rows(read, state, state.schema()), state.schema(), key).isEmpty();
  }

  private static Set<List<Object>> repeated(
      List<List<Object>> rows, Schema schema, Set<Integer> key) {
    Set<List<Object>> seen = new HashSet<>();
    Set<List<Object>> repeated = new HashSet<>();
    for (List<Object> row : rows) {
      List<Object> values = key(schema, key, row);
      if (!seen.add(values)) {
        repeated.add(values);
      }
    }
    return repeated;
  }

  /** The values of a row's key. */
  static List<Object> key(Schema schema, Set<Integer> key, List<Object> row) {
    List<Object> values = new ArrayList<>();
    key.stream().sorted().forEach(id -> values.add(keyField(schema.asStruct(), row, id)));
    return values;
  }

  /** Whether a required field, at any depth of structs, has no value. */
  private static boolean lacks(Types.StructType struct, List<?> row) {
    for (int at = 0; at < row.size(); at++) {
      NestedField field = struct.fields().get(at);
      Object value = row.get(at);
      if (value == null ? field.isRequired() : lacksBelow(field.type(), value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean lacksBelow(Type type, Object value) {
    return type.isStructType() && lacks(type.asStructType(), (List<?>) value);
  }

  /** The rows of a state in the columns of another schema, matched by field id. */
  static List<List<Object>> rows(StateRows read, TableMetadata state, Schema schema) {
    List<List<Object>> rows = new ArrayList<>();
    TableMetadata known = withDropped(state, schema);
    for (Record row : read.of(known)) {
      rows.add(row(row, known.schema(), schema));
    }
    return rows;
  }

  /** A state with the fields of a schema that it has dropped: its files still have the values. */
  private static TableMetadata withDropped(TableMetadata state, Schema schema) {
    Set<Integer> missing = new HashSet<>(TypeUtil.indexById(schema.asStruct()).keySet());
    missing.removeAll(TypeUtil.indexById(state.schema().asStruct()).keySet());
    boolean dropped =
        state.schemas().stream()
            .anyMatch(older -> missing.stream().anyMatch(id -> older.findField(id) != null));
    if (!dropped) {
      return state;
    }
    List<NestedField> columns =
        schema.columns().stream().map(it -> NestedField.from(it).asOptional().build()).toList();
    // The layout of new files, which may be by a column that the schema lacks, does not matter.
    return TableMetadata.buildFrom(state)
        .setDefaultPartitionSpec(PartitionSpec.unpartitioned())
        .setDefaultSortOrder(SortOrder.unsorted())
        .setCurrentSchema(
            new Schema(columns), Math.max(state.lastColumnId(), schema.highestFieldId()))
        .build();
  }

  private static List<Object> row(Record row, Schema from, Schema to) {
    return struct(row, from.asStruct(), to.asStruct());
  }

  /** The fields of {@code to}, found by id; what was not there has its initial default. */
  private static List<Object> struct(StructLike row, Types.StructType from, Types.StructType to) {
    List<Object> values = new ArrayList<>();
    for (NestedField field : to.fields()) {
      NestedField there = from.field(field.fieldId());
      values.add(
          there == null
              ? plain(GenericDataUtil.internalToGeneric(field.type(), field.initialDefault()))
              : in(
                  row.get(from.fields().indexOf(there), Object.class), there.type(), field.type()));
    }
    return values;
  }

  private static Object in(Object value, Type from, Type to) {
    if (value == null || to.isPrimitiveType()) {
      return plain(value);
    } else if (to.isStructType()) {
      return struct((Record) value, from.asStructType(), to.asStructType());
    } else if (to.isListType()) {
      List<Object> items = new ArrayList<>();
      Type element = from.asListType().elementType();
      ((List<?>) value)
          .forEach(item -> items.add(in(item, element, to.asListType().elementType())));
      return items;
    }
    Map<String, Object> entries = new TreeMap<>();
    ((Map<?, ?>) value)
        .forEach(
            (k, v) ->
                entries.put(
                    String.valueOf(plain(k)),
                    in(v, from.asMapType().valueType(), to.asMapType().valueType())));
    return entries;
  }

  /** A field of a record by its full name; names of columns of their own may hold dots. */
  static Object at(Record row, String name) {
    if (row.struct().field(name) != null) {
      return row.getField(name);
    }
    Object value = row;
    for (String part : name.split("\\.", -1)) {
      value = ((Record) value).getField(part);
    }
    return value;
  }

  /**
   * A conflict as a text.
   *
   * @param key empty if there is none, as {@code column} is if the row is meant
   * @param base a value or a row, or {@link #ABSENT}
   */
  static String conflict(
      Kind kind, List<Object> key, String column, Object base, Object ours, Object theirs) {
    return "%s %s %s: base %s, ours %s, theirs %s".formatted(kind, key, column, base, ours, theirs);
  }

  static List<String> texts(List<List<Object>> rows) {
    return rows.stream().map(String::valueOf).sorted().toList();
  }

  /** A value that equals others as values of the table do. */
  static Object plain(Object value) {
    if (value instanceof Integer number) {
      return number.longValue();
    } else if (value instanceof Float number) {
      return plain(number.doubleValue());
    } else if (value instanceof Double number) {
      return number == 0.0 ? (Object) 0.0 : number;
    } else if (value instanceof ByteBuffer bytes) {
      return "bytes " + StandardCharsets.UTF_8.decode(bytes.duplicate());
    } else if (value instanceof Record struct) {
      List<Object> fields = new ArrayList<>();
      for (int i = 0; i < struct.size(); i++) {
        fields.add(plain(struct.get(i)));
      }
      return fields;
    } else if (value instanceof List<?> list) {
      List<Object> items = new ArrayList<>();
      list.forEach(item -> items.add(plain(item)));
      return items;
    } else if (value instanceof Map<?, ?> map) {
      Map<String, Object> entries = new TreeMap<>();
      map.forEach((k, v) -> entries.put(String.valueOf(plain(k)), plain(v)));
      return entries;
    }
    return value instanceof CharSequence ? value.toString() : value;
  }

  private Expected keyed() {
    ThreeWay<Map<List<Object>, List<Object>>> byKey = rows.map(this::byKey);
    Map<List<Object>, List<Object>> base = byKey.base().orElseThrow();
    Set<List<Object>> keys = new HashSet<>(base.keySet());
    keys.addAll(byKey.ours().keySet());
    keys.addAll(byKey.theirs().keySet());
    List<List<Object>> result = new ArrayList<>();
    Set<String> conflicts = new TreeSet<>();
    Set<List<Object>> unclear = new HashSet<>();
    Set<List<Object>> repeated = new HashSet<>();
    rows.map(all -> repeated.addAll(repeated(all, merged, key)));
    repeated.forEach(each -> several(each, result, unclear));
    keys.removeAll(repeated);
    for (List<Object> each : keys) {
      List<Object> was = base.get(each);
      List<Object> ours = byKey.ours().get(each);
      List<Object> theirs = byKey.theirs().get(each);
      List<Object> row;
      if (Objects.equals(was, theirs)) {
        row = ours;
      } else if (Objects.equals(was, ours)) {
        row = theirs;
      } else if (ours == null || theirs == null) {
        if (ours != null || theirs != null) {
          if (strategies.rows() == Side.FAIL) {
            Kind kind = ours == null ? Kind.REMOVED_IN_OURS : Kind.REMOVED_IN_THEIRS;
            conflicts.add(
                conflict(kind, each, "", orAbsent(was), orAbsent(ours), orAbsent(theirs)));
          }
        }
        row = strategies.rows() == Side.THEIRS ? theirs : ours;
      } else {
        row = cells(each, was, ours, theirs, conflicts);
      }
      if (row != null) {
        result.add(row);
      }
    }
    return new Expected(result, conflicts, row -> unclear.contains(key(merged, key, row)));
  }

  private static Object orAbsent(List<Object> row) {
    return row == null ? ABSENT : row;
  }

  private List<Object> cells(
      List<Object> key,
      List<Object> was,
      List<Object> ours,
      List<Object> theirs,
      Set<String> conflicts) {
    List<String> names = merged.columns().stream().map(NestedField::name).toList();
    List<Object> row = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Object here = ours.get(i);
      Object there = theirs.get(i);
      if (Objects.equals(here, there) || (was != null && Objects.equals(was.get(i), there))) {
        row.add(here);
      } else if (was != null && Objects.equals(was.get(i), here)) {
        row.add(there);
      } else {
        row.add(strategies.settle(i, names, ours, theirs));
        if (strategies.isAskedAbout(names.get(i))) {
          Kind kind = was == null ? Kind.ADDED_ON_BOTH_SIDES : Kind.CHANGED_ON_BOTH_SIDES;
          Object before = was == null ? ABSENT : was.get(i);
          conflicts.add(conflict(kind, key, names.get(i), before, here, there));
        }
      }
    }
    return row;
  }

  private Map<List<Object>, List<Object>> byKey(List<List<Object>> rows) {
    Map<List<Object>, List<Object>> byKey = new LinkedHashMap<>();
    rows.forEach(row -> byKey.put(key(merged, key, row), row));
    return byKey;
  }

  /** The rows of a key that is on several of them: they stay if no side changed them. */
  private void several(List<Object> each, List<List<Object>> result, Set<List<Object>> unclear) {
    ThreeWay<List<List<Object>>> some =
        rows.map(all -> all.stream().filter(row -> key(merged, key, row).equals(each)).toList());
    ThreeWay<List<String>> texts = some.map(RowOracle::texts);
    if (texts.oursChanged() || texts.theirsChanged()) {
      unclear.add(each);
    } else {
      result.addAll(some.ours());
    }
  }

  private static Object keyField(Types.StructType struct, List<?> row, int id) {
    for (int at = 0; at < struct.fields().size(); at++) {
      NestedField field = struct.fields().get(at);
      if (field.fieldId() == id) {
        return row.get(at);
      }
      if (field.type().isStructType() && TypeUtil.getProjectedIds(field.type()).contains(id)) {
        return keyField(field.type().asStructType(), (List<?>) row.get(at), id);
      }
    }
    throw new IllegalArgumentException("no field " + id);
  }

  private Expected bags() {
    Map<List<Object>, Integer> was = counts(rows.base().orElseThrow());
    Map<List<Object>, Integer> ours = minus(counts(rows.ours()), was);
    Map<List<Object>, Integer> theirs = minus(counts(rows.theirs()), was);
    Map<List<Object>, Integer> shared = new LinkedHashMap<>();
    Map<List<Object>, Integer> lost = counts(lost());
    ours.forEach(
        (row, count) -> {
          int removed = -Math.min(count, 0) - Math.min(theirs.getOrDefault(row, 0), 0);
          int both = removed - lost.getOrDefault(row, 0);
          if (count < 0 && theirs.getOrDefault(row, 0) < 0 && both > 0) {
            shared.put(row, both);
          }
        });
    boolean added =
        ours.values().stream().anyMatch(it -> it > 0)
            || theirs.values().stream().anyMatch(it -> it > 0);
    Map<List<Object>, Integer> result = counts(rows.ours());
    if (shared.isEmpty() || !added) {
      theirs.forEach((row, count) -> result.merge(row, count, Integer::sum));
      shared.forEach((row, count) -> result.merge(row, count, Integer::sum));
    } else if (!ours.equals(theirs)) {
      if (strategies.rows() == Side.FAIL) {
        Set<String> conflicts = new TreeSet<>();
        shared
            .keySet()
            .forEach(
                row ->
                    conflicts.add(
                        conflict(Kind.REMOVED_ON_BOTH_SIDES, List.of(), "", row, ABSENT, ABSENT)));
        return new Expected(List.of(), conflicts);
      }
      if (strategies.rows() == Side.THEIRS) {
        return new Expected(rows.theirs(), Set.of());
      }
    }
    List<List<Object>> list = new ArrayList<>();
    result.forEach(
        (row, count) -> {
          for (int i = 0; i < count; i++) {
            list.add(row);
          }
        });
    return new Expected(list, Set.of());
  }

  private static Map<List<Object>, Integer> counts(List<List<Object>> rows) {
    Map<List<Object>, Integer> counts = new LinkedHashMap<>();
    rows.forEach(row -> counts.merge(row, 1, Integer::sum));
    return counts;
  }

  private static Map<List<Object>, Integer> minus(
      Map<List<Object>, Integer> side, Map<List<Object>, Integer> base) {
    Map<List<Object>, Integer> delta = new LinkedHashMap<>(side);
    base.forEach((row, count) -> delta.merge(row, -count, Integer::sum));
    delta.values().removeIf(count -> count == 0);
    return delta;
  }

  /** The rows of base in files that either side removed or deleted from. */
  private List<List<Object>> lost() {
    TableMetadata base = sides.base().orElseThrow();
    AppliedDeletes was = AppliedDeletes.of(base, TestTable.of(base).io());
    Set<String> files = new HashSet<>();
    for (TableMetadata side : List.of(sides.ours(), sides.theirs())) {
      AppliedDeletes is = AppliedDeletes.of(side, TestTable.of(side).io());
      was.locations().stream()
          .filter(it -> is.task(it).isEmpty() || !is.deletes(it).equals(was.deletes(it)))
          .forEach(files::add);
    }
    List<List<Object>> rows = new ArrayList<>();
    for (Record row : read.of(base)) {
      if (files.contains((String) row.getField("_file"))) {
        rows.add(row(row, base.schema(), merged));
      }
    }
    return rows;
  }
}
