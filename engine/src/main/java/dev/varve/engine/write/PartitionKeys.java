package dev.varve.engine.write;

import java.util.List;
import java.util.Optional;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.transforms.PartitionSpecVisitor;
import org.apache.iceberg.types.Type;

/** Expressions that are equal for two rows exactly if the rows lie in one partition of a spec. */
final class PartitionKeys {
  private PartitionKeys() {}

  /** Empty if all rows lie in one partition. */
  static List<String> of(Schema schema, PartitionSpec spec) {
    return spec.fields().stream().flatMap(field -> key(schema, field).stream()).toList();
  }

  private static Optional<String> key(Schema schema, PartitionField field) {
    Type result = field.transform().getResultType(schema.findType(field.sourceId()));
    return PartitionSpecVisitor.visit(schema, field, new TransformSql(schema))
        .map(sql -> shortened(sql, result));
  }

  /** Short enough to name a directory; a long value is told apart by its SHA-256. */
  private static String shortened(String sql, Type result) {
    return switch (result.typeId()) {
      case STRING, BINARY ->
          "CASE WHEN strlen(%1$s) <= 40 THEN 's' || %1$s ELSE 'h' || sha256(%1$s) END"
              .formatted(sql);
      default -> sql;
    };
  }
}
