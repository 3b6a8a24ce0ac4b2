package dev.varve.engine.prepared;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.Nearest;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.layout.ColumnNames;
import dev.varve.engine.layout.TypeText;
import dev.varve.engine.prepared.Resolution.Take;
import dev.varve.engine.query.RowExpressions;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckMessage;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckTypes;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The conflicts between rows of one table, as they are kept: asked whether an answer can be one
 * before it is written down.
 */
final class ConflictRows implements AutoCloseable {
  private static final String VIEW = "__varve_conflicts";
  private static final String WHOLE = "say whose row wins, ours or theirs, and name no column";
  private static final Set<ErrorCode> OF_VALUES =
      Set.of(ErrorCode.INVALID_SQL, ErrorCode.UNSUPPORTED);

  private final Duck duck;
  private final DuckSession session;
  private final String relation;
  private final PreparedMerge prepared;
  private final LoadedTable kept;
  private final Resolution asked;

  /**
   * @param kept the table of the conflicts
   * @param asked what is to be said of them
   */
  ConflictRows(Duck duck, PreparedMerge prepared, LoadedTable kept, Resolution asked) {
    this.duck = duck;
    this.prepared = prepared;
    this.kept = kept;
    this.asked = asked;
    this.relation = VIEW + " AS " + SqlText.name(kept.name().name());
    this.session = duck.trusted();
    try {
      TableRelation.of(kept.metadata(), kept.io()).register(session, VIEW);
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  /** The table that holds them. */
  TableName table() {
    return kept.name();
  }

  /**
   * The column of the table that is meant, if one is named.
   *
   * @throws VarveException if the table has no such column, or one that is never in conflict
   */
  Optional<NestedField> column() {
    if (asked.cell().isEmpty()) {
      return Optional.empty();
    }
    String name = asked.cell().get();
    List<NestedField> columns = fields("ours");
    if (columns.isEmpty()) {
      throw refused("%s are of whole rows: it has no row key".formatted(conflicts()), WHOLE);
    }
    List<String> names = columns.stream().map(NestedField::name).toList();
    String found = ColumnNames.find(names, name).orElseThrow(() -> unknown(name, names));
    if (fields("key").stream().anyMatch(key -> key.name().equals(found))) {
      throw refused(
          "column '%s' of '%s' is of the row key, which is never in conflict"
              .formatted(found, asked.table()),
          "name another column, or say --key '%s=…' for the conflicts of one row".formatted(found));
    }
    return columns.stream().filter(column -> column.name().equals(found)).findFirst();
  }

  /** The fields of a struct; none if there is no such column. */
  private List<NestedField> fields(String struct) {
    return Optional.ofNullable(kept.metadata().schema().findField(struct))
        .map(field -> field.type().asStructType().fields())
        .orElse(List.of());
  }

  private VarveException unknown(String name, List<String> names) {
    List<String> near = Nearest.all(name, names);
    return new VarveException(
        ErrorCode.COLUMN_NOT_FOUND,
        "'%s' has no column '%s'".formatted(asked.table(), name),
        near.isEmpty() ? "the columns are " + ColumnNames.quoted(names) : Nearest.question(near),
        Map.of("table", asked.table().toString(), "column", name),
        null);
  }

  /**
   * Refuses what no conflict can be answered with, whatever the condition says.
   *
   * @param column as {@link #column}
   * @param key the condition for the row that is named; true if none is
   */
  void requireSome(Optional<NestedField> column, String key) {
    String cell = column.map(it -> "cell = " + SqlText.literal(it.name())).orElse("true");
    String query =
        """
        SELECT count(*), count(*) FILTER (cell IS NULL), count(*) FILTER (%1$s),
               count(*) FILTER (%1$s AND cell IS NOT NULL AND base IS NOT NULL)
        FROM %2$s WHERE %3$s"""
            .formatted(cell, relation, key);
    long[] counts =
        session.query(
            query,
            row ->
                row.next()
                    ? new long[] {row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)}
                    : new long[4]);
    if (counts[0] == 0) {
      throw refused(
          "no row of '%s' with %s is in conflict".formatted(asked.table(), key()), list());
    }
    if (counts[2] == 0) {
      throw counts[1] == counts[0]
          ? refused(conflicts() + " are of whole rows, not of columns", WHOLE)
          : refused(
              "column '%s' of '%s' is not in conflict%s"
                  .formatted(column.orElseThrow().name(), asked.table(), inRow()),
              list());
    }
    if (asked.take() == Take.BASE && counts[3] == 0) {
      throw counts[1] == counts[0]
          ? refused(conflicts() + " are of whole rows, of which 'base' cannot win", WHOLE)
          : refused(
              conflicts() + " are of rows that both sides added: base has none",
              "say that ours or theirs wins, or give a value");
    }
  }

  private String conflicts() {
    return "the conflicts of '%s'%s".formatted(asked.table(), inRow());
  }

  private String inRow() {
    return asked.key().isEmpty() ? "" : " in the row with " + key();
  }

  private String key() {
    return "the key '" + String.join(", ", asked.key()) + "'";
  }

  private String list() {
    return "list what is in conflict with: varve sql \"SELECT key, cell FROM %s\" --ref %s"
        .formatted(kept.name(), prepared.name());
  }

  /**
   * The text of the given value, as an expression over the conflicts.
   *
   * @param where which conflicts it is for
   * @param required whether null is no value of the column
   * @throws VarveException if it is not one expression, or fails for some of them, or the column
   *     cannot take it
   */
  String value(NestedField column, String where, boolean required) {
    String text = asked.value().orElseThrow();
    String sql;
    try {
      sql = new RowExpressions(duck).parse(text).sql();
    } catch (VarveException e) {
      String why = RowExpressions.why(e, text);
      String example = "write one expression, such as greatest(ours.%1$s, theirs.%1$s)";
      throw unfit(column, why, example.formatted(column.name()), e);
    }
    String cast = "CAST(%s AS %s)".formatted(sql, DuckTypes.of(column.type()));
    String from = " FROM %s WHERE %s".formatted(relation, where);
    try {
      String type =
          session.query(
              "SELECT column_type FROM (DESCRIBE SELECT %s AS v%s)".formatted(sql, from),
              rows -> rows.next() ? rows.getString(1) : "");
      if (DuckTypes.isStruct(type) && !column.type().isStructType()) {
        throw unfit(column, "it is a row of values", "write one value, or a list as [1, 2]", null);
      }
      session.execute("CREATE TEMP TABLE __varve_given AS SELECT %s AS v%s".formatted(cast, from));
    } catch (VarveException e) {
      if (!OF_VALUES.contains(e.code()) || e.details().containsKey("column")) {
        throw e;
      }
      DuckMessage why = DuckMessage.of(e.getMessage());
      throw unfit(
          column,
          why.text() + row("TRY([%s]) IS NULL".formatted(cast), where),
          why.hint().orElse("write an expression whose value the column can take"),
          e);
    }
    String missing = required ? row(cast + " IS NULL", where) : "";
    if (!missing.isEmpty()) {
      throw unfit(column, "it is null" + missing, "give a value: the column is required", null);
    }
    return "CAST(" + cast + " AS VARCHAR)";
  }

  /** Some row of those that fulfil two conditions, in words; empty if there is none. */
  private String row(String condition, String where) {
    try {
      return session.query(
          "SELECT to_json(key)::VARCHAR FROM %s WHERE (%s) AND %s ORDER BY key LIMIT 1"
              .formatted(relation, where, condition),
          rows -> rows.next() ? ", in the row " + rows.getString(1) : "");
    } catch (VarveException e) {
      return ""; // Then it is an expression that fails wherever it stands.
    }
  }

  private VarveException unfit(NestedField column, String why, String hint, VarveException cause) {
    return new VarveException(
        ErrorCode.INVALID_SQL,
        "cannot resolve conflicts in '%s.%s', which is %s, by the value \"%s\": %s"
            .formatted(
                asked.table(),
                column.name(),
                TypeText.print(column.type()),
                asked.value().orElse(""),
                why),
        "nothing was said; " + hint,
        Map.of("table", asked.table().toString(), "column", column.name()),
        cause);
  }

  private VarveException refused(String message, String hint) {
    return new VarveException(
        ErrorCode.INVALID_REQUEST,
        message,
        hint,
        Map.of("ref", prepared.name().text(), "table", asked.table().toString()),
        null);
  }

  @Override
  public void close() {
    session.close();
  }
}
