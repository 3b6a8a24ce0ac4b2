package dev.varve.engine.prepared;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.history.RowKey;
import dev.varve.engine.prepared.Resolution.Take;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types.NestedField;

/** Says of conflicts between rows which value wins, in the tables that hold them. */
final class RowAnswers {
  private final Tables tables;
  private final TableEdits edits;
  private final RowTasks tasks;
  private final Supplier<Duck> duck;

  RowAnswers(Tables tables, TableEdits edits, RowTasks tasks, Supplier<Duck> duck) {
    this.duck = duck;
    this.tasks = tasks;
    this.tables = tables;
    this.edits = edits;
  }

  /**
   * Says something of conflicts.
   *
   * @param options the branch of the prepared merge, with the properties of its commits
   * @return how many conflicts it is said of; none if the condition is true of none
   * @throws VarveException if it cannot be said of any, or the value cannot be one of the column;
   *     nothing was changed
   */
  long resolve(WriteOptions options, PreparedMerge prepared, Resolution resolution) {
    KeptConflict.Rows rows = rows(prepared, resolution.table());
    boolean valued = resolution.take() == Take.VALUE;
    if (valued && (resolution.cell().isEmpty() || resolution.value().isEmpty())) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "cannot resolve conflicts of '%s' by a value: it is not said of which column"
              .formatted(resolution.table()),
          "name the column and an expression for its value");
    }
    if (!valued && resolution.value().isPresent()) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "a value wins if one is given, and only then",
          "give a value, or say that ours, theirs or base wins");
    }
    edits.check(options, rows.table(), resolution.where());
    LoadedTable kept =
        tables
            .find(prepared.commit().id(), rows.table())
            .orElseThrow(() -> noConflict(prepared, resolution.table()));
    try (ConflictRows conflicts = new ConflictRows(duck.get(), prepared, kept, resolution)) {
      return resolve(options, prepared, resolution, conflicts);
    }
  }

  private long resolve(
      WriteOptions options, PreparedMerge prepared, Resolution resolution, ConflictRows conflicts) {
    Optional<NestedField> column = conflicts.column();
    String key =
        resolution.key().isEmpty() ? "true" : key(prepared, resolution).conditionOn("\"key\"");
    conflicts.requireSome(column, key);
    List<String> conditions = new ArrayList<>(List.of(resolution.where() + "\n", key));
    column.ifPresent(it -> conditions.add("cell = " + SqlText.literal(it.name())));
    if (resolution.take() == Take.BASE) {
      // A row that base does not have has no cell to go back to.
      conditions.add("cell IS NOT NULL AND base IS NOT NULL");
    }
    String where = "(" + String.join(") AND (", conditions) + ")";
    String take =
        resolution.take() == Take.NONE
            ? "NULL"
            : SqlText.literal(resolution.take().name().toLowerCase(Locale.ROOT));
    String value =
        resolution.take() == Take.VALUE
            ? conflicts.value(
                column.orElseThrow(), where, isRequired(prepared, resolution, column.get()))
            : "NULL";
    return edits
        .update(
            options, conflicts.table(), new TreeMap<>(Map.of("take", take, "value", value)), where)
        .rowsAdded();
  }

  /** Whether the merged table will have no null in a column. */
  private boolean isRequired(PreparedMerge prepared, Resolution resolution, NestedField column) {
    List<NestedField> found =
        sides(prepared, resolution)
            .flatMap(it -> Stream.ofNullable(it.metadata().schema().findField(column.name())))
            .toList();
    return !found.isEmpty() && found.stream().allMatch(NestedField::isRequired);
  }

  private Stream<LoadedTable> sides(PreparedMerge prepared, Resolution resolution) {
    return Stream.of(prepared.intent().ours(), prepared.intent().commit())
        .flatMap(commit -> tables.find(commit, resolution.table()).stream());
  }

  private RowKey key(PreparedMerge prepared, Resolution resolution) {
    LoadedTable table =
        sides(prepared, resolution)
            .findFirst()
            .orElseThrow(() -> noConflict(prepared, resolution.table()));
    return RowKey.parse(resolution.table(), table.metadata().schema(), resolution.key());
  }

  private KeptConflict.Rows rows(PreparedMerge prepared, TableName table) {
    KeptConflict found =
        prepared.conflicts().stream()
            .filter(conflict -> conflict.subject().equals(table.toString()))
            .filter(conflict -> conflict.rows().isPresent())
            .findFirst()
            .orElseThrow(() -> noConflict(prepared, table));
    if (tasks.isDone(prepared, found)) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "cannot resolve conflicts of '%s': what was said of them is in the table already"
              .formatted(table),
          "finish it with 'varve prepared finish %1$s', or abandon it and prepare it again"
              .formatted(prepared.name()),
          Map.of("ref", prepared.name().text(), "table", table.toString()),
          null);
    }
    return found.rows().orElseThrow();
  }

  private static VarveException noConflict(PreparedMerge prepared, TableName table) {
    return new VarveException(
        ErrorCode.INVALID_REQUEST,
        "'%s' has no conflicts between rows of '%s'".formatted(prepared.name(), table),
        "list them with: varve prepared conflicts " + prepared.name(),
        Map.of("ref", prepared.name().text(), "table", table.toString()),
        null);
  }
}
