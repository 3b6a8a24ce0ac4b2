package dev.varve.engine.merge;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What a merged schema asks of rows, and not all of the three sides did: rows that a side added
 * then may not fit.
 *
 * @param key whether some side did not have the row key
 * @param forOurs top-level columns that must have a value, in them or in what they hold, and need
 *     none on ours
 * @param forTheirs as {@code forOurs}, of theirs
 */
record NewRules(boolean key, List<NestedField> forOurs, List<NestedField> forTheirs) {
  static NewRules of(ThreeWay<TableMetadata> sides, Schema merged) {
    Set<Integer> key = merged.identifierFieldIds();
    boolean known =
        Stream.of(sides.base().orElseThrow(), sides.ours(), sides.theirs())
            .allMatch(side -> side.schema().identifierFieldIds().equals(key));
    return new NewRules(
        !key.isEmpty() && !known,
        required(merged, sides.ours().schema()),
        required(merged, sides.theirs().schema()));
  }

  private static List<NestedField> required(Schema merged, Schema side) {
    return merged.columns().stream()
        .filter(column -> !newlyRequired(column, side).isEmpty())
        .toList();
  }

  /** The field ids of what a column of the merged schema must have and a side need not. */
  static Set<Integer> newlyRequired(NestedField column, Schema side) {
    return TypeUtil.indexById(Types.StructType.of(column)).values().stream()
        .filter(field -> field.isRequired() && !isGiven(side, field))
        .map(NestedField::fieldId)
        .collect(Collectors.toSet());
  }

  /** Whether each row of a side has a value for a field, if it has what holds the field. */
  private static boolean isGiven(Schema side, NestedField field) {
    NestedField there = side.findField(field.fieldId());
    return there == null ? field.initialDefault() != null : there.isRequired();
  }

  /** The names of the columns of the merged schema by which rows may not fit. */
  Set<String> columns(Schema merged) {
    Stream<String> required =
        Stream.of(forOurs, forTheirs).flatMap(List::stream).map(NestedField::name);
    Stream<String> keys = key ? merged.identifierFieldNames().stream() : Stream.of();
    return Stream.concat(required, keys).collect(Collectors.toSet());
  }

  boolean isEmpty() {
    return !key && forOurs.isEmpty() && forTheirs.isEmpty();
  }
}
