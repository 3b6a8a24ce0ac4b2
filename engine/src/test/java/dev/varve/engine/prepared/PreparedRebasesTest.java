package dev.varve.engine.prepared;

import static dev.varve.engine.table.LakeFixture.ADA;
import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.diff.RowPage;
import dev.varve.engine.ingest.IngestFixture;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.ProgressListener;
import dev.varve.engine.merge.ConflictOptions;
import dev.varve.engine.merge.Merges;
import dev.varve.engine.merge.rows.Side;
import dev.varve.engine.prepared.PreparedMerge.State;
import dev.varve.engine.prepared.Resolution.Take;
import dev.varve.engine.table.LakeFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparedRebasesTest {
  private static final RefName COPY = RefName.parse("copy");
  private static final int CASES = Integer.getInteger("varve.rebases", 6);

  @TempDir Path directory;
  private IngestFixture lake;
  private TableEdits edits;
  private Merges merges;
  private PreparedMerges prepared;

  @BeforeEach
  void open() {
    lake = new IngestFixture(directory);
    LakeFixture fixture = lake.lake();
    edits = new TableEdits(fixture.tables(), lake::duck);
    merges = new Merges(fixture.tables(), new Diffs(fixture.tables(), lake::duck), lake::duck);
    prepared =
        new PreparedMerges(fixture.tables(), merges, lake.ingest(), edits, lake::duck, lake.temp());
    lake.ingest()
        .ingest(
            IngestFixture.text("id,a,b\n1,0,0\n2,0,0\n3,0,0\n")
                .with(new NewTable(List.of("id"), List.of(), List.of())),
            ProgressListener.NONE);
    lake.lake().branch(EXP);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private void set(RefName branch, String column, int value, int id) {
    edits.update(
        on(branch).withMessage(column + "=" + value),
        IngestFixture.T,
        Map.of(column, Integer.toString(value)),
        "id = " + id);
  }

  private PreparedMerge rebase(RefName branch) {
    return prepared
        .rebase(branch, Revision.of(MAIN), ADA, Optional.empty(), ConflictOptions.NONE)
        .prepared()
        .orElseThrow();
  }

  private void resolve(RefName name, Take take) {
    prepared.resolve(
        name,
        new Resolution(
            IngestFixture.T, List.of(), "true", Optional.empty(), take, Optional.empty()),
        ADA);
  }

  private List<String> rows(RefName branch) {
    return lake.rows(lake.lake().tables().loadHead(branch, IngestFixture.T)).stream()
        .sorted()
        .toList();
  }

  private List<String> messages(RefName branch) {
    return lake
        .lake()
        .repository()
        .graph()
        .range(lake.lake().head(MAIN), lake.lake().head(branch), Ancestry.FIRST_PARENT)
        .stream()
        .map(Commit::message)
        .toList();
  }

  @Test
  void aRebaseStopsAtEachCommitThatConflictsAndMovesTheBranchOnce() {
    set(EXP, "a", 1, 1);
    set(EXP, "a", 2, 2);
    set(EXP, "b", 3, 3);
    set(EXP, "a", 4, 3);
    set(MAIN, "a", 20, 2);
    set(MAIN, "a", 30, 3);
    ObjectId before = lake.lake().head(EXP);

    PreparedMerge stopped = rebase(EXP);

    assertThat(stopped.state()).isEqualTo(State.CONFLICTED);
    assertThat(stopped.intent().rebase().orElseThrow().step()).isEqualTo(2);
    assertThat(stopped.intent().rebase().orElseThrow().steps()).isEqualTo(4);
    resolve(stopped.name(), Take.THEIRS);
    PreparedMerge next = prepared.finish(stopped.name(), ADA).prepared().orElseThrow();
    assertThat(next.name()).isEqualTo(stopped.name());
    assertThat(next.state()).isEqualTo(State.CONFLICTED);
    assertThat(next.intent().rebase().orElseThrow().step()).isEqualTo(4);
    assertThat(lake.lake().head(EXP)).isEqualTo(before);
    resolve(next.name(), Take.OURS);
    PreparedMerge ready = prepared.finish(next.name(), ADA).prepared().orElseThrow();

    assertThat(ready.state()).isEqualTo(State.READY);
    assertThat(lake.lake().head(EXP)).isEqualTo(before);
    prepared.publish(ready.name(), ADA);
    assertThat(lake.lake().head(EXP)).isEqualTo(ready.commit().id());
    assertThat(rows(EXP)).containsExactly("1|1|0", "2|2|0", "3|30|3");
    assertThat(messages(EXP)).containsExactly("b=3", "a=2", "a=1");
    assertThat(prepared.list()).isEmpty();
  }

  @Test
  void aBranchThatMovedIsNotMovedOverItsNewCommits() {
    set(EXP, "a", 1, 1);
    set(MAIN, "b", 2, 1);
    PreparedMerge ready = rebase(EXP);
    set(EXP, "a", 5, 1);
    ObjectId moved = lake.lake().head(EXP);

    assertThat(prepared.load(ready.name()).state()).isEqualTo(State.BEHIND);
    assertThatThrownBy(() -> prepared.publish(ready.name(), ADA))
        .isInstanceOf(VarveException.class)
        .hasMessageContaining("moved since it was rebased");
    assertThat(lake.lake().head(EXP)).isEqualTo(moved);
    prepared.abandon(ready.name(), ADA);
    assertThat(prepared.list()).isEmpty();
  }

  /** As after a kill: the commits of some steps are made, and nothing else is known. */
  @Test
  void oneThatWasKilledBetweenTwoStepsIsGoneOnWith() {
    set(EXP, "a", 1, 1);
    set(EXP, "b", 2, 2);
    set(EXP, "a", 3, 3);
    set(MAIN, "b", 7, 1);
    PreparedMerge whole = rebase(EXP);
    ObjectId first =
        lake.lake().repository().resolve(Revision.parse(whole.name() + "~2")).commitId();
    lake.lake().repository().reset(whole.name(), first, Optional.empty(), ADA, "as if killed");

    PreparedMerge killed = prepared.load(whole.name());
    assertThat(killed.state()).isEqualTo(State.UNFINISHED);
    assertThat(killed.intent().rebase().orElseThrow().step()).isEqualTo(1);
    assertThatThrownBy(() -> prepared.publish(whole.name(), ADA))
        .hasMessageContaining("not all commits of 'exp' are done");
    Preparation finished = prepared.finish(whole.name(), ADA);

    assertThat(finished.prepared().orElseThrow().state()).isEqualTo(State.READY);
    prepared.publish(whole.name(), ADA);
    assertThat(rows(EXP)).containsExactly("1|1|7", "2|0|2", "3|3|0");
    assertThat(messages(EXP)).containsExactly("a=3", "b=2", "a=1");
    assertThat(prepared.list()).isEmpty();
  }

  @Test
  void aStepThatComesToNothingByItsAnswerIsLeftOut() {
    set(EXP, "b", 1, 1);
    set(EXP, "a", 2, 2);
    set(MAIN, "a", 20, 2);
    PreparedMerge stopped = rebase(EXP);
    resolve(stopped.name(), Take.OURS);

    Preparation finished = prepared.finish(stopped.name(), ADA);

    PreparedMerge ready = finished.prepared().orElseThrow();
    assertThat(ready.state()).isEqualTo(State.READY);
    assertThat(finished.report().outcome()).isEqualTo(MergeOutcome.MERGE);
    assertThat(finished.report().head()).contains(ready.commit());
    prepared.publish(ready.name(), ADA);
    assertThat(messages(EXP)).containsExactly("b=1");
    assertThat(rows(EXP)).containsExactly("1|0|1", "2|20|0", "3|0|0");
  }

  @Test
  void whatIsThereAlreadyNeedsNoCommit() {
    set(EXP, "a", 1, 1);
    set(EXP, "a", 2, 2);
    set(MAIN, "a", 2, 2);

    RebasePreparation made =
        prepared.rebase(EXP, Revision.of(MAIN), ADA, Optional.empty(), ConflictOptions.NONE);
    PreparedMerge ready = made.prepared().orElseThrow();

    assertThat(ready.state()).isEqualTo(State.READY);
    assertThat(made.report().steps().get(0).made()).contains(ready.commit());
    assertThat(made.report().steps().get(1).made()).isEmpty();
    prepared.publish(ready.name(), ADA);
    assertThat(messages(EXP)).containsExactly("a=1");
    assertThat(rows(EXP)).containsExactly("1|1|0", "2|2|0", "3|0|0");
  }

  @Test
  void nothingIsPreparedWhereNothingIsLeftToDo() {
    set(EXP, "a", 1, 1);
    set(MAIN, "a", 1, 1);

    assertThatThrownBy(() -> rebase(EXP)).hasMessageContaining("all of it is on 'main' already");
    assertThat(prepared.list()).isEmpty();

    set(EXP, "a", 2, 2);
    set(MAIN, "a", 20, 2);
    RefName stopped = rebase(EXP).name();
    resolve(stopped, Take.OURS);
    assertThatThrownBy(() -> prepared.finish(stopped, ADA))
        .hasMessageContaining("all of it is on 'main' already");
    assertThat(prepared.list()).extracting(PreparedMerge::name).containsExactly(stopped);
  }

  @Test
  void aRebasedCommitOfAPreparedMergeIsNotTakenForOne() {
    RefName side = RefName.parse("side");
    lake.lake().branch(side);
    set(side, "b", 7, 2);
    set(EXP, "a", 1, 1);
    Preparation merge =
        prepared.merge(
            on(EXP),
            Revision.of(side),
            MergeMode.NO_FAST_FORWARD,
            Optional.empty(),
            ConflictOptions.NONE);
    prepared.publish(merge.prepared().orElseThrow().name(), ADA);
    set(MAIN, "a", 3, 3);

    PreparedMerge ready = rebase(EXP);

    assertThat(ready.state()).isEqualTo(State.READY);
    assertThat(ready.intent().rebase()).isPresent();
    prepared.publish(ready.name(), ADA);
    assertThat(rows(EXP)).containsExactly("1|1|0", "2|0|7", "3|3|0");
  }

  /** Whoever answers each conflict alike gets what a strategy gives, commit by commit. */
  @Test
  void answersGiveWhatAStrategyGives() {
    long seed = Long.getLong("varve.seed", System.nanoTime() & 0xFFFFFF);
    System.out.printf("PreparedRebasesTest: -Dvarve.seed=%d%n", seed);
    Random random = new Random(seed);
    for (int round = 0; round < CASES; round++) {
      String when = "seed %d, round %d".formatted(seed, round);
      Take take = random.nextBoolean() ? Take.OURS : Take.THEIRS;
      RefName branch = RefName.parse("exp" + round);
      RefName copy = RefName.parse(COPY.text() + round);
      lake.lake().branch(branch);
      for (int i = 0; i < 3; i++) {
        set(branch, random.nextBoolean() ? "a" : "b", 1 + random.nextInt(3), 1 + random.nextInt(3));
        set(MAIN, random.nextBoolean() ? "a" : "b", 4 + random.nextInt(3), 1 + random.nextInt(3));
      }
      lake.lake().repository().createBranch(copy, lake.lake().head(branch), ADA, "copy");
      Rebase plain = new Rebase(lake.lake().repository(), merges);
      ConflictOptions strategy =
          new ConflictOptions(
              Side.valueOf(take.name()), new TreeMap<>(), new TreeMap<>(), RowPage.first(1));
      plain.run(copy, Revision.of(MAIN), ADA, Optional.empty(), strategy, Rebase.Run.REAL);

      List<String> expected = rows(copy);
      if (messages(copy).isEmpty()) {
        continue; // Ours everywhere: there is nothing to prepare.
      }
      publishAnswered(branch, take);
      assertThat(rows(branch)).as(when).isEqualTo(expected);
      assertThat(messages(branch)).as(when).isEqualTo(messages(copy));
    }
  }

  private void publishAnswered(RefName branch, Take take) {
    PreparedMerge merge = rebase(branch);
    List<Integer> steps = new ArrayList<>();
    while (merge.state() == State.CONFLICTED) {
      steps.add(merge.intent().rebase().orElseThrow().step());
      resolve(merge.name(), take);
      merge = prepared.finish(merge.name(), ADA).prepared().orElseThrow();
    }
    assertThat(steps).doesNotHaveDuplicates().isSorted();
    prepared.publish(merge.name(), ADA);
  }
}
