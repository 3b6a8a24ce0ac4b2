package dev.varve.engine.layout;

import java.util.Locale;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Types;

/**
 * A transform of a column as text: {@code month(date)}, {@code bucket(16, id)}, {@code truncate(4,
 * "odd name")}, or a bare column name.
 *
 * @param field the column
 * @param transform what is done with its values
 */
record TransformText(Types.NestedField field, Transform<?, ?> transform) {
  private static final String KNOWN =
      "transforms are identity, year, month, day, hour, bucket(N, column), truncate(N, column) and "
          + "void; put an odd column name in double quotes";

  /** Takes a transform from {@code words}. */
  static TransformText take(Words words, Schema schema) {
    Optional<String> function = words.nameBefore("(");
    if (function.isEmpty()) {
      return checked(words, schema, words.name(), Transforms.identity(), "identity");
    }
    String name = words.name().toLowerCase(Locale.ROOT);
    words.expect("(");
    Transform<?, ?> transform = transform(words, name);
    TransformText result = checked(words, schema, words.name(), transform, name);
    words.expect(")");
    return result;
  }

  private static Transform<?, ?> transform(Words words, String name) {
    return switch (name) {
      case "identity" -> Transforms.identity();
      case "year", "years" -> Transforms.year();
      case "month", "months" -> Transforms.month();
      case "day", "days", "date" -> Transforms.day();
      case "hour", "hours" -> Transforms.hour();
      case "bucket" -> Transforms.bucket(width(words));
      case "truncate" -> Transforms.truncate(width(words));
      case "void" -> Transforms.alwaysNull();
      default -> throw words.error("there is no transform '" + name + "'", KNOWN);
    };
  }

  private static int width(Words words) {
    int width = words.number();
    if (width < 1) {
      throw words.error("the number must be 1 or more");
    }
    words.expect(",");
    return width;
  }

  private static TransformText checked(
      Words words, Schema schema, String column, Transform<?, ?> transform, String name) {
    Types.NestedField field = ColumnNames.require(schema, column);
    if (!field.type().isPrimitiveType() || !transform.canTransform(field.type())) {
      throw words.error(
          "column '%s' is %s, and %s does not take that"
              .formatted(column, TypeText.print(field.type()), name),
          KNOWN);
    }
    return new TransformText(field, transform);
  }

  /** The text that {@link #take} reads back. */
  static String print(Schema schema, int sourceId, Transform<?, ?> transform) {
    String column = Names.print(schema.findColumnName(sourceId));
    String text = transform.toString();
    if (transform.isIdentity()) {
      return column;
    }
    int bracket = text.indexOf('[');
    return bracket < 0
        ? text + "(" + column + ")"
        : "%s(%s, %s)"
            .formatted(
                text.substring(0, bracket), text.substring(bracket + 1, text.length() - 1), column);
  }
}
