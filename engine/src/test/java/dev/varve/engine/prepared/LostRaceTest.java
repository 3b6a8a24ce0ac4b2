package dev.varve.engine.prepared;

import static dev.varve.engine.ingest.IngestFixture.T;
import static dev.varve.engine.table.LakeFixture.ADA;
import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.RefMovedException;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.ingest.IngestFixture;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.ProgressListener;
import dev.varve.engine.merge.ConflictOptions;
import dev.varve.engine.merge.Merges;
import dev.varve.engine.prepared.Resolution.Take;
import dev.varve.engine.sql.Duck;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else changes a prepared merge while it is made again. */
class LostRaceTest {
  @TempDir Path directory;
  private IngestFixture lake;
  private TableEdits edits;
  private PreparedMerges prepared;

  /** Makes merges as {@link #prepared} does; somebody else acts when it first needs DuckDB. */
  private PreparedMerges interrupted;

  private Runnable meanwhile = () -> {};

  @BeforeEach
  void open() {
    lake = new IngestFixture(directory);
    edits = new TableEdits(lake.lake().tables(), lake::duck);
    prepared = prepared(lake::duck);
    interrupted =
        prepared(
            () -> {
              Runnable act = meanwhile;
              meanwhile = () -> {};
              act.run();
              return lake.duck();
            });
    lake.ingest()
        .ingest(
            IngestFixture.text("id,a,b\n1,10,0\n")
                .with(new NewTable(List.of("id"), List.of(), List.of())),
            ProgressListener.NONE);
    lake.lake().branch(EXP);
    edits.update(on(EXP), T, Map.of("a", "11"), "true");
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private PreparedMerges prepared(Supplier<Duck> duck) {
    Merges merges = new Merges(lake.lake().tables(), new Diffs(lake.lake().tables(), duck), duck);
    return new PreparedMerges(
        lake.lake().tables(), merges, lake.ingest(), edits, duck, lake.temp());
  }

  private RefName prepare() {
    return prepared
        .merge(
            on(MAIN),
            Revision.of(EXP),
            MergeMode.NO_FAST_FORWARD,
            Optional.empty(),
            ConflictOptions.NONE)
        .prepared()
        .orElseThrow()
        .name();
  }

  private void resolve(RefName merge, Take take) {
    prepared.resolve(
        merge, new Resolution(T, List.of(), "true", Optional.empty(), take, Optional.empty()), ADA);
  }

  @Test
  void whoFinishesWhileAnotherAnswersLeavesNoSecondMerge() {
    edits.update(on(MAIN), T, Map.of("a", "12"), "true");
    RefName merge = prepare();
    resolve(merge, Take.OURS);
    meanwhile = () -> resolve(merge, Take.THEIRS);

    assertThatThrownBy(() -> interrupted.finish(merge, ADA)).isInstanceOf(RefMovedException.class);

    assertThat(prepared.list()).extracting(PreparedMerge::name).containsExactly(merge);
    prepared.finish(merge, ADA);
    prepared.publish(merge, ADA);
    assertThat(lake.rows()).containsExactly("1|11|0");
  }

  @Test
  void whoPreparesAgainWhileAnotherCommitsLeavesNoSecondMerge() {
    RefName merge = prepare();
    edits.update(on(MAIN), T, Map.of("b", "1"), "true");
    meanwhile = () -> edits.update(on(merge), T, Map.of("b", "2"), "true");
    ObjectId before = lake.lake().head(MAIN);

    assertThatThrownBy(() -> interrupted.publish(merge, ADA)).isInstanceOf(RefMovedException.class);

    assertThat(prepared.list()).extracting(PreparedMerge::name).containsExactly(merge);
    assertThat(lake.lake().head(MAIN)).isEqualTo(before);
  }
}
