package dev.varve.engine.change;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.Quantity;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.layout.ColumnNames;
import dev.varve.engine.layout.TypeText;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckMessage;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckTypes;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import dev.varve.engine.write.DataFileWriter;
import dev.varve.engine.write.WrittenFiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/** One delete or update, computed on one state of a table within one DuckDB transaction. */
final class RowEdits {
  private static final String MATCH = "__varve_match";

  /** Files below this are written together. */
  private static final long SMALL_BYTES = 1L << 20;

  private final Tables tables;
  private final Duck duck;
  private final TableName name;
  private final WriteOptions options;

  RowEdits(Tables tables, Duck duck, TableName name, WriteOptions options) {
    this.tables = tables;
    this.duck = duck;
    this.name = name;
    this.options = options;
  }

  ChangeResult delete(String where) {
    return Attempts.of(() -> inSession((session, base) -> delete(session, base, where)));
  }

  void check(String where) {
    Schema schema = tables.loadHead(options.branch(), name).metadata().schema();
    try (DuckSession session = duck.trusted()) {
      reader(session, schema).condition(where);
    }
  }

  ChangeResult update(Map<String, String> set, String where) {
    return Attempts.of(() -> inSession((session, base) -> update(session, base, set, where)));
  }

  private RowExpression.Reader reader(DuckSession session, Schema schema) {
    return new RowExpression.Reader(duck, session, schema, name);
  }

  private interface Edit {
    ChangeResult run(DuckSession session, LoadedTable base);
  }

  /** In a transaction, {@code now()} is the same in all queries of the edit. */
  private ChangeResult inSession(Edit edit) {
    LoadedTable base = tables.loadHead(options.branch(), name);
    try (DuckSession session = duck.trusted()) {
      session.execute("BEGIN TRANSACTION");
      return edit.run(session, base);
    }
  }

  private ChangeResult delete(DuckSession session, LoadedTable base, String where) {
    BaseTable table = tables.open(base);
    RowExpression condition = reader(session, table.schema()).condition(where);
    Expression filter = Pruning.of(condition, table.schema());
    AffectedFiles affected = affected(session, table, condition, filter);
    if (affected.isEmpty()) {
      return ChangeResult.NONE;
    }
    WrittenFiles written =
        affected.partly().isEmpty()
            ? WrittenFiles.none(table.io())
            : new DataFileWriter(table)
                .write(session, remaining(session, table, condition, affected));
    String message = "delete %s from %s".formatted(Quantity.of(affected.rows(), "row"), name);
    return commit(base, affected, written, filter, message, 0);
  }

  private String remaining(
      DuckSession session, BaseTable table, RowExpression condition, AffectedFiles affected) {
    String view = session.freshName("rewritten");
    TableRelation.of(table, affected.partly()).register(session, view);
    return "SELECT * EXCLUDE ("
        + MATCH
        + ") FROM "
        + matched(view, condition)
        + " WHERE NOT "
        + MATCH;
  }

  private ChangeResult update(
      DuckSession session, LoadedTable base, Map<String, String> set, String where) {
    BaseTable table = tables.open(base);
    Schema schema = table.schema();
    RowExpression.Reader reader = reader(session, schema);
    RowExpression condition = reader.condition(where);
    Map<Types.NestedField, RowExpression> assignments = assignments(reader, schema, set);
    Expression filter = Pruning.of(condition, schema);
    AffectedFiles affected = affected(session, table, condition, filter);
    if (affected.isEmpty()) {
      return ChangeResult.NONE;
    }
    WrittenFiles written;
    try {
      checkKey(session, table, assignments, condition);
      written = rewritten(session, table, assignments, condition, affected);
    } catch (VarveException e) {
      if (e.code() != ErrorCode.INVALID_SQL) {
        throw e;
      }
      // DuckDB takes no more statements in a transaction in which one failed.
      session.execute("ROLLBACK");
      String view = session.freshName("tried");
      TableRelation.of(table, affected.all()).register(session, view);
      throw explain(e, session, assignments, matched(view, condition));
    }
    String message = "update %s of %s".formatted(Quantity.of(affected.rows(), "row"), name);
    return commit(base, affected, written, filter, message, affected.rows());
  }

  /**
   * Files whose rows stay where they are keep them in their order, each in a file of its own, so
   * that merges need no join to find what changed. Of small ones fewer are made.
   */
  private WrittenFiles rewritten(
      DuckSession session,
      BaseTable table,
      Map<Types.NestedField, RowExpression> assignments,
      RowExpression condition,
      AffectedFiles affected) {
    List<ScanFile> together = new ArrayList<>();
    List<String> each = new ArrayList<>();
    boolean inOrder = leavesRowsInPlace(table, assignments.keySet());
    for (ScanFile file : affected.all()) {
      if (inOrder
          && file.file().fileSizeInBytes() >= SMALL_BYTES
          && file.file().specId() == table.spec().specId()) {
        each.add(updated(session, table, assignments, condition, List.of(file)));
      } else {
        together.add(file);
      }
    }
    DataFileWriter writer = new DataFileWriter(table);
    WrittenFiles inPlace =
        each.isEmpty() ? WrittenFiles.none(table.io()) : writer.rewrite(session, each);
    if (together.isEmpty()) {
      return inPlace;
    }
    try {
      String rows = updated(session, table, assignments, condition, together);
      return inPlace.and(writer.write(session, rows).files());
    } catch (RuntimeException e) {
      throw inPlace.discardAfter(e);
    }
  }

