package dev.varve.server.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.server.iceberg.Plans.Plan;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.BaseFileScanTask;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.exceptions.NoSuchPlanTaskException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.ResidualEvaluator;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class PlansTest {
  private static final String TABLE = UUID.randomUUID().toString();
  private static final Schema SCHEMA =
      new Schema(Types.NestedField.optional(1, "a", Types.StringType.get()));
  private static final PartitionSpec SPEC = PartitionSpec.unpartitioned();

  @Test
  void theNewestPlansAreHeldWithinTheBound() {
    long bytes = plan(3000).bytes();
    Plans plans = new Plans(5 * bytes);
    List<UUID> held = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      held.add(plans.hold(plan(3000)));
      for (UUID newest : held.subList(Math.max(0, i - 4), i + 1)) {
        assertThat(plans.fetch(newest + ".1", TABLE).files()).hasSize(1000);
      }
    }
    assertThat(plans.statistics().entries()).hasValue(5);
    assertThat(plans.statistics().weight()).isEqualTo(plans.statistics().bound());
    assertThat(plans.statistics().evictions()).hasValue(95);
    assertThat(plans.statistics().hitRate()).isOne();
    assertThatThrownBy(() -> plans.fetch(held.get(0) + ".1", TABLE))
        .isInstanceOf(NoSuchPlanTaskException.class)
        .hasMessageContaining("plan the scan again");
    assertThat(plans.statistics().misses()).isOne();
  }

  @Test
  void aPlanWeighsWhatItsFilesHold() {
    long plain = plan(100).bytes();
    PlannedFiles withStatistics = new PlannedFiles();
    for (int i = 0; i < 100; i++) {
      withStatistics.add(task(file(i, metrics(new byte[1000]))));
    }
    assertThat(withStatistics.bytes() - plain).isBetween(100L * 2000, 100L * 3500);
    assertThat(plan(200).bytes()).isEqualTo(2 * plain);
  }

  @Test
  void aDeleteFileOfManyFilesIsCountedOnce() {
    DeleteFile delete =
        FileMetadata.deleteFileBuilder(SPEC)
            .ofPositionDeletes()
            .withPath("/w/" + "d".repeat(10_000) + ".parquet")
            .withFileSizeInBytes(10)
            .withRecordCount(1)
            .build();
    PlannedFiles files = new PlannedFiles();
    for (int i = 0; i < 100; i++) {
      files.add(task(file(i, new Metrics(1L)), delete));
    }
    assertThat(files.bytes() - plan(100).bytes()).isBetween(20_000L, 23_000L);
  }

  private static Plan plan(int count) {
    PlannedFiles files = new PlannedFiles();
    for (int i = 0; i < count; i++) {
      files.add(task(file(i, new Metrics(1L))));
    }
    return new Plan(TABLE, files.tasks(), files.bytes(), Map.of(0, SPEC));
  }

  private static FileScanTask task(DataFile file, DeleteFile... deletes) {
    return new BaseFileScanTask(
        file,
        deletes,
        SchemaParser.toJson(SCHEMA),
        PartitionSpecParser.toJson(SPEC),
        ResidualEvaluator.unpartitioned(Expressions.alwaysTrue()));
  }

  private static DataFile file(int number, Metrics metrics) {
    return DataFiles.builder(SPEC)
        .withPath("/w/data/%05d.parquet".formatted(number))
        .withFileSizeInBytes(10)
        .withMetrics(metrics)
        .build();
  }

  private static Metrics metrics(byte[] bound) {
    Map<Integer, Long> counts = Map.of(1, 1L);
    Map<Integer, ByteBuffer> bounds = Map.of(1, ByteBuffer.wrap(bound));
    return new Metrics(1L, counts, counts, counts, counts, bounds, bounds);
  }
}
