package dev.varve.catalog;

import static dev.varve.catalog.History.tables;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.RefMovedException;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.merge.CherryPickRequest;
import dev.varve.catalog.merge.ContentMerger;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.merge.MergePlan;
import dev.varve.catalog.merge.MergeRequest;
import dev.varve.catalog.merge.MergeResult;
import dev.varve.catalog.merge.MergedContent;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.store.MemoryStore;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Merge, cherry-pick and revert, as a repository does them. */
class MergeTest {
  /** Joins the letters of both sides, in order: merging twice gives the same. */
  private static final ContentMerger UNION =
      (key, base, ours, theirs) -> {
        if (ours.isEmpty() || theirs.isEmpty()) {
          return MergedContent.bothChanged(key);
        }
        TreeSet<Character> letters = new TreeSet<>();
        for (byte[] value : List.of(ours.get().value(), theirs.get().value())) {
          new String(value, StandardCharsets.UTF_8).chars().forEach(it -> letters.add((char) it));
        }
        StringBuilder joined = new StringBuilder();
        letters.forEach(joined::append);
        Content content = ours.get().content();
        return new MergedContent.Merged(
            content.type(), content.id(), joined.toString().getBytes(StandardCharsets.UTF_8));
      };

  private Catalog catalog;
  private Repository lake;
  private History history;

  @BeforeEach
  void open() {
    catalog = Catalog.open(new MemoryStore(), CatalogSettings.defaults(), InstantSource.system());
    lake = catalog.create(RepositoryName.LAKE);
    history = new History(lake);
    history.put("main", "t", "a");
    history.branch("dev", "main");
  }

  @AfterEach
  void close() {
    catalog.close();
  }

  @Test
  void aBranchWithNothingOfItsOwnMovesForward() {
    Commit theirs = history.put("dev", "t", "ab");

    assertThat(merge("dev", "main", MergeMode.FAST_FORWARD_OR_MERGE))
        .isInstanceOf(MergeResult.FastForwarded.class);
    assertThat(history.resolve("main")).isEqualTo(theirs.id());
  }

  @Test
  void aMergeIsMadeIfAskedForEvenIfTheBranchCouldMoveForward() {
    Commit theirs = history.put("dev", "t", "ab");
    ObjectId ours = history.resolve("main");

    Commit merge = merged(merge("dev", "main", MergeMode.NO_FAST_FORWARD));
    assertThat(merge.parents()).containsExactly(ours, theirs.id());
    assertThat(merge.tree()).isEqualTo(theirs.tree());
  }

  @Test
  void aMergeHoldsBothSidesAndBothParents() {
    Commit theirs = history.put("dev", "u", "x");
    Commit ours = history.put("main", "v", "y");

    Commit merge = merged(merge("dev", "main", MergeMode.FAST_FORWARD_OR_MERGE));
    assertThat(merge.parents()).containsExactly(ours.id(), theirs.id());
    assertThat(history.tables("main")).isEqualTo(tables("t", "a", "u", "x", "v", "y"));
    assertThat(lake.refs().reflog(RefName.MAIN, 0, 1).get(0).why()).isEqualTo("merge: merge dev");
  }

  @Test
  void squashingAgainMakesNoEmptyCommit() {
    history.put("dev", "u", "x");
    history.put("main", "v", "y");
    merge("dev", "main", MergeMode.SQUASH);
    ObjectId head = history.resolve("main");

    assertThat(merge("dev", "main", MergeMode.SQUASH))
        .isInstanceOf(MergeResult.AlreadyUpToDate.class);
    assertThat(history.resolve("main")).isEqualTo(head);
  }

  @Test
  void mergingAgainChangesNothing() {
    history.put("dev", "u", "x");
    history.put("main", "v", "y");
    merge("dev", "main", MergeMode.FAST_FORWARD_OR_MERGE);
    ObjectId head = history.resolve("main");

    assertThat(merge("dev", "main", MergeMode.FAST_FORWARD_OR_MERGE))
        .isInstanceOf(MergeResult.AlreadyUpToDate.class);
    assertThat(history.resolve("main")).isEqualTo(head);
  }

