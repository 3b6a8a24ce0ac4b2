package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.ingest.IngestFixture;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.ProgressListener;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ours has already is not committed again, whatever ids other branches took meanwhile. */
class NothingToMergeTest {
  private static final RefName OTHER = RefName.parse("other");

  @TempDir Path directory;
  private IngestFixture lake;
  private TableEdits edits;
  private Merges merges;

  @BeforeEach
  void aKeyedTable() {
    lake = new IngestFixture(directory);
    edits = new TableEdits(lake.lake().tables(), lake::duck);
    merges =
        new Merges(lake.lake().tables(), new Diffs(lake.lake().tables(), lake::duck), lake::duck);
    lake.ingest()
        .ingest(
            IngestFixture.text("id,a\n1,x\n2,y\n3,z\n")
                .with(new NewTable(List.of("id"), List.of(), List.of())),
            ProgressListener.NONE);
    lake.lake().branch(OTHER);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aRevertOfWhatWasUndoneByHand(int format) {
    upgradeTo(format);
    ObjectId bad = update(MAIN, "a", "'bad'", "id <= 2");
    update(MAIN, "a", "'x'", "id = 1");
    update(MAIN, "a", "'y'", "id = 2");
    takeIdsElsewhere();
    ObjectId head = lake.lake().head(MAIN);

    MergeReport report =
        merges.revert(on(MAIN), Revision.of(bad), OptionalInt.empty(), Optional.empty());

    assertThat(report.outcome()).isEqualTo(MergeOutcome.UP_TO_DATE);
    assertThat(lake.lake().head(MAIN)).isEqualTo(head);
  }

  @Test
  void aRevertOfARevertedAppend() {
    lake.append("id,a\n4,w\n");
    ObjectId bad = lake.lake().head(MAIN);
    lake.append("id,a\n5,v\n");
    merges.revert(on(MAIN), Revision.of(bad), OptionalInt.empty(), Optional.empty());
    takeIdsElsewhere();

    assertThat(
            merges
                .revert(on(MAIN), Revision.of(bad), OptionalInt.empty(), Optional.empty())
                .outcome())
        .isEqualTo(MergeOutcome.UP_TO_DATE);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aCherryPickOfWhatIsThere(int format) {
    upgradeTo(format);
    lake.lake().branch(EXP);
    ObjectId wanted = update(EXP, "a", "'same'", "id = 1");
    update(MAIN, "a", "'same'", "id <= 2");
    takeIdsElsewhere();

    assertThat(
            merges
                .cherryPick(on(MAIN), Revision.of(wanted), OptionalInt.empty(), Optional.empty())
                .outcome())
        .isEqualTo(MergeOutcome.UP_TO_DATE);
  }

  @Test
  void aMergeOfWhatIsThereLeavesTheTableAsItIs() {
    lake.lake().branch(EXP);
    update(EXP, "a", "'same'", "id = 1");
    update(MAIN, "a", "'same'", "id <= 2");
    takeIdsElsewhere();
    Object before = lake.table().content();

    MergeReport report =
        merges.merge(on(MAIN), Revision.of(EXP), MergeMode.NO_FAST_FORWARD, Optional.empty());

    assertThat(report.outcome()).isEqualTo(MergeOutcome.MERGE);
    assertThat(report.tables()).isEmpty();
    assertThat(lake.table().content()).isEqualTo(before);
  }

  private void upgradeTo(int format) {
    lake.lake()
        .open(MAIN, IngestFixture.T)
        .updateProperties()
        .set("format-version", Integer.toString(format))
        .commit();
  }

  private ObjectId update(RefName branch, String column, String value, String condition) {
    edits.update(on(branch), IngestFixture.T, Map.of(column, value), condition);
    return lake.lake().head(branch);
  }

  /** Raises what the next columns and, in format 3, the next rows of the table are called. */
  private void takeIdsElsewhere() {
    merges.merge(on(OTHER), Revision.of(MAIN), MergeMode.FAST_FORWARD_ONLY, Optional.empty());
    Table table = lake.lake().open(OTHER, IngestFixture.T);
    table.updateSchema().addColumn("b", Types.LongType.get()).commit();
    update(OTHER, "b", "1", "true");
  }
}
