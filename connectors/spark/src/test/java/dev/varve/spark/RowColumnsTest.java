package dev.varve.spark;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowColumnsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"time", "timestamp_ns", "timestamptz_ns"})
  void whatSparkHasNoTypeForIsRefusedByName(String type) {
    Table table = table(Types.fromPrimitiveString(type));

    assertThatThrownBy(() -> RowColumns.requireTypes(table, "merge"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'s.x' is a " + type + ", which Spark has no type for");
  }

  @Test
  void otherTypesAreNot() {
    Table table = table(Types.TimestampType.withZone());

    assertThatCode(() -> RowColumns.requireTypes(table, "merge")).doesNotThrowAnyException();
  }

  private Table table(Type type) {
    Schema schema =
        new Schema(
            NestedField.optional(1, "s", Types.StructType.of(NestedField.optional(2, "x", type))));
    return new HadoopTables(new Configuration())
        .create(
            schema,
            PartitionSpec.unpartitioned(),
            Map.of("format-version", "3"),
            directory.resolve("t").toString());
  }
}
