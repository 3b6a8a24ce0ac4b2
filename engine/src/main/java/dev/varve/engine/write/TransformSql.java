package dev.varve.engine.write;

import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.transforms.PartitionSpecVisitor;
import org.apache.iceberg.types.Type;

/**
 * Iceberg's transforms as DuckDB expressions over the columns of a schema.
 *
 * <p>An expression orders rows as the transform's values do, and is equal for two rows exactly if
 * these are. It need not be the value itself: partition values are taken from Iceberg's own
 * transforms, applied to a row of each file. Needs {@link BucketHashes} on the connection.
 */
final class TransformSql implements PartitionSpecVisitor<Optional<String>> {
  private final Schema schema;

  TransformSql(Schema schema) {
    this.schema = schema;
  }

  @Override
  public Optional<String> identity(int fieldId, String name, int sourceId) {
    return Optional.of(identity(sourceId));
  }

  @Override
  public Optional<String> bucket(int fieldId, String name, int sourceId, int buckets) {
    return Optional.of(bucket(sourceId, buckets));
  }

  @Override
  public Optional<String> truncate(int fieldId, String name, int sourceId, int width) {
    return Optional.of(truncate(sourceId, width));
  }

  @Override
  public Optional<String> year(int fieldId, String name, int sourceId) {
    return Optional.of(year(sourceId));
  }

  @Override
  public Optional<String> month(int fieldId, String name, int sourceId) {
    return Optional.of(month(sourceId));
  }

  @Override
  public Optional<String> day(int fieldId, String name, int sourceId) {
    return Optional.of(day(sourceId));
  }

  @Override
  public Optional<String> hour(int fieldId, String name, int sourceId) {
    return Optional.of(hour(sourceId));
  }

  @Override
  public Optional<String> alwaysNull(int fieldId, String name, int sourceId) {
    return Optional.empty();
  }

  @Override
  public Optional<String> unknown(int fieldId, String name, int sourceId, String transform) {
    throw new IllegalArgumentException("transform '" + transform + "' is not known");
  }

  String identity(int sourceId) {
    String column = column(sourceId);
    return type(sourceId).typeId() == Type.TypeID.BINARY ? "hex(" + column + ")" : column;
  }

  String bucket(int sourceId, int buckets) {
    return "((" + hash(sourceId) + " & 2147483647) % " + buckets + ")";
  }

  /** The hash that the Iceberg specification asks for, by type (appendix B). */
  private String hash(int sourceId) {
    String column = column(sourceId);
    Type type = type(sourceId);
    return switch (type.typeId()) {
      case INTEGER, LONG -> BucketHashes.ofLong(column + "::BIGINT");
      case DATE -> BucketHashes.ofLong(days(column));
      case TIME -> BucketHashes.ofLong("epoch_us(" + column + ")");
      case TIMESTAMP, TIMESTAMP_NANO -> BucketHashes.ofLong(micros(column, type));
      case STRING -> BucketHashes.ofString(column);
      case DECIMAL -> BucketHashes.ofDecimal(column + "::VARCHAR");
      case BINARY -> BucketHashes.ofHex("hex(" + column + ")");
      case UUID -> BucketHashes.ofHex("replace(" + column + "::VARCHAR, '-', '')");
      default -> throw unsupported("bucket", type);
    };
  }

  String truncate(int sourceId, int width) {
    String column = column(sourceId);
    Type type = type(sourceId);
    return switch (type.typeId()) {
      case INTEGER, LONG -> floor(column + "::HUGEINT", width);
      // Digits without the point are the unscaled value.
      case DECIMAL -> floor("replace(" + column + "::VARCHAR, '.', '')::HUGEINT", width);
      case STRING -> "left(" + column + ", " + width + ")";
      case BINARY -> "left(hex(" + column + "), " + 2L * width + ")";
      default -> throw unsupported("truncate", type);
    };
  }

  private static String floor(String value, int width) {
    return "(%1$s - ((%1$s %% %2$d) + %2$d) %% %2$d)".formatted(value, width);
  }

  String year(int sourceId) {
    return "year(" + utc(sourceId) + ")";
  }

  String month(int sourceId) {
    return "(year(%1$s) * 12 + month(%1$s))".formatted(utc(sourceId));
  }

  String day(int sourceId) {
    return days(utc(sourceId));
  }

  String hour(int sourceId) {
    return "(epoch_us(date_trunc('hour', " + utc(sourceId) + ")) // 3600000000)";
  }

  private static String days(String date) {
    return "(" + date + "::DATE - DATE '1970-01-01')";
  }

  /** A date or time column as what a calendar shows in UTC. */
  private String utc(int sourceId) {
    String column = column(sourceId);
    Type type = type(sourceId);
    return switch (type.typeId()) {
      case DATE -> column;
      case TIMESTAMP, TIMESTAMP_NANO -> "make_timestamp(" + micros(column, type) + ")";
      default -> throw unsupported("date", type);
    };
  }

  private static String micros(String column, Type type) {
    if (type.typeId() == Type.TypeID.TIMESTAMP) {
      return "epoch_us(" + column + ")";
    }
    return "((%1$s - ((%1$s %% 1000) + 1000) %% 1000) // 1000)"
        .formatted("epoch_ns(" + column + ")");
  }

  private String column(int sourceId) {
    return ColumnPath.sql(schema, sourceId);
  }

  private Type type(int sourceId) {
    return schema.findType(sourceId);
  }

  private static IllegalArgumentException unsupported(String transform, Type type) {
    return new IllegalArgumentException(transform + " of " + type + " is not possible");
  }
}
