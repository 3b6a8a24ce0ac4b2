package dev.varve.engine.diff;

import java.util.Optional;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * One column of a schema, apart from the columns that it holds.
 *
 * @param id the field id
 * @param parent the field id of the column that holds it, or {@link #ROOT}
 * @param name its own name, without its parents'
 * @param shape a primitive column's type; for others the kind alone: struct, list or map
 * @param initialDefault the value of rows written before the column was added
 * @param writeDefault the value of rows written without one
 */
public record Column(
    int id,
    int parent,
    String name,
    boolean required,
    Object shape,
    Optional<String> doc,
    Optional<Literal<?>> initialDefault,
    Optional<Literal<?>> writeDefault) {
  /** The parent of top-level columns; no field has this id. */
  public static final int ROOT = -1;

  static Column of(NestedField field, int parent) {
    Type type = field.type();
    return new Column(
        field.fieldId(),
        parent,
        field.name(),
        field.isRequired(),
        type.isPrimitiveType() || type.isVariantType() ? type : type.typeId(),
        Optional.ofNullable(field.doc()),
        Optional.ofNullable(field.initialDefaultLiteral()),
        Optional.ofNullable(field.writeDefaultLiteral()));
  }

  /** The same column in a type that all its values have a place in, its defaults among them. */
  public Column as(Object other) {
    return new Column(
        id, parent, name, required, other, doc, in(other, initialDefault), in(other, writeDefault));
  }

  /** The same column without documentation. */
  public Column undocumented() {
    return new Column(
        id, parent, name, required, shape, Optional.empty(), initialDefault, writeDefault);
  }

  /** A default in another type. */
  public static Optional<Literal<?>> in(Object shape, Optional<Literal<?>> value) {
    return shape instanceof Type type ? value.map(it -> it.to(type)) : value;
  }
}