  @Test
  void aSquashHasAllChangesAndOneParent() {
    history.put("dev", "u", "x");
    history.put("dev", "u", "xy");
    ObjectId ours = history.resolve("main");

    Commit squash = merged(merge("dev", "main", MergeMode.SQUASH));
    assertThat(squash.parents()).containsExactly(ours);
    assertThat(history.tables("main")).isEqualTo(tables("t", "a", "u", "xy"));
  }

  @Test
  void whereOnlyAFastForwardIsWantedNothingElseIsDone() {
    history.put("dev", "u", "x");
    Commit ours = history.put("main", "v", "y");

    assertThatThrownBy(() -> merge("dev", "main", MergeMode.FAST_FORWARD_ONLY))
        .extracting(e -> ((VarveException) e).code())
        .isEqualTo(ErrorCode.NOT_FAST_FORWARD);
    assertThat(history.resolve("main")).isEqualTo(ours.id());
  }

  @Test
  void aConflictChangesNothingAndIsSaidBeforehand() {
    history.put("dev", "t", "ab");
    Commit ours = history.put("main", "t", "ac");
    MergeRequest request = history.merge("dev", "main", MergeMode.FAST_FORWARD_OR_MERGE);

    MergePlan plan = lake.planMerge(request, ContentMerger.CONFLICT);
    MergeResult result = lake.merge(request, ContentMerger.CONFLICT);
    assertThat(plan.outcome()).isEqualTo(MergeOutcome.CONFLICT);
    assertThat(result).isEqualTo(new MergeResult.Conflicted(plan));
    assertThat(history.resolve("main")).isEqualTo(ours.id());
  }

  @Test
  void aPlanSaysWhatTheMergeDoes() {
    history.commit("dev").put("t", "ab").put("u", "x").apply();
    history.put("main", "t", "ac");
    MergeRequest request = history.merge("dev", "main", MergeMode.FAST_FORWARD_OR_MERGE);

    ObjectId before = history.resolve("main");
    MergePlan plan = lake.planMerge(request, UNION);
    assertThat(history.resolve("main")).isEqualTo(before);
    assertThat(lake.merge(request, UNION).plan()).isEqualTo(plan);
    assertThat(plan.keys()).extracting(it -> it.key().toString()).containsExactly("t", "u");
    assertThat(history.tables("main")).isEqualTo(tables("t", "abc", "u", "x"));
  }

  @Test
  void aBranchThatMovesMeanwhileIsMergedAgain() {
    history.put("dev", "t", "ab");
    history.put("main", "t", "ac");
    ContentMerger slow =
        (key, base, ours, theirs) -> {
          if (history.tables("main").get("u") == null) {
            history.put("main", "u", "x");
          }
          return UNION.merge(key, base, ours, theirs);
        };

    merged(lake.merge(history.merge("dev", "main", MergeMode.FAST_FORWARD_OR_MERGE), slow));
    assertThat(history.tables("main")).isEqualTo(tables("t", "abc", "u", "x"));
  }

  @Test
  void aBranchThatKeepsMovingEndsTheMerge() {
    history.put("dev", "t", "ab");
    history.put("main", "t", "ac");
    ContentMerger busy =
        (key, base, ours, theirs) -> {
          history.put("main", "u", String.valueOf(System.nanoTime()));
          return UNION.merge(key, base, ours, theirs);
        };
    MergeRequest request = history.merge("dev", "main", MergeMode.FAST_FORWARD_OR_MERGE);

    assertThatThrownBy(() -> lake.merge(request, busy)).isInstanceOf(RefMovedException.class);
  }

  @Test
  void aMergeOfAHeadThatIsNotThereAnyMoreIsRefused() {
    ObjectId seen = history.resolve("main");
    history.put("dev", "u", "x");
    history.put("main", "v", "y");
    MergeRequest request =
        new MergeRequest(
            RefName.MAIN,
            history.resolve("dev"),
            MergeMode.FAST_FORWARD_OR_MERGE,
            history.commit("main").request().details(),
            Optional.of(seen));

    assertThatThrownBy(() -> lake.merge(request, UNION)).isInstanceOf(RefMovedException.class);
  }

