package dev.varve.engine.write;

import dev.varve.engine.sql.DuckSession;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.FieldMetrics;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * What Parquet footers do not say about columns of floating-point numbers: how many values are NaN,
 * and the bounds of the others.
 */
final class FloatMetrics {
  private static final String FILE = "__varve_file";

  private final Schema schema;
  private final List<Types.NestedField> fields;

  FloatMetrics(Schema schema) {
    this.schema = schema;
    this.fields = new ArrayList<>();
    collect(schema.asStruct());
  }

  /** Values below lists and maps have no metrics in Iceberg. */
  private void collect(Types.StructType struct) {
    for (Types.NestedField field : struct.fields()) {
      if (field.type().isStructType()) {
        collect(field.type().asStructType());
      } else if (isFloat(field.type())) {
        fields.add(field);
      }
    }
  }

  /** Reads the floating-point columns of {@code files} once; nothing if there are none. */
  Map<Path, List<FieldMetrics<?>>> of(DuckSession session, Collection<Path> files) {
    return fields.isEmpty() || files.isEmpty()
        ? Map.of()
        : session.query(query(files), this::metrics);
  }

  private Map<Path, List<FieldMetrics<?>>> metrics(ResultSet rows) throws SQLException {
    Map<Path, List<FieldMetrics<?>>> metrics = new HashMap<>();
    while (rows.next()) {
      metrics.put(Path.of(rows.getString(1)), row(rows));
    }
    return metrics;
  }

  private String query(Collection<Path> files) {
    String columns =
        fields.stream()
            .map(field -> aggregates(ColumnPath.sql(schema, field.fieldId())))
            .collect(Collectors.joining(", "));
    String relation = ParquetFiles.read(files, ", filename = '" + FILE + "'");
    return "SELECT " + FILE + ", count(*), " + columns + " FROM " + relation + " GROUP BY 1";
  }

  private static String aggregates(String column) {
    return "count(%1$s), count(*) FILTER (isnan(%1$s)), "
        .concat("min(%1$s) FILTER (NOT isnan(%1$s)), max(%1$s) FILTER (NOT isnan(%1$s))")
        .formatted(column);
  }

  private List<FieldMetrics<?>> row(ResultSet rows) throws SQLException {
    long count = rows.getLong(2);
    List<FieldMetrics<?>> metrics = new ArrayList<>();
    int at = 3;
    for (Types.NestedField field : fields) {
      long nulls = count - rows.getLong(at);
      long nans = rows.getLong(at + 1);
      double lower = rows.getDouble(at + 2);
      boolean bounded = !rows.wasNull();
      double upper = rows.getDouble(at + 3);
      metrics.add(
          bounded
              ? bounded(field, new long[] {count, nulls, nans}, lower, upper)
              : new FieldMetrics<>(field.fieldId(), count, nulls, nans));
      at += 4;
    }
    return metrics;
  }

  /** A bound of zero covers both zeros, as DuckDB holds them equal and Iceberg does not. */
  private static FieldMetrics<?> bounded(
      Types.NestedField field, long[] counts, double min, double max) {
    double lower = min == 0 ? -0.0 : min;
    double upper = max == 0 ? 0.0 : max;
    int id = field.fieldId();
    return field.type().typeId() == Type.TypeID.FLOAT
        ? new FieldMetrics<>(id, counts[0], counts[1], counts[2], (float) lower, (float) upper)
        : new FieldMetrics<>(id, counts[0], counts[1], counts[2], lower, upper);
  }

  private static boolean isFloat(Type type) {
    return type.typeId() == Type.TypeID.FLOAT || type.typeId() == Type.TypeID.DOUBLE;
  }
}
