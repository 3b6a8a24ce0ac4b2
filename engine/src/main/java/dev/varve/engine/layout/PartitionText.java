package dev.varve.engine.layout;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.util.List;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Term;

/** How a table is partitioned, as text: one transform of a column for each partition field. */
public final class PartitionText {
  private PartitionText() {}

  /**
   * Reads {@code month(date)}, {@code bucket(16, id)}, {@code truncate(4, name)}, {@code origin}, …
   *
   * @throws VarveException if a text cannot be read, names no column of {@code schema}, or its
   *     transform does not take the column's type
   */
  public static PartitionSpec parse(Schema schema, List<String> texts) {
    PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
    for (String text : texts) {
      add(spec, schema, transform(schema, text), text);
    }
    return spec.build();
  }

  /** One field as a term that Iceberg's own update of a spec takes. */
  public static Term term(Schema schema, String text) {
    TransformText transform = transform(schema, text);
    String column = schema.findColumnName(transform.field().fieldId());
    return transform.transform().isIdentity()
        ? Expressions.ref(column)
        : Expressions.transform(column, transform.transform());
  }

  /** The fields as texts that {@link #parse} reads back. */
  public static List<String> print(PartitionSpec spec) {
    return spec.fields().stream()
        .map(f -> TransformText.print(spec.schema(), f.sourceId(), f.transform()))
        .toList();
  }

  private static TransformText transform(Schema schema, String text) {
    Words words = new Words(text, "partitioning");
    TransformText transform = TransformText.take(words, schema);
    words.expectEnd();
    return transform;
  }

  private static void add(
      PartitionSpec.Builder spec, Schema schema, TransformText transform, String text) {
    String column = schema.findColumnName(transform.field().fieldId());
    String kind = transform.transform().toString();
    int bracket = kind.indexOf('[');
    int width = bracket < 0 ? 0 : Integer.parseInt(kind.substring(bracket + 1, kind.length() - 1));
    try {
      switch (bracket < 0 ? kind : kind.substring(0, bracket)) {
        case "identity" -> spec.identity(column);
        case "year" -> spec.year(column);
        case "month" -> spec.month(column);
        case "day" -> spec.day(column);
        case "hour" -> spec.hour(column);
        case "bucket" -> spec.bucket(column, width);
        case "truncate" -> spec.truncate(column, width);
        default -> spec.alwaysNull(column);
      }
    } catch (IllegalArgumentException e) {
      // Two fields of one name, or two of date and time that say the same.
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "cannot partition by '%s': %s".formatted(text, e.getMessage()),
          "name each column and transform once",
          java.util.Map.of("text", text),
          e);
    }
  }
}