  @Test
  void countersThatAMergedContentNeedsAreRaisedWithIt() {
    history.put("dev", "t", "ab");
    history.put("main", "t", "ac");
    ContentId table = lake.tree(history.resolve("main")).get(History.key("t")).orElseThrow().id();
    ContentMerger raising =
        (key, base, ours, theirs) -> {
          MergedContent.Merged merged = (MergedContent.Merged) UNION.merge(key, base, ours, theirs);
          long at = lake.counter(table, "rows");
          return new MergedContent.Merged(
              merged.type(),
              merged.id(),
              merged.value(),
              List.of(new CounterRaise(table, "rows", at, at + 5)));
        };

    merged(lake.merge(history.merge("dev", "main", MergeMode.FAST_FORWARD_OR_MERGE), raising));
    assertThat(lake.counter(table, "rows")).isEqualTo(5);
  }

  @Test
  void aCrissCrossIsMergedFromTheMergeOfItsBases() {
    history.put("dev", "t", "ab");
    history.put("main", "t", "ac");
    history.branch("old", "main");
    merged(lake.merge(history.merge("dev", "main", MergeMode.FAST_FORWARD_OR_MERGE), UNION));
    merged(lake.merge(history.merge("old", "dev", MergeMode.NO_FAST_FORWARD), UNION));
    history.put("dev", "t", "abcd");

    AtomicInteger merged = new AtomicInteger();
    MergeResult result =
        lake.merge(
            history.merge("dev", "main", MergeMode.FAST_FORWARD_OR_MERGE),
            (key, base, ours, theirs) -> {
              merged.incrementAndGet();
              return UNION.merge(key, base, ours, theirs);
            });
    assertThat(merged).as("the bases are merged; since then our side has not changed").hasValue(1);
    assertThat(result.plan().sides().bases()).hasSize(2);
    assertThat(history.tables("main")).isEqualTo(tables("t", "abcd"));
  }

  @Test
  void aCrissCrossWhoseSidesChoseDifferentlyIsAConflict() {
    history.put("dev", "t", "ab");
    history.put("main", "t", "ac");
    history.branch("old", "main");
    keepOurs("dev", "main");
    keepOurs("old", "dev");

    MergeResult result = merge("dev", "main", MergeMode.FAST_FORWARD_OR_MERGE);
    assertThat(result).isInstanceOf(MergeResult.Conflicted.class);
    assertThat(result.plan().conflicts().get(0).conflict().code()).isEqualTo("bases-disagree");
  }

  @Test
  void aCrissCrossWhoseBasesAndSidesChoseDifferentNamesIsAConflict() {
    Commit base = history.put("main", "u", "1");
    for (String sides : List.of("b c", "b d", "d b", "d c", "c d", "c b")) {
      String[] names = sides.split(" ", -1);
      crissCross(base, names[0], names[1]);
      MergeResult result = merge("right", "left", MergeMode.FAST_FORWARD_OR_MERGE);
      assertThat(result.plan().sides().bases()).hasSize(2);
      assertThat(result).as(sides).isInstanceOf(MergeResult.Conflicted.class);
      assertThat(result.plan().conflicts())
          .as(sides)
          .extracting(it -> it.conflict().code())
          .containsOnly("bases-disagree");
    }
  }

  @Test
  void aCrissCrossWhoseSidesChoseTheSameNameIsMerged() {
    Commit base = history.put("main", "u", "1");
    for (String name : List.of("b", "c", "d")) {
      crissCross(base, name, name);
      history.put("left", "u", "2");
      merged(merge("right", "left", MergeMode.FAST_FORWARD_OR_MERGE));
      assertThat(history.tables("left")).isEqualTo(tables(name, "a", "u", "2"));
    }
  }

