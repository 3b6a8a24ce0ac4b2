package dev.varve.engine.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.engine.sql.TestTable;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a commit keeps in memory is what its bytes say, whether they had to be edited or not. */
class StoredMetadataTest {
  private static final Map<String, String> FIXED = Map.of(TableProperties.GC_ENABLED, "false");
  private static final Map<String, String> NOTES = Map.of("varve.branch", "main");

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
