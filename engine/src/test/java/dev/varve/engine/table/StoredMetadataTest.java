package dev.varve.engine.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.engine.sql.TestTable;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a commit keeps in memory is what its bytes say, whether they had to be edited or not. */
class StoredMetadataTest {
  private static final Map<String, String> FIXED = Map.of(TableProperties.GC_ENABLED, "false");
  private static final Map<String, String> NOTES = Map.of("varve.branch", "main");

  private static final int SEEDS = 30;

  @TempDir Path directory;

  @Test
  void whatNeedsNoEditIsAsItsBytesSay() {
    TableMetadata base = StoredMetadata.forCommit(start(), Set.of(), FIXED, NOTES).metadata();
    TableMetadata updated = TableMetadata.buildFrom(base).setProperties(Map.of("a", "b")).build();

    StoredMetadata stored =
        StoredMetadata.forCommit(updated, StoredMetadata.snapshotIds(updated), FIXED, NOTES);

    assertAsItsBytesSay(stored);
    assertThat(stored.metadata().properties()).containsEntry("a", "b");
    assertThat(stored.metadata().lastUpdatedMillis()).isEqualTo(updated.lastUpdatedMillis());
    assertThat(stored.metadata().previousFiles()).hasSize(base.previousFiles().size() + 1);
    assertThat(stored.metadata().changes()).isEmpty();
  }

  @Test
  void whatIsEditedIsAsItsBytesSay() {
    TableMetadata updated = start();

    StoredMetadata stored = StoredMetadata.forCommit(updated, Set.of(), FIXED, NOTES);

    assertAsItsBytesSay(stored);
    assertThat(stored.metadata().currentSnapshot().summary()).containsEntry("varve.branch", "main");
  }

  @Test
  void aPropertyThatAClientChangedIsSetBack() {
    TableMetadata changed =
        TableMetadata.buildFrom(start())
            .setProperties(Map.of(TableProperties.GC_ENABLED, "true"))
            .build();

    StoredMetadata stored =
        StoredMetadata.forCommit(changed, StoredMetadata.snapshotIds(changed), FIXED, NOTES);

    assertAsItsBytesSay(stored);
    assertThat(stored.metadata().properties()).containsAllEntriesOf(FIXED);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsNotedBeforeHasTheBytesOfWhatIsEditedAfterwards(long seed) {
    Random random = new Random(seed);
    TableMetadata base = start(random);
    TableMetadata plain = base;
    TableMetadata noted = base;
    for (int i = random.nextInt(2); i >= 0; i--) {
      Snapshot snapshot = append(plain, random);
      String ref = random.nextBoolean() ? "main" : "side";
      plain = TableMetadata.buildFrom(plain).setBranchSnapshot(snapshot, ref).build();
      noted =
          TableMetadata.buildFrom(noted)
              .setBranchSnapshot(BranchFiles.withSummary(snapshot, NOTES), ref)
              .build();
    }
    Set<Long> known = StoredMetadata.snapshotIds(base);

    StoredMetadata edited = StoredMetadata.forCommit(plain, known, FIXED, NOTES);
    StoredMetadata asNoted = StoredMetadata.forCommit(noted, known, FIXED, NOTES);

    assertAsItsBytesSay(asNoted);
    assertThat(timeless(asNoted)).isEqualTo(timeless(edited));
  }

  /** The bytes as text; the builder takes the time from the clock when no branch is moved. */
  private static String timeless(StoredMetadata stored) {
    return new String(stored.value(), UTF_8).replaceFirst("\"last-updated-ms\":\\d+", "");
  }

  /** One seed alone with {@code -Dvarve.seed=…}. */
  static LongStream seeds() {
    return Optional.ofNullable(Long.getLong("varve.seed"))
        .map(LongStream::of)
        .orElseGet(() -> LongStream.range(0, SEEDS));
  }

  /** Metadata as it is stored, with up to five snapshots. */
  private TableMetadata start(Random random) {
    Schema schema = new Schema(Types.NestedField.optional(1, "id", Types.LongType.get()));
    TestTable table =
        TestTable.create(
            directory, schema, PartitionSpec.unpartitioned(), random.nextBoolean() ? 2 : 3);
    TableMetadata metadata = table.metadata();
    for (int i = random.nextInt(6); i > 0; i--) {
      metadata =
          TableMetadata.buildFrom(metadata)
              .setBranchSnapshot(append(metadata, random), "main")
              .build();
    }
    return StoredMetadata.forCommit(metadata, Set.of(), FIXED, NOTES).metadata();
  }

  /** The snapshot of an append, which may say more or sign for itself. */
  private static Snapshot append(TableMetadata metadata, Random random) {
    TestTable table = TestTable.of(metadata);
    AppendFiles append = table.table().newAppend().appendFile(table.write(table.row(1L)));
    if (random.nextBoolean()) {
      append.set("job", "night");
    }
    if (random.nextBoolean()) {
      append.set("varve.branch", "elsewhere");
    }
    append.commit();
    return table.metadata().currentSnapshot();
  }

  private TableMetadata start() {
    TestTable table =
        TestTable.create(
            directory, new Schema(Types.NestedField.optional(1, "id", Types.LongType.get())));
    table.append(table.row(1L));
    return table.metadata();
  }

  private static void assertAsItsBytesSay(StoredMetadata stored) {
    TableMetadata read = TableContent.decode(stored.value());
    assertThat(stored.id()).isEqualTo(TableContent.id(stored.value()));
    assertThat(stored.metadata().metadataFileLocation()).isEqualTo(read.metadataFileLocation());
    assertThat(TableMetadataParser.toJson(stored.metadata()))
        .isEqualTo(TableMetadataParser.toJson(read));
    assertThat(TableContent.encode(stored.metadata())).isEqualTo(stored.value());
  }
}