  /**
   * Makes the branches {@code left} and {@code right}, whose merge bases renamed a table to {@code
   * b} and to {@code c}, and which have it at these names now.
   */
  private void crissCross(Commit base, String left, String right) {
    for (String branch : List.of("left", "right", "one", "other")) {
      if (lake.refs().find(RefName.parse(branch)).isPresent()) {
        history.delete(branch);
      }
      history.branch(branch, base.id().hex());
    }
    history.commit("one").rename("t", "b").apply();
    history.commit("other").rename("t", "c").apply();
    merge("one", "left", MergeMode.FAST_FORWARD_ONLY);
    merge("other", "right", MergeMode.FAST_FORWARD_ONLY);
    settle("left", "b", "other", "c", left);
    settle("right", "c", "one", "b", right);
  }

  /** Merges a commit that named a table differently, by taking its name first. */
  private void settle(String branch, String was, String from, String taken, String name) {
    history.commit(branch).rename(was, taken).apply();
    merged(merge(from, branch, MergeMode.NO_FAST_FORWARD));
    if (!name.equals(taken)) {
      history.commit(branch).rename(taken, name).apply();
    }
  }

  @Test
  void aPickedCommitIsDoneAgainElsewhere() {
    history.put("dev", "u", "x");
    history.commit("dev").put("v", "y").rename("t", "s").apply();
    history.put("main", "t", "ab");

    Commit picked = merged(lake.cherryPick(history.pick("dev", "main"), ContentMerger.CONFLICT));
    assertThat(picked.parents()).hasSize(1);
    assertThat(history.tables("main")).isEqualTo(tables("s", "ab", "v", "y"));
    assertThat(lake.cherryPick(history.pick("dev", "main"), ContentMerger.CONFLICT))
        .isInstanceOf(MergeResult.AlreadyUpToDate.class);
  }

  @Test
  void aRevertUndoesOneCommitAndKeepsLaterOnes() {
    Commit bad = history.commit("main").put("u", "bad").remove("t").apply();
    history.put("main", "v", "good");

    merged(lake.revert(history.revert(bad.id().hex(), "main"), ContentMerger.CONFLICT));
    assertThat(history.tables("main")).isEqualTo(tables("t", "a", "v", "good"));
  }

  @Test
  void aRevertOfWhatWasChangedAgainIsAConflict() {
    Commit bad = history.put("main", "t", "bad");
    history.put("main", "t", "good");

    assertThat(lake.revert(history.revert(bad.id().hex(), "main"), ContentMerger.CONFLICT))
        .isInstanceOf(MergeResult.Conflicted.class);
    assertThat(history.tables("main")).isEqualTo(tables("t", "good"));
  }

  @Test
  void toPickAMergeItsMainlineMustBeNamed() {
    history.put("dev", "u", "x");
    history.put("main", "v", "y");
    history.branch("other", "main~1");
    Commit merge = merged(merge("dev", "main", MergeMode.FAST_FORWARD_OR_MERGE));

    CherryPickRequest plain = history.pick(merge.id().hex(), "other");
    assertThatThrownBy(() -> lake.cherryPick(plain, UNION)).hasMessageContaining("it is a merge");
    CherryPickRequest first =
        new CherryPickRequest(
            plain.onto(), plain.commit(), OptionalInt.of(1), plain.details(), Optional.empty());
    merged(lake.cherryPick(first, UNION));
    assertThat(history.tables("other")).isEqualTo(tables("t", "a", "u", "x"));
  }

  @Test
  void theFirstCommitCannotBeReverted() {
    assertThatThrownBy(() -> lake.revert(history.revert("main~1", "main"), UNION))
        .extracting(e -> ((VarveException) e).code())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  private void keepOurs(String from, String into) {
    ContentMerger ours =
        (key, base, our, their) ->
            new MergedContent.Merged(
                our.orElseThrow().content().type(),
                our.orElseThrow().content().id(),
                our.orElseThrow().value());
    merged(lake.merge(history.merge(from, into, MergeMode.NO_FAST_FORWARD), ours));
  }

  private MergeResult merge(String from, String into, MergeMode mode) {
    return lake.merge(history.merge(from, into, mode), ContentMerger.CONFLICT);
  }

  private static Commit merged(MergeResult result) {
    assertThat(result).isInstanceOf(MergeResult.Merged.class);
    return ((MergeResult.Merged) result).commit();
  }
}
