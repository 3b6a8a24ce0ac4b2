package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.RefMovedException;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.LogCursor;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.ReflogEntry;
import dev.varve.catalog.store.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches, tags, reflogs and the revisions that name them. */
class RefsTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-01T00:00:00Z"));
  private Catalog catalog;
  private Repository lake;
  private History history;

  @BeforeEach
  void open() {
    catalog = Catalog.open(new MemoryStore(), CatalogSettings.defaults(), now::get);
    lake = catalog.create(RepositoryName.LAKE);
    history = new History(lake);
  }

  @AfterEach
  void close() {
    catalog.close();
  }

  @Test
  void aBranchBeginsWhereItIsToldAndGoesItsOwnWay() {
    Commit first = history.put("main", "t", "a");
    history.branch("dev", "main");
    Commit second = history.put("dev", "t", "b");

    assertThat(history.resolve("main")).isEqualTo(first.id());
    assertThat(history.resolve("dev")).isEqualTo(second.id());
  }

  @Test
  void questionsAboutACommitThatIsNotThereNameIt() {
    ObjectId head = history.resolve("main");
    ObjectId unknown = ObjectId.of(new byte[] {1});
    ObjectId tree = lake.commit(head).tree();
    for (ObjectId none : List.of(unknown, tree)) {
      assertMissing(none, () -> lake.graph().log(List.of(head, none), Ancestry.ALL));
      assertMissing(none, () -> lake.graph().isAncestor(none, head));
      assertMissing(none, () -> lake.graph().isAncestor(head, none));
      assertMissing(none, () -> lake.graph().mergeBases(head, none));
      LogCursor cursor = LogCursor.parse(new LogCursor(List.of(head, none)).toString());
      assertThatThrownBy(() -> lake.graph().log(cursor, Ancestry.ALL))
          .hasMessageContaining("the cursor of a log is not one of this repository")
          .hasMessageContaining(none.hex())
          .extracting(e -> ((VarveException) e).code())
          .isEqualTo(ErrorCode.INVALID_REQUEST);
    }
  }

  private static void assertMissing(ObjectId id, ThrowingCallable question) {
    assertThatThrownBy(question)
        .hasMessageContaining(id.hex())
        .extracting(e -> ((VarveException) e).code())
        .isEqualTo(ErrorCode.COMMIT_NOT_FOUND);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2262-04-12T00:00:00.000001Z",
        "9999-12-31T23:59:59.999999Z",
        "+290000-01-01T00:00:00.000001Z"
      })
  void aReflogKeepsTimesOfFarFutures(String time) {
    Instant then = Instant.parse(time);
    now.set(then);
    Commit commit = history.put("main", "t", "a");
    history.branch("dev", "main");
    assertThat(commit.time()).isEqualTo(then);
    assertThat(lake.refs().reflog(RefName.parse("dev"), 0, 1).get(0).when()).isEqualTo(then);
  }

  @Test
  void aTimeThatMicrosecondsCannotTellIsRefused() {
    ObjectId head = history.resolve("main");
    Instant tooFar = Instant.parse("+300000-01-01T00:00:00Z");
    now.set(tooFar);
    assertThatThrownBy(() -> history.branch("dev", "main"))
        .hasMessage("cannot store the time '%s': it is too far from 1970", tooFar)
        .extracting(e -> ((VarveException) e).code())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThatThrownBy(() -> history.put("main", "t", "a"))
        .extracting(e -> ((VarveException) e).code())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(history.resolve("main")).isEqualTo(head);
  }

  @Test
  void aTagNeverMoves() {
    ObjectId at = history.resolve("main");
    history.tag("v1", "main");
    history.put("main", "t", "a");

    assertThat(history.resolve("v1")).isEqualTo(at);
    assertCode(ErrorCode.READ_ONLY, () -> history.put("v1", "t", "b"));
    assertCode(ErrorCode.READ_ONLY, () -> reset("v1", at));
    assertCode(ErrorCode.REF_EXISTS, () -> history.tag("v1", "main"));
  }

  @Test
  void oneNameIsOneRefWhateverItsCase() {
    history.branch("dev", "main");
    assertCode(ErrorCode.REF_EXISTS, () -> history.branch("dev", "main"));
    assertCode(ErrorCode.REF_EXISTS, () -> history.tag("dev", "main"));
    assertThatThrownBy(() -> history.branch("DEV", "main"))
        .hasMessage("cannot create the branch 'DEV': it differs from 'dev' in case alone");
    lake.renameBranch(RefName.parse("dev"), RefName.parse("Dev"), History.ADA);
    assertThat(lake.refs().find(RefName.parse("Dev"))).isPresent();
    assertThat(lake.refs().find(RefName.parse("dev"))).isEmpty();
  }

  @Test
  void aBranchBeginsAtACommitThatIsThere() {
    ObjectId none = ObjectId.of(new byte[] {1});
    assertCode(
        ErrorCode.COMMIT_NOT_FOUND,
        () -> lake.createBranch(RefName.parse("dev"), none, History.ADA, "branch"));
    assertCode(ErrorCode.COMMIT_NOT_FOUND, () -> reset("main", none));
    ObjectId tree = lake.commit(history.resolve("main")).tree();
    assertCode(ErrorCode.COMMIT_NOT_FOUND, () -> reset("main", tree));
  }

  @Test
  void aResetMovesABranchAndIsUndoneFromItsReflog() {
    ObjectId first = history.put("main", "t", "a").id();
    ObjectId second = history.put("main", "t", "b").id();
    reset("main", first);
    assertThat(history.resolve("main")).isEqualTo(first);
    reset("main", history.resolve("main@{1}"));
    assertThat(history.resolve("main")).isEqualTo(second);
  }

  @Test
  void aResetOfABranchThatMovedIsRefused() {
    ObjectId first = history.resolve("main");
    history.put("main", "t", "a");
    assertThatThrownBy(
            () -> lake.reset(RefName.MAIN, first, Optional.of(first), History.ADA, "reset"))
        .isInstanceOf(RefMovedException.class)
        .hasMessageContaining("expected " + first.abbreviate());
    assertCode(
        ErrorCode.REF_MOVED, () -> history.commit("main").put("t", "b").expecting(first).apply());
  }

  @Test
  void aReflogSaysWhatWhoWhenAndWhyNewestFirst() {
    ObjectId first = history.resolve("main");
    now.set(now.get().plusSeconds(5));
    ObjectId second = history.put("main", "t", "a").id();

    List<ReflogEntry> entries = lake.refs().reflog(RefName.MAIN, 0, 10);
    assertThat(entries)
        .containsExactly(
            new ReflogEntry(
                0,
                Optional.of(first),
                Optional.of(second),
                History.ADA.toString(),
                now.get(),
                "commit: change main"),
            new ReflogEntry(
                1,
                Optional.empty(),
                Optional.of(first),
                "varve",
                now.get().minusSeconds(5),
                "create repository"));
    assertThat(lake.refs().reflog(RefName.MAIN, 1, 10)).isEqualTo(entries.subList(1, 2));
    assertThat(lake.refs().reflog(RefName.parse("none"), 0, 10)).isEmpty();
  }

  @Test
  void aDeletedBranchIsFoundInItsReflog() {
    history.branch("dev", "main");
    ObjectId head = history.put("dev", "t", "a").id();
    history.delete("dev");

    assertCode(ErrorCode.REF_NOT_FOUND, () -> history.resolve("dev"));
    assertCode(ErrorCode.REF_NOT_FOUND, () -> history.resolve("dev@{0}"));
    assertThat(history.resolve("dev@{1}")).isEqualTo(head);
    history.branch("dev", "dev@{1}");
    assertThat(history.resolve("dev")).isEqualTo(head);
    assertThat(history.resolve("dev@{2}")).isEqualTo(head);
    Wholeness.check(lake);
  }

  @Test
  void aRenamedBranchIsFoundUnderBothNames() {
    history.branch("dev", "main");
    ObjectId head = history.put("dev", "t", "a").id();
    lake.renameBranch(RefName.parse("dev"), RefName.parse("new"), History.ADA);

    assertThat(history.resolve("new")).isEqualTo(head);
    assertThat(history.resolve("dev@{1}")).isEqualTo(head);
    history.branch("other", "main");
    assertCode(
        ErrorCode.REF_EXISTS,
        () -> lake.renameBranch(RefName.parse("new"), RefName.parse("other"), History.ADA));
    assertThat(history.resolve("new")).isEqualTo(head);
  }

  @Test
  void aBranchIsReadAsItStoodAtATime() {
    ObjectId first = history.resolve("main");
    Instant begin = now.get();
    now.set(begin.plusSeconds(10));
    Commit second = history.put("main", "t", "a");
    now.set(begin.plusSeconds(20));
    history.put("main", "t", "b");

    assertThat(history.resolve("main@" + begin)).isEqualTo(first);
    assertThat(history.resolve("main@" + begin.plusSeconds(9))).isEqualTo(first);
    assertThat(history.resolve("main@" + begin.plusSeconds(10))).isEqualTo(second.id());
    assertThat(history.resolve("main@" + begin.plusSeconds(19))).isEqualTo(second.id());
    assertThat(history.resolve("main@" + second.time())).isEqualTo(second.id());
    assertThatThrownBy(() -> history.resolve("main@" + begin.minus(Duration.ofMillis(1))))
        .hasMessageStartingWith("'main' did not exist at");
  }

  @Test
  void aClockThatGoesBackDoesNotPutTimesOutOfOrder() {
    history.put("main", "t", "a");
    now.set(now.get().minusSeconds(100));
    Commit late = history.put("main", "t", "b");
    Commit later = history.put("main", "t", "c");

    assertThat(later.time()).isAfter(late.time());
    assertThat(history.resolve("main@" + late.time())).isEqualTo(late.id());
    List<Instant> times =
        lake.refs().reflog(RefName.MAIN, 0, 10).stream().map(ReflogEntry::when).toList();
    for (int i = 1; i < times.size(); i++) {
      assertThat(times.get(i)).isBeforeOrEqualTo(times.get(i - 1));
    }
  }

  @Test
  void firstDigitsNameACommitAndRefsGoFirst() {
    Commit commit = history.put("main", "t", "a");
    String digits = commit.id().abbreviate();
    assertThat(history.resolve(digits)).isEqualTo(commit.id());
    assertThat(history.resolve(commit.id().hex())).isEqualTo(commit.id());
    assertThat(history.resolve(digits + "~1")).isEqualTo(commit.parents().get(0));

    history.branch(digits, "main~1");
    assertThat(history.resolve(digits)).isEqualTo(commit.parents().get(0));
    assertCode(ErrorCode.COMMIT_NOT_FOUND, () -> history.resolve("00000000"));
    assertCode(ErrorCode.COMMIT_NOT_FOUND, () -> history.resolve("0".repeat(64)));
  }

  @Test
  void parentsAreCountedAndMissingOnesNamed() {
    Commit commit = history.put("main", "t", "a");
    assertThat(history.resolve("main^0")).isEqualTo(commit.id());
    assertThat(history.resolve("main~0")).isEqualTo(commit.id());
    assertThat(history.resolve("main^")).isEqualTo(commit.parents().get(0));
    assertCode(ErrorCode.COMMIT_NOT_FOUND, () -> history.resolve("main~2"));
    assertCode(ErrorCode.COMMIT_NOT_FOUND, () -> history.resolve("main^2"));
    assertCode(ErrorCode.REF_NOT_FOUND, () -> history.resolve("main@{2}"));
  }

  @Test
  void aRevisionThatGoesTooFarBackIsToldHowFarItCanGo() {
    Commit second = history.put("main", "t", "a");
    history.put("main", "t", "b");
    assertMessage(
        "main~99", "'main~99' names no commit: 'main' has only 2 ancestors by first parents");
    assertMessage(
        "main~1~2",
        "'main~1~2' names no commit: %s has only 1 ancestor by first parents"
            .formatted(second.id().abbreviate()));
    ObjectId first = history.resolve("main~2");
    assertMessage(
        "main~2^",
        "'main~2^' names no commit: %s is the first commit and has no parent"
            .formatted(first.abbreviate()));
    assertMessage(
        "main~1^2",
        "'main~1^2' names no commit: %s is no merge and has one parent"
            .formatted(second.id().abbreviate()));
  }

  private void assertMessage(String revision, String message) {
    assertThatThrownBy(() -> history.resolve(revision)).hasMessage(message);
  }

  @Test
  void branchesAndTagsAreListedApartByPrefixAndInPages() {
    for (int i = 0; i < 25; i++) {
      history.branch("feature/%02d".formatted(i), "main");
      history.tag("v%02d".formatted(i), "main");
    }
    assertThat(names(RefKind.BRANCH, "")).hasSize(26).contains("main").doesNotContain("v00");
    assertThat(names(RefKind.BRANCH, "feature/")).hasSize(25).isSorted();
    assertThat(names(RefKind.TAG, "v1")).hasSize(10);
    assertThat(names(RefKind.TAG, "x")).isEmpty();
    RefName before = RefName.parse("a");
    assertThat(lake.refs().list(RefKind.BRANCH, "main", Optional.of(before), 9)).hasSize(1);
  }

  @Test
  void aResolvedNameGivesTheRefAndAStepFromItDoesNot() {
    history.put("main", "t", "a");
    assertThat(lake.resolve(Revision.parse("main")).ref()).map(Ref::kind).contains(RefKind.BRANCH);
    assertThat(lake.resolve(Revision.parse("main~1")).ref()).isEmpty();
  }

  private List<String> names(RefKind kind, String prefix) {
    List<String> names = new ArrayList<>();
    Optional<RefName> after = Optional.empty();
    while (true) {
      List<Ref> page = lake.refs().list(kind, prefix, after, 7);
      page.forEach(ref -> names.add(ref.name().text()));
      if (page.size() < 7) {
        return names;
      }
      after = Optional.of(page.get(6).name());
    }
  }

  private void reset(String branch, ObjectId to) {
    lake.reset(RefName.parse(branch), to, Optional.empty(), History.ADA, "reset");
  }

  private static void assertCode(ErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }
}
