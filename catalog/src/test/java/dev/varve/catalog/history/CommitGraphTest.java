package dev.varve.catalog.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.object.ObjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommitGraphTest {
  private static final ObjectId TREE = ObjectId.of(new byte[0]);

  private final Map<ObjectId, Commit> commits = new HashMap<>();
  private final List<Commit> made = new ArrayList<>();
  private int loads;
  private final CommitGraph graph = new CommitGraph(id -> {}, this::load);
  private final Map<ObjectId, Set<ObjectId>> knownAncestors = new HashMap<>();

  @ParameterizedTest
  @MethodSource("dev.varve.testing.Seeds#forThisRun")
  void ancestryAndMergeBasesAreThoseOfTheBruteForce(long seed) {
    randomHistory(new Random(seed), 30);
    for (Commit one : made) {
      for (Commit other : made) {
        assertThat(graph.isAncestor(one.id(), other.id()))
            .isEqualTo(ancestors(other).contains(one.id()));
        assertThat(new HashSet<>(graph.mergeBases(one.id(), other.id())))
            .isEqualTo(bestOf(common(ancestors(one), ancestors(other))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.varve.testing.Seeds#forThisRun")
  void theBasesOfAMergeNotMadeAreThoseOfTheMerge(long seed) {
    Random random = new Random(seed);
    randomHistory(random, 40);
    for (int i = 0; i < 20; i++) {
      Commit one = made.get(random.nextInt(made.size()));
      Commit two = made.get(random.nextInt(made.size()));
      Commit other = made.get(random.nextInt(made.size()));
      Set<ObjectId> heads = ancestors(one);
      heads.addAll(ancestors(two));
      assertThat(new HashSet<>(graph.mergeBases(List.of(one.id(), two.id()), other.id())))
          .isEqualTo(bestOf(common(heads, ancestors(other))));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.varve.testing.Seeds#forThisRun")
  void aRangeIsTheOneHistoryWithoutTheOther(long seed) {
    Random random = new Random(seed);
    randomHistory(random, 40);
    for (int i = 0; i < 50; i++) {
      Commit from = made.get(random.nextInt(made.size()));
      Commit excluded = made.get(random.nextInt(made.size()));
      Set<ObjectId> expected = new HashSet<>(ancestors(from));
      expected.removeAll(ancestors(excluded));
      List<Commit> first =
          listOf(graph.log(List.of(from.id()), Ancestry.FIRST_PARENT), Integer.MAX_VALUE);

      assertThat(graph.range(excluded.id(), from.id(), Ancestry.ALL))
          .extracting(Commit::id)
          .containsExactlyInAnyOrderElementsOf(expected);
      assertThat(graph.range(excluded.id(), from.id(), Ancestry.FIRST_PARENT))
          .containsExactlyElementsOf(
              first.stream().filter(it -> expected.contains(it.id())).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.varve.testing.Seeds#forThisRun")
  void aLogHoldsEveryAncestorOnceAndParentsAfterChildren(long seed) {
    Random random = new Random(seed);
    randomHistory(random, 60);
    Commit head = made.get(made.size() - 1);
    List<Commit> log = listOf(graph.log(List.of(head.id()), Ancestry.ALL), Integer.MAX_VALUE);

    assertThat(log).doesNotHaveDuplicates();
    assertThat(log).extracting(Commit::id).containsExactlyInAnyOrderElementsOf(ancestors(head));
    for (int i = 0; i < log.size(); i++) {
      Set<ObjectId> before = new HashSet<>();
      log.subList(0, i).forEach(it -> before.add(it.id()));
      assertThat(log.get(i).parents()).noneMatch(before::contains);
    }
    assertThat(paged(head, 1 + random.nextInt(7))).isEqualTo(log);
  }

  @Test
  void aPageCostsWhatItShows() {
    Commit head = line(commit(), 5_000);
    LogWalk walk = graph.log(List.of(head.id()), Ancestry.ALL);
    listOf(walk, 4_000);
    LogCursor cursor = LogCursor.parse(walk.cursor().orElseThrow().toString());
    loads = 0;

    assertThat(listOf(graph.log(cursor, Ancestry.ALL), 10)).hasSize(10);
    assertThat(loads).isLessThanOrEqualTo(12);
  }

  @Test
  void questionsAboutNearCommitsReadNothingOfTheHistoryBehindThem() {
    Commit base = line(commit(), 5_000);
    Commit ours = line(base, 10);
    Commit theirs = line(base, 20);
    loads = 0;

    assertThat(graph.mergeBases(ours.id(), theirs.id())).containsExactly(base.id());
    assertThat(graph.isAncestor(ours.id(), theirs.id())).isFalse();
    assertThat(graph.isAncestor(base.id(), theirs.id())).isTrue();
    assertThat(loads).isLessThan(100);
  }

  @Test
  void norDoTheyInAHistoryOfManyMerges() {
    Commit base = commit();
    for (int i = 0; i < 1_000; i++) {
      base = commit(line(base, 2), line(base, 3));
    }
    Commit ours = commit(line(base, 2), line(base, 5));
    Commit theirs = line(base, 4);
    loads = 0;

    assertThat(graph.mergeBases(ours.id(), theirs.id())).containsExactly(base.id());
    assertThat(graph.isAncestor(base.id(), ours.id())).isTrue();
    assertThat(listOf(graph.log(List.of(ours.id()), Ancestry.ALL), 20)).hasSize(20);
    assertThat(loads).isLessThan(100);
  }

  @Test
  void aCrissCrossHasTwoBases() {
    Commit root = commit();
    Commit a = commit(root);
    Commit b = commit(root);
    Commit left = commit(a, b);
    Commit right = commit(b, a);

    assertThat(graph.mergeBases(left.id(), right.id())).containsExactlyInAnyOrder(a.id(), b.id());
  }

  @Test
  void theFirstParentsAreWhatTheBranchWas() {
    Commit root = commit();
    Commit side = commit(root);
    Commit main = commit(root);
    Commit merge = commit(main, side);

    assertThat(listOf(graph.log(List.of(merge.id()), Ancestry.FIRST_PARENT), 9))
        .containsExactly(merge, main, root);
  }

  @Test
  void historiesThatNeverMetHaveNoBase() {
    assertThat(graph.mergeBases(commit().id(), commit().id())).isEmpty();
  }

  @Test
  void aCursorThatWasNotGivenOutIsRefused() {
    for (String text : List.of("", "x", "!!", "AAAA")) {
      assertThatThrownBy(() -> LogCursor.parse(text)).isInstanceOf(VarveException.class);
    }
  }

  private List<Commit> paged(Commit head, int size) {
    List<Commit> all = new ArrayList<>();
    LogWalk walk = graph.log(List.of(head.id()), Ancestry.ALL);
    while (true) {
      all.addAll(listOf(walk, size));
      Optional<LogCursor> cursor = walk.cursor();
      if (cursor.isEmpty()) {
        return all;
      }
      walk = graph.log(LogCursor.parse(cursor.get().toString()), Ancestry.ALL);
    }
  }

  private static List<Commit> listOf(LogWalk walk, int limit) {
    List<Commit> list = new ArrayList<>();
    while (list.size() < limit && walk.hasNext()) {
      list.add(walk.next());
    }
    return list;
  }

  /** Merges of any two commits, so that there is every kind of criss-cross. */
  private void randomHistory(Random random, int size) {
    commit();
    while (made.size() < size) {
      int recent = Math.min(made.size(), 8);
      Commit one = made.get(made.size() - 1 - random.nextInt(recent));
      Commit two = made.get(made.size() - 1 - random.nextInt(recent));
      if (random.nextInt(3) == 0 && !one.equals(two)) {
        commit(one, two);
      } else {
        commit(one);
      }
    }
  }

  private Commit line(Commit from, int length) {
    Commit last = from;
    for (int i = 0; i < length; i++) {
      last = commit(last);
    }
    return last;
  }

  private Commit commit(Commit... parents) {
    CommitDetails details = CommitDetails.of("commit " + made.size(), Author.named("Ada"));
    Instant time = Instant.EPOCH.plusSeconds(made.size());
    Commit commit = Commit.create(TREE, List.of(parents), details, time);
    commits.put(commit.id(), commit);
    made.add(commit);
    return commit;
  }

  private Commit load(ObjectId id) {
    loads++;
    return commits.get(id);
  }

  private Set<ObjectId> ancestors(Commit commit) {
    Set<ObjectId> ancestors = new HashSet<>(Set.of(commit.id()));
    commit.parents().forEach(parent -> ancestors.addAll(ancestorsOf(parent)));
    return ancestors;
  }

  private Set<ObjectId> ancestorsOf(ObjectId id) {
    Set<ObjectId> cached = knownAncestors.get(id);
    if (cached == null) {
      cached = ancestors(commits.get(id));
      knownAncestors.put(id, cached);
    }
    return cached;
  }

  private static Set<ObjectId> common(Set<ObjectId> one, Set<ObjectId> other) {
    Set<ObjectId> common = new HashSet<>(one);
    common.retainAll(other);
    return common;
  }

  private Set<ObjectId> bestOf(Set<ObjectId> ids) {
    Set<ObjectId> best = new HashSet<>(ids);
    for (ObjectId id : ids) {
      Set<ObjectId> below = new HashSet<>(ancestorsOf(id));
      below.remove(id);
      best.removeAll(below);
    }
    return best;
  }
}
