package dev.varve.engine.sql;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Turns columns with fields of their own from what some files hold into what the schema says:
 * fields are found by id, missing ones have their default. Evolution never changes what is a
 * struct, a list or a map.
 */
final class NestedFields {
  private final Table table;
  private final FieldNames names;
  private int variables;

  /**
   * @param names what fields are called in the files; none if all is as in the table's schema
   */
  NestedFields(Table table, FieldNames names) {
    this.table = table;
    this.names = names.equals(FieldNames.NONE) ? FieldNames.of(table.schema()) : names;
  }

  /**
   * Whether a column can be read as it is: the files do not have it, or begin with its fields, in
   * its order and under its names. DuckDB takes a field that is read alone by its place in the type
   * that it is given, and not by its name.
   */
  private boolean isAsInSchema(NestedField column) {
    return !column.type().isNestedType()
        || !names.has(column.fieldId())
        || (names.beginWith(column) && areNamedAsInSchema(column));
  }

  private boolean areNamedAsInSchema(NestedField column) {
    return TypeUtil.indexById(Types.StructType.of(column)).values().stream()
        .filter(field -> field.type().isStructType())
        .flatMap(struct -> struct.type().asStructType().fields().stream())
        .allMatch(field -> field.name().equals(names.of(field.fieldId())));
  }

  /** The column with the fields that the files hold, under their names there. */
  NestedField inFile(NestedField column) {
    return isAsInSchema(column)
        ? column
        : NestedField.from(column).ofType(typeInFile(column.fieldId(), column.type())).build();
  }

  private Type typeInFile(int id, Type type) {
    if (type.isStructType()) {
      return Types.StructType.of(
          fieldsInFile(id, type.asStructType()).stream().map(this::fieldInFile).toList());
    } else if (type.isListType()) {
      Types.ListType list = type.asListType();
      Type element = typeInFile(list.elementId(), list.elementType());
      return Types.ListType.ofOptional(list.elementId(), element);
    } else if (type.isMapType()) {
      Types.MapType map = type.asMapType();
      return Types.MapType.ofOptional(
          map.keyId(),
          map.valueId(),
          typeInFile(map.keyId(), map.keyType()),
          typeInFile(map.valueId(), map.valueType()));
    }
    return type;
  }

  private NestedField fieldInFile(NestedField field) {
    return NestedField.optional(
        field.fieldId(), names.of(field.fieldId()), typeInFile(field.fieldId(), field.type()));
  }

  /** A struct of which nothing is left is read by what it once had, to know where it is null. */
  private List<NestedField> fieldsInFile(int id, Types.StructType struct) {
    List<NestedField> held =
        struct.fields().stream().filter(field -> names.has(field.fieldId())).toList();
    if (!held.isEmpty()) {
      return held;
    }
    Map<Integer, NestedField> once = new TreeMap<>();
    table.schemas().values().stream()
        .map(schema -> schema.findType(id))
        .filter(type -> type != null && type.isStructType())
        .flatMap(type -> type.asStructType().fields().stream())
        .filter(field -> names.has(field.fieldId()))
        .forEach(field -> once.put(field.fieldId(), field));
    return List.copyOf(once.values());
  }

  /** A column, with those fields of its structs too that only another form of it has. */
  static NestedField both(NestedField one, NestedField other) {
    if (!one.type().isStructType()) {
      return one;
    }
    Map<Integer, NestedField> fields = new LinkedHashMap<>();
    one.type().asStructType().fields().forEach(it -> fields.put(it.fieldId(), it));
    other
        .type()
        .asStructType()
        .fields()
        .forEach(it -> fields.merge(it.fieldId(), it, NestedFields::both));
    return NestedField.from(one).ofType(Types.StructType.of(List.copyOf(fields.values()))).build();
  }

  /**
   * A column the fields of whose structs are called by their ids, since one that was dropped may
   * have the name of another.
   */
  static NestedField calledById(NestedField column) {
    if (!column.type().isStructType()) {
      return column;
    }
    List<NestedField> fields =
        column.type().asStructType().fields().stream()
            .map(NestedFields::calledById)
            .map(field -> NestedField.from(field).withName("f" + field.fieldId()).build())
            .toList();
    return NestedField.from(column).ofType(Types.StructType.of(fields)).build();
  }

  /** The SQL that makes the schema's column of the files' column; of none, null. */
  String toSchema(NestedField column, String sql) {
    if (column.type().isNestedType() && !names.has(column.fieldId())) {
      return "NULL::" + DuckTypes.of(column.type());
    }
    return isAsInSchema(column) ? sql : toSchema(column.type(), sql);
  }

  private String toSchema(Type type, String sql) {
    if (type.isStructType()) {
      String fields =
          type.asStructType().fields().stream()
              .map(field -> SqlText.name(field.name()) + " := " + field(field, sql))
              .collect(Collectors.joining(", "));
      return "CASE WHEN %s IS NULL THEN NULL ELSE struct_pack(%s) END".formatted(sql, fields);
    } else if (type.isListType()) {
      String element = "v" + ++variables;
      return "list_transform(%s, lambda %s: %s)"
          .formatted(sql, element, toSchema(type.asListType().elementType(), element));
    } else if (type.isMapType()) {
      String entry = "v" + ++variables;
      return "map_from_entries(list_transform(map_entries(%s), lambda %s: struct_pack(k := %s, v := %s)))"
          .formatted(
              sql,
              entry,
              toSchema(type.asMapType().keyType(), entry + ".key"),
              toSchema(type.asMapType().valueType(), entry + ".value"));
    }
    return sql;
  }

  private String field(NestedField field, String struct) {
    if (names.has(field.fieldId())) {
      return toSchema(field.type(), struct + "." + SqlText.name(names.of(field.fieldId())));
    }
    String missing =
        field.initialDefault() == null
            ? "NULL"
            : SqlText.literal(DuckValues.text(field.type(), field.initialDefault()));
    return missing + "::" + DuckTypes.of(field.type());
  }
}