  /** Whether rows are not sorted, and stay in their partition if some columns change. */
  private static boolean leavesRowsInPlace(BaseTable table, Set<Types.NestedField> columns) {
    Set<Integer> set =
        columns.stream()
            .flatMap(column -> TypeUtil.indexById(Types.StructType.of(column)).keySet().stream())
            .collect(Collectors.toSet());
    return table.sortOrder().isUnsorted()
        && table.spec().fields().stream().noneMatch(field -> set.contains(field.sourceId()));
  }

  private String updated(
      DuckSession session,
      BaseTable table,
      Map<Types.NestedField, RowExpression> assignments,
      RowExpression condition,
      List<ScanFile> files) {
    String view = session.freshName("rewritten");
    TableRelation.of(table, files).register(session, view);
    return updated(table.schema(), assignments, matched(view, condition));
  }

  private static Map<Types.NestedField, RowExpression> assignments(
      RowExpression.Reader reader, Schema schema, Map<String, String> set) {
    if (set.isEmpty()) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "an update must set a column",
          "name one as column=expression");
    }
    Map<Types.NestedField, RowExpression> assignments = new LinkedHashMap<>();
    set.forEach(
        (name, expression) -> {
          Types.NestedField column = ColumnNames.require(schema, name);
          if (assignments.put(column, reader.valueOf(column, expression)) != null) {
            throw new VarveException(
                ErrorCode.INVALID_REQUEST,
                "column '%s' is set twice".formatted(column.name()),
                "nothing was committed; set each column once");
          }
        });
    return assignments;
  }

  private AffectedFiles affected(
      DuckSession session, BaseTable table, RowExpression condition, Expression filter) {
    try {
      return AffectedFiles.find(
          session,
          TableRelation.of(table, filter),
          candidates ->
              "SELECT %s FROM %s AS %s WHERE %s"
                  .formatted(
                      TableRelation.FILE, candidates, SqlText.name(name.name()), condition.sql()));
    } catch (VarveException e) {
      throw e.code() == ErrorCode.INVALID_SQL ? condition.refused(e) : e;
    }
  }

  /** The rows of a view with {@link #MATCH}; a condition that is null does not match. */
  private String matched(String view, RowExpression condition) {
    return "(SELECT *, coalesce(CAST(%s AS BOOLEAN), false) AS %s FROM %s AS %s) AS %s"
        .formatted(
            condition.sql(),
            MATCH,
            SqlText.name(view),
            SqlText.name(name.name()),
            SqlText.name(name.name()));
  }

  private static String updated(
      Schema schema, Map<Types.NestedField, RowExpression> assignments, String matched) {
    return schema.columns().stream()
        .map(column -> value(column, Optional.ofNullable(assignments.get(column))))
        .collect(Collectors.joining(", ", "SELECT ", " FROM " + matched));
  }

  /** The cast stands inside, or the other rows' values would take the expression's type. */
  private static String value(Types.NestedField column, Optional<RowExpression> assigned) {
    String name = SqlText.name(column.name());
    return assigned
        .map(
            e ->
                "CASE WHEN %s THEN %s ELSE %s END AS %s"
                    .formatted(MATCH, cast(e, column), name, name))
        .orElse(name);
  }

  private static String cast(RowExpression expression, Types.NestedField column) {
    return "CAST(" + expression.sql() + " AS " + DuckTypes.of(column.type()) + ")";
  }

  /** Tries the expressions one by one, for the one that fails on the rows to update. */
  private VarveException explain(
      VarveException failure,
      DuckSession session,
      Map<Types.NestedField, RowExpression> assignments,
      String matched) {
    for (Map.Entry<Types.NestedField, RowExpression> assignment : assignments.entrySet()) {
      String value = cast(assignment.getValue(), assignment.getKey());
      String table = SqlText.name(session.freshName("tried"));
      try {
        session.execute(
            "CREATE TEMP TABLE %s AS SELECT %s AS v FROM %s WHERE %s"
                .formatted(table, value, matched, MATCH));
      } catch (VarveException e) {
        return unfit(assignment.getKey(), assignment.getValue(), e);
      }
    }
    return failure;
  }

  private static VarveException unfit(
      Types.NestedField column, RowExpression expression, VarveException e) {
    return new VarveException(
        ErrorCode.INVALID_SQL,
        "cannot set column '%s', which is %s, to \"%s\": %s"
            .formatted(
                column.name(),
                TypeText.print(column.type()),
                expression.text(),
                DuckMessage.of(e.getMessage()).text()),
        "nothing was committed",
        Map.of("column", column.name(), "sql", expression.text()),
        e);
  }

  /** An update of key columns must leave one row per key in the whole table. */
  private void checkKey(
      DuckSession session,
      BaseTable table,
      Map<Types.NestedField, RowExpression> assignments,
      RowExpression condition) {
    Optional<TableKey> key =
        TableKey.of(table.schema())
            .filter(k -> k.columns().stream().anyMatch(assignments::containsKey));
    if (key.isPresent()) {
      String view = session.freshName("all_rows");
      TableRelation.of(table, Expressions.alwaysTrue()).register(session, view);
      String rows = updated(table.schema(), assignments, matched(view, condition));
      key.get().requireUnique(session, "(" + rows + ")", "'" + name + "' after the update");
    }
  }

  private ChangeResult commit(
      LoadedTable base,
      AffectedFiles affected,
      WrittenFiles written,
      Expression filter,
      String message,
      long rowsAdded) {
    Replacement replacement =
        new Replacement(base, affected.all(), written, filter, Replacement.Appends.WELCOME);
    return new ChangeResult(
        replacement.commit(tables, options.withDefaultMessage(message)),
        affected.rows(),
        rowsAdded,
        affected.all().size(),
        written.files().size(),
        written.bytes());
  }
}
