package dev.varve.engine.change;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.FieldPath;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.table.TableName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;

/** A row key that a table gets, against the rows that the table has. */
final class NewKey {
  private final TableName name;
  private final BaseTable table;
  private final Schema schema;

  /**
   * @param table with the new key
   */
  NewKey(TableName name, BaseTable table) {
    this.name = name;
    this.table = table;
    this.schema = table.schema();
  }

  /**
   * Reads the key of all rows; nothing if there is to be none and nothing is newly required.
   *
   * @param before the columns without the new key
   * @throws VarveException if a row has no key or two share one, or if rows that were deleted would
   *     be there again
   */
  void requireFitting(Schema before, Supplier<Duck> duck) {
    Set<Integer> required = newlyRequired(before);
    boolean isSet = !schema.identifierFieldIds().isEmpty();
    if (!isSet && required.isEmpty()) {
      return;
    }
    TableRelation rows = TableRelation.of(table);
    requireReadable(required, rows);
    if (isSet && !rows.files().isEmpty()) {
      requireUnique(rows, duck.get());
    }
  }

  private Set<Integer> newlyRequired(Schema before) {
    return TypeUtil.indexById(before.asStruct()).values().stream()
        .filter(NestedField::isOptional)
        .map(NestedField::fieldId)
        .filter(id -> schema.findField(id) != null)
        .filter(id -> schema.findField(id).isRequired())
        .collect(Collectors.toSet());
  }

  /** Rows that were deleted for having no value must not be there again. */
  private void requireReadable(Set<Integer> required, TableRelation rows) {
    if (rows.files().stream().anyMatch(file -> file.mayBeDeletedByNull(required))) {
      throw new VarveException(
          ErrorCode.INVALID_DATA,
          "cannot set the key of '%s': equality deletes may delete rows that have no value in it, which Iceberg would not find any more"
              .formatted(name),
          "nothing was committed; rewrite the data files that have deletes with an engine, then set"
              + " the key again",
          Map.of("table", name.toString()),
          null);
    }
  }

  private void requireUnique(TableRelation rows, Duck duck) {
    List<Integer> ids = schema.identifierFieldIds().stream().sorted().toList();
    TableKey key =
        new TableKey(
            ids.stream()
                .map(
                    id ->
                        NestedField.from(schema.findField(id)).withName(schema.findColumnName(id)))
                .map(NestedField.Builder::build)
                .toList());
    String values =
        ids.stream().map(id -> FieldPath.named(schema, id)).collect(Collectors.joining(", "));
    try (DuckSession session = duck.trusted()) {
      String view = session.freshName("rows");
      rows.register(session, view);
      key.requireUnique(
          session, "(SELECT %s FROM %s)".formatted(values, SqlText.name(view)), "'" + name + "'");
    }
  }
}
