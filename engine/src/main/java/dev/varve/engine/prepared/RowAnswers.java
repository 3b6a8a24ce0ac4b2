package dev.varve.engine.prepared;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.history.RowKey;
import dev.varve.engine.prepared.Resolution.Take;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Says of conflicts between rows which value wins, in the tables that hold them. */
final class RowAnswers {
  private final Tables tables;
  private final TableEdits edits;
  private final RowTasks tasks;

  RowAnswers(Tables tables, TableEdits edits, RowTasks tasks) {
    this.tasks = tasks;
    this.tables = tables;
    this.edits = edits;
  }

  /**
   * Says something of conflicts.
   *
   * @param options the branch of the prepared merge, with the properties of its commits
   * @return how many conflicts it is said of
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
    List<String> conditions = new ArrayList<>();
    conditions.add(resolution.where() + "\n");
    resolution.cell().ifPresent(cell -> conditions.add("cell = " + SqlText.literal(cell)));
    if (!resolution.key().isEmpty()) {
      conditions.add(key(prepared, resolution).conditionOn("\"key\""));
    }
    if (valued || resolution.take() == Take.BASE) {
      // A row that base does not have has no cell to go back to.
      conditions.add("cell IS NOT NULL AND (base IS NOT NULL OR " + valued + ")");
    }
    String take =
        resolution.take() == Take.NONE
            ? "NULL"
            : SqlText.literal(resolution.take().name().toLowerCase(Locale.ROOT));
    String value = valued ? "CAST((" + resolution.value().get() + "\n) AS VARCHAR)" : "NULL";
    return edits
        .update(
            options,
            rows.table(),
            new TreeMap<>(Map.of("take", take, "value", value)),
            "(" + String.join(") AND (", conditions) + ")")
        .rowsAdded();
  }

  private RowKey key(PreparedMerge prepared, Resolution resolution) {
    LoadedTable table =
        Stream.of(prepared.intent().ours(), prepared.intent().commit())
            .flatMap(commit -> tables.find(commit, resolution.table()).stream())
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
