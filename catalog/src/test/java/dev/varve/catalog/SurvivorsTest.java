package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.Acknowledged.Kind;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.store.MemoryStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the check of a crash must see, the first time and after others. */
class SurvivorsTest {
  private final Repository lake =
      Catalog.open(new MemoryStore(), CatalogSettings.defaults(), InstantSource.system())
          .create(RepositoryName.LAKE);
  private final History history = new History(lake);
  private final Survivors survivors = new Survivors();
  private final List<Acknowledged> all = new ArrayList<>();

  private Commit commit(String thread) {
    Commit commit = history.put("main", thread, "value " + all.size());
    all.add(new Acknowledged(Kind.COMMIT, thread, commit.id()));
    return commit;
  }

  private void check() {
    survivors.check(lake, all, "now");
  }

  private void mustFail(String why) {
    assertThatThrownBy(this::check).isInstanceOf(AssertionError.class).hasMessageContaining(why);
    assertThatThrownBy(() -> new Survivors().check(lake, all, "now"))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aCommitThatIsNotThereIsMissed() {
    commit("a");
    check();
    history.branch("other", "main");
    Commit elsewhere = history.put("other", "b", "1");
    all.add(new Acknowledged(Kind.COMMIT, "b", elsewhere.id()));
    mustFail("is there");
  }

  @Test
  void commitsOfAThreadInAnotherOrderAreSeen() {
    commit("a");
    check();
    commit("a");
    Acknowledged last = all.remove(all.size() - 1);
    commit("a");
    all.add(last);
    mustFail("is in order");
  }

  @Test
  void aCommitOlderThanTheLastCheckIsOutOfOrder() {
    Commit first = history.put("main", "a", "0");
    commit("a");
    check();
    all.add(new Acknowledged(Kind.COMMIT, "a", first.id()));
    mustFail("is in order");
  }

  @Test
  void aBranchThatFellBackIsSeen() {
    Commit first = commit("a");
    commit("b");
    check();
    lake.reset(RefName.MAIN, first.id(), Optional.empty(), History.ADA, "lost");
    assertThatThrownBy(this::check)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("main grew");
    assertThatThrownBy(() -> new Survivors().check(lake, all, "now"))
        .hasMessageContaining("is there");
  }

  @Test
  void aBranchThatIsLostOrStandsElsewhereIsSeen() {
    Commit first = commit("a");
    commit("a");
    history.branch("b", "main");
    all.add(new Acknowledged(Kind.BRANCH, "b", lake.refs().load(RefName.MAIN).commitId()));
    check();
    all.set(2, new Acknowledged(Kind.BRANCH, "b", first.id()));
    mustFail("branch b");
    all.set(2, new Acknowledged(Kind.BRANCH, "c", first.id()));
    mustFail("branch c");
  }

  @Test
  void anEntryOfTheReflogTooManyIsSeen() {
    Commit first = commit("a");
    Commit second = commit("a");
    check();
    lake.reset(RefName.MAIN, first.id(), Optional.empty(), History.ADA, "back");
    lake.reset(RefName.MAIN, second.id(), Optional.empty(), History.ADA, "and forth");
    mustFail("one entry of the reflog a commit");
  }
}
