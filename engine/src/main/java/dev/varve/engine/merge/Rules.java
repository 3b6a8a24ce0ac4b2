package dev.varve.engine.merge;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.Nearest;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.merge.rows.CellRule;
import dev.varve.engine.query.RowExpressions;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckMessage;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckTypes;
import dev.varve.engine.sql.SqlText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types.NestedField;

/** Reads the rules for cells, and refuses those that no row could be settled by. */
final class Rules {
  private static final String EXAMPLE = "greatest(ours.%1$s, theirs.%1$s)";
  private static final String RULE = "rule";
  private static final List<String> SIDES = List.of("base", "ours", "theirs");

  private final Supplier<Duck> duck;

  /**
   * @param duck asked for when there is a rule
   */
  Rules(Supplier<Duck> duck) {
    this.duck = duck;
  }

  /**
   * Reads a rule.
   *
   * @param name the column as the user wrote it
   * @throws VarveException if it is not one expression over base, ours and theirs
   */
  CellRule read(String name, String text) {
    RowExpressions.RowExpression checked;
    try {
      checked = new RowExpressions(duck.get()).parse(text);
    } catch (VarveException e) {
      String why = RowExpressions.why(e, text);
      throw refused(name, text, why, example(name), e);
    }
    for (List<String> field : checked.columns()) {
      if (SIDES.stream().noneMatch(field.get(0)::equalsIgnoreCase)) {
        throw refused(
            name,
            text,
            "it does not say on which side '%s' is".formatted(String.join(".", field)),
            "write base.%1$s, ours.%1$s or theirs.%1$s".formatted(field.get(field.size() - 1)),
            null);
      }
    }
    return new CellRule(name, checked.sql(), text, List.copyOf(checked.columns()));
  }

  private static String example(String name) {
    return "write one expression over base, ours and theirs, such as "
        + EXAMPLE.formatted(name.substring(name.lastIndexOf('.') + 1));
  }

  /**
   * Checks a rule against the columns that it can read and the one that it is for, as far as that
   * can be said without rows: one that reads none is computed.
   *
   * @param columns of the rows; where two have one name the first counts
   * @throws VarveException if DuckDB has something against it, such as a function that it does not
   *     know, or the column cannot take its value
   */
  void check(CellRule rule, NestedField column, List<NestedField> columns) {
    requireColumns(rule, columns.stream().map(NestedField::name).distinct().toList());
    String type = DuckTypes.of(column.type());
    String cast = "CAST(%s AS %s)".formatted(rule.sql(), type);
    try (DuckSession session = duck.get().trusted()) {
      String from = rule.fields().isEmpty() ? "" : " FROM (" + noRows(columns) + ")";
      String query = "SELECT column_type FROM (DESCRIBE SELECT %s AS v, %s AS c%s)";
      String found =
          session.query(
              query.formatted(rule.sql(), cast, from),
              rows -> rows.next() ? rows.getString(1) : type);
      if (DuckTypes.isStruct(found) && !column.type().isStructType()) {
        throw refused(
            rule.name(), rule.text(), "it is a row of values", example(rule.name()), null);
      }
      if (rule.fields().isEmpty()) {
        session.query("SELECT " + cast, rows -> rows.next());
      }
    } catch (VarveException e) {
      throw e.details().containsKey(RULE) ? e : refused(rule, e);
    }
  }

  private static String noRows(List<NestedField> columns) {
    Map<String, String> types =
        columns.stream()
            .collect(
                Collectors.toMap(
                    column -> SqlText.name(column.name()),
                    column -> DuckTypes.of(column.type()),
                    (first, second) -> first,
                    LinkedHashMap::new));
    String row =
        types.entrySet().stream()
            .map(column -> column.getKey() + " " + column.getValue())
            .collect(Collectors.joining(", ", "NULL::STRUCT(", ")"));
    return SIDES.stream()
        .map(side -> row + " AS " + side)
        .collect(Collectors.joining(", ", "SELECT ", ""));
  }

  /** What DuckDB has against a rule, in terms of what the user wrote. */
  private static VarveException refused(CellRule rule, VarveException e) {
    DuckMessage message = DuckMessage.of(e.getMessage());
    return refused(
        rule.name(),
        rule.text(),
        message.text(),
        message.hint().orElseGet(() -> example(rule.name())),
        e);
  }

  private static VarveException refused(
      String name, String text, String why, String hint, VarveException cause) {
    return new VarveException(
        ErrorCode.INVALID_SQL,
        "cannot use the rule '%s' for '%s': %s".formatted(text, name, why),
        hint,
        Map.of(RULE, name, "sql", text),
        cause);
  }

  /**
   * Requires that a rule reads columns of the table.
   *
   * @throws VarveException with the name that comes near
   */
  static void requireColumns(CellRule rule, List<String> names) {
    for (List<String> field : rule.fields()) {
      if (field.size() > 1 && names.stream().noneMatch(field.get(1)::equalsIgnoreCase)) {
        throw refused(
            rule.name(),
            rule.text(),
            "the merged table has no column '%s'".formatted(field.get(1)),
            Nearest.to(field.get(1), names)
                .map(near -> "did you mean '%s.%s'?".formatted(field.get(0), near))
                .orElse("its columns are " + String.join(", ", names)),
            null);
      }
    }
  }
}
