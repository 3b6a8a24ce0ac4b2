package dev.varve.engine.merge;

import dev.varve.engine.merge.RowScript.Edit;
import dev.varve.engine.merge.RowScript.Kind;
import dev.varve.engine.merge.rows.RowConflict;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.TypeUtil;

/** Counts what cases are made of, each thing once a case. */
record CaseCoverage(RowMergeTally tally) {
  void add(RowMergeCase each, TableMetadata base, TableMetadata ours, TableMetadata theirs) {
    Set<Kind> here = kinds(each.ours());
    Set<Kind> there = kinds(each.theirs());
    for (Kind kind : Kind.values()) {
      if (here.contains(kind) || there.contains(kind)) {
        tally.cover("edit on a side: " + kind);
      }
      if (here.contains(kind) && there.contains(kind)) {
        tally.cover("edit on both sides: " + kind);
      }
    }
    key(base);
    List<TableMetadata> states = List.of(base, ours, theirs);
    tally.cover(
        "format: " + base.formatVersion() + (upgraded(base, ours, theirs) ? ", upgraded" : ""));
    each(states.stream().flatMap(CaseCoverage::transforms).map("partitioned by: "::concat));
    each(states.stream().flatMap(CaseCoverage::deletes).map("deletes: "::concat));
    each(
        base.schema().columns().stream().map(column -> "column: " + column.type().typeId().name()));
    if (states.stream().anyMatch(state -> state.specs().size() > 2)) {
      tally.cover("partitioning evolved");
    }
    if (states.stream().anyMatch(state -> state.sortOrder().isSorted())) {
      tally.cover("sorted");
    }
    if (each.script().cutsFiles()) {
      tally.cover("files of several row groups");
    }
    if (here.contains(Kind.UPDATE_EVEN_ROWS) && there.contains(Kind.UPDATE_ODD_ROWS)) {
      tally.cover("rows of a column updated in turns");
    }
    if (!each.picked().isEmpty()) {
      tally.cover("cherry-picked");
    }
    if (columns(ours).anyMatch(id -> has(theirs, id) && !has(base, id))) {
      tally.cover("column added on both sides");
    }
  }

  /** What no run of some thousand cases may lack. */
  static Set<String> needed() {
    Stream<String> kinds =
        Stream.of(Kind.values())
            .filter(kind -> kind != Kind.FILL)
            .map(kind -> "edit on a side: " + kind);
    Stream<String> conflicts =
        Stream.of(RowConflict.Kind.values()).map(kind -> "conflict: " + kind);
    Stream<String> partitions =
        Stream.of("identity", "bucket[2]", "truncate[1]", "year", "month", "day", "hour")
            .map("partitioned by: "::concat);
    Stream<String> others =
        Stream.of(
            "deletes: added-dvs",
            "deletes: added-equality-delete-files",
            "deletes: added-position-delete-files",
            "column added on both sides",
            "files of several row groups",
            "rows of a column updated in turns",
            "format: 2, upgraded",
            "key of 0 fields",
            "key of 3 fields",
            "key within a struct",
            "partitioning evolved",
            "sorted",
            "rows merged as bag",
            "rows merged by key",
            "rows merged by whole columns");
    Stream<String> keys =
        Stream.of(
                TypeID.BOOLEAN,
                TypeID.INTEGER,
                TypeID.LONG,
                TypeID.DECIMAL,
                TypeID.STRING,
                TypeID.BINARY,
                TypeID.UUID,
                TypeID.DATE,
                TypeID.TIME,
                TypeID.TIMESTAMP,
                TypeID.TIMESTAMP_NANO)
            .flatMap(type -> Stream.of("key: " + type, "column: " + type));
    Stream<String> columns =
        Stream.of(
                TypeID.BOOLEAN, TypeID.FLOAT, TypeID.DOUBLE, TypeID.STRUCT, TypeID.LIST, TypeID.MAP)
            .map(type -> "column: " + type);
    Stream<String> both =
        Stream.of(
                Kind.APPEND,
                Kind.UPDATE,
                Kind.UPDATE_IN_PLACE,
                Kind.UPDATE_COLUMN,
                Kind.DELETE,
                Kind.DELETE_POSITIONS,
                Kind.DELETE_VALUES)
            .map(kind -> "edit on both sides: " + kind);
    return Stream.of(kinds, conflicts, partitions, others, keys, columns, both)
        .flatMap(Function.identity())
        .collect(Collectors.toSet());
  }

  private void each(Stream<String> things) {
    things.collect(Collectors.toSet()).forEach(tally::cover);
  }

  private static Set<Kind> kinds(List<Edit> edits) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    edits.forEach(edit -> kinds.add(edit.kind()));
    return kinds;
  }

  private void key(TableMetadata base) {
    Schema schema = base.schema();
    Set<Integer> key = schema.identifierFieldIds();
    tally.cover("key of " + key.size() + " fields");
    if (key.stream().anyMatch(id -> schema.asStruct().field(id) == null)) {
      tally.cover("key within a struct");
    }
    each(key.stream().map(id -> "key: " + schema.findType(id).typeId().name()));
  }

  private static Stream<Integer> columns(TableMetadata state) {
    return TypeUtil.indexById(state.schema().asStruct()).keySet().stream();
  }

  private static boolean has(TableMetadata state, int column) {
    return state.schema().findField(column) != null;
  }

  private static boolean upgraded(TableMetadata base, TableMetadata ours, TableMetadata theirs) {
    return ours.formatVersion() > base.formatVersion()
        || theirs.formatVersion() > base.formatVersion();
  }

  private static Stream<String> transforms(TableMetadata state) {
    return state.specs().stream()
        .map(PartitionSpec::fields)
        .flatMap(List::stream)
        .map(PartitionField::transform)
        .map(Object::toString);
  }

  private static Stream<String> deletes(TableMetadata state) {
    return state.snapshots().stream()
        .flatMap(snapshot -> snapshot.summary().keySet().stream())
        .filter(
            key ->
                Set.of("added-position-delete-files", "added-equality-delete-files", "added-dvs")
                    .contains(key));
  }
}
