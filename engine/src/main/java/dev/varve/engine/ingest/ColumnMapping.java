package dev.varve.engine.ingest;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.Nearest;
import dev.varve.catalog.error.Quantity;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.change.TableKey;
import dev.varve.engine.layout.ColumnNames;
import dev.varve.engine.layout.TypeText;
import dev.varve.engine.sql.DuckTypes;
import dev.varve.engine.sql.DuckValues;
import dev.varve.engine.sql.SqlText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The columns of a file as the columns of a table, by name: exactly, or else the only one that is
 * called so but for case. The order does not matter, and columns that are optional or have a
 * default may be missing.
 *
 * @param source the file, read with the table's types where it leaves them open
 */
record ColumnMapping(SourceFile source, Schema schema, List<ColumnCast> casts) {
  /**
   * @throws VarveException if a column of the file is unknown or of another type, or a required one
   *     is missing
   */
  static ColumnMapping of(SourceFile file, Schema schema) {
    ColumnMapping mapping = ofGiven(file, schema);
    mapping.requireComplete();
    return mapping;
  }

  /**
   * The same for rows that take others' place by key: only the key's columns must be there.
   *
   * @throws VarveException as for {@link #of}
   */
  static ColumnMapping byKey(SourceFile file, Schema schema, TableKey key) {
    ColumnMapping mapping = ofGiven(file, schema);
    List<String> missing =
        key.columns().stream().filter(mapping::lacks).map(Types.NestedField::name).toList();
    if (!missing.isEmpty()) {
      throw missing(missing, "by which its rows are found in the table");
    }
    return mapping;
  }

  private static ColumnMapping ofGiven(SourceFile file, Schema schema) {
    SourceFile source = file.reading(types(file, schema));
    List<ColumnCast> casts = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (SourceColumn column : source.columns()) {
      target(schema, column)
          .ifPresentOrElse(
              to -> casts.add(cast(column, to, source.guessesTypes())),
              () -> unknown.add(column.name()));
    }
    if (!unknown.isEmpty()) {
      throw unknown(unknown, schema);
    }
    requireDistinct(casts);
    return new ColumnMapping(source, schema, List.copyOf(casts));
  }

  /** The table's types for the columns that are read from text anyway. */
  private static Map<String, String> types(SourceFile file, Schema schema) {
    Map<String, String> types = new HashMap<>();
    for (SourceColumn column : file.columns()) {
      target(schema, column)
          .filter(to -> to.type().isPrimitiveType())
          .ifPresent(to -> types.put(column.name(), DuckTypes.of(to.type())));
    }
    return types;
  }

  private static Optional<Types.NestedField> target(Schema schema, SourceColumn column) {
    List<String> names = schema.columns().stream().map(Types.NestedField::name).toList();
    return ColumnNames.find(names, column.name())
        .map(name -> schema.columns().get(names.indexOf(name)));
  }

  private static ColumnCast cast(SourceColumn column, Types.NestedField to, boolean guessed) {
    return CastRules.kind(column, to.type(), guessed)
        .map(kind -> new ColumnCast(column, to, kind))
        .orElseThrow(() -> mismatch(column, to.name(), to.type()));
  }

  private static VarveException mismatch(SourceColumn column, String name, Type to) {
    String from = TypeText.print(column.type());
    String type = TypeText.print(to);
    return new VarveException(
        ErrorCode.INVALID_SCHEMA,
        "column '%s' is %s in the file and %s in the table".formatted(name, from, type),
        "nothing was committed; cast it in the file, or ingest into another table",
        Map.of("column", name, "file-type", from, "table-type", type),
        null);
  }

  private static VarveException unknown(List<String> unknown, Schema schema) {
    List<String> names = schema.columns().stream().map(Types.NestedField::name).toList();
    List<String> near =
        unknown.stream().flatMap(column -> Nearest.all(column, names).stream()).distinct().toList();
    String meant = near.isEmpty() ? "" : "; " + Nearest.question(near);
    return new VarveException(
        ErrorCode.INVALID_SCHEMA,
        "the table has no %s %s, which the file has%s"
            .formatted(Quantity.noun(unknown.size(), "column"), ColumnNames.quoted(unknown), meant),
        unknown.size() == 1
            ? "nothing was committed; add the column to the table first, or rename it in the file"
            : "nothing was committed; add the columns to the table first, or rename them in the file",
        Map.of("columns", String.join(",", unknown)),
        null);
  }

  private static void requireDistinct(List<ColumnCast> casts) {
    Map<Integer, String> seen = new HashMap<>();
    for (ColumnCast cast : casts) {
      String other = seen.put(cast.to().fieldId(), cast.from().name());
      if (other != null) {
        throw new VarveException(
            ErrorCode.INVALID_SCHEMA,
            "columns '%s' and '%s' of the file are both column '%s' of the table"
                .formatted(other, cast.from().name(), cast.to().name()),
            "rename one of them in the file");
      }
    }
  }

  private void requireComplete() {
    List<String> required =
        missing().stream()
            .filter(Types.NestedField::isRequired)
            .filter(column -> column.writeDefault() == null)
            .map(Types.NestedField::name)
            .toList();
    if (!required.isEmpty()) {
      throw missing(required, "which the table requires");
    }
  }

  private static VarveException missing(List<String> columns, String why) {
    return new VarveException(
        ErrorCode.INVALID_SCHEMA,
        "the file has no %s %s, %s"
            .formatted(Quantity.noun(columns.size(), "column"), ColumnNames.quoted(columns), why),
        "nothing was committed; add the %s to the file"
            .formatted(Quantity.noun(columns.size(), "column")),
        Map.of("columns", String.join(",", columns)),
        null);
  }

  /** The columns of the table that the file does not have. */
  List<Types.NestedField> missing() {
    return schema.columns().stream().filter(this::lacks).toList();
  }

  private boolean lacks(Types.NestedField column) {
    return casts.stream().noneMatch(cast -> cast.to().equals(column));
  }

  /** The file's rows with exactly the table's columns; those that the file lacks have a default. */
  String select() {
    return schema.columns().stream()
        .map(column -> value(column) + " AS " + SqlText.name(column.name()))
        .collect(Collectors.joining(", ", "SELECT ", " FROM " + source.relation()));
  }

  private String value(Types.NestedField column) {
    return casts.stream()
        .filter(cast -> cast.to().equals(column))
        .findFirst()
        .map(ColumnCast::sql)
        .orElseGet(() -> DuckValues.writeDefault(column));
  }
}
