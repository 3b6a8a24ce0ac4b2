package dev.varve.engine.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.object.ObjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SuspectsPropertyTest {
  private static final ObjectId TREE = ObjectId.of(new byte[0]);
  private static final Author ADA = Author.parse("Ada");

  private final List<Commit> made = new ArrayList<>();

  /** One seed alone with {@code -Dvarve.seed=…}. */
  static LongStream seeds() {
    return Optional.ofNullable(Long.getLong("varve.seed"))
        .map(LongStream::of)
        .orElseGet(() -> LongStream.range(0, 100));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theOneCommitThatBrokeTheCheckIsFoundInAnyHistory(long seed) {
    Random random = new Random(seed);
    randomHistory(random, 1 + random.nextInt(80));
    Commit bad = made.get(made.size() - 1);
    Set<ObjectId> history = ancestors(bad);
    List<Commit> suspects = new ArrayList<>();
    made.stream().filter(it -> history.contains(it.id())).forEach(suspects::add);
    Collections.reverse(suspects);
    Commit culprit = suspects.get(random.nextInt(suspects.size()));

    assertThat(found(new Suspects(suspects, Ancestry.ALL), culprit)).isEqualTo(culprit.id());
  }

  @Test
  void aLineOfHistoryIsHalvedEachTime() {
    Optional<Commit> last = Optional.empty();
    for (int i = 0; i < 1000; i++) {
      last = Optional.of(commit(last.stream().toList()));
    }
    List<Commit> newestFirst = new ArrayList<>(made);
    Collections.reverse(newestFirst);
    for (int at = 0; at < 1000; at += 37) {
      asked = 0;
      Commit culprit = made.get(at);
      assertThat(found(new Suspects(newestFirst, Ancestry.FIRST_PARENT), culprit))
          .isEqualTo(culprit.id());
      assertThat(asked).isLessThanOrEqualTo(10);
    }
  }

  private int asked;

  private ObjectId found(Suspects suspects, Commit culprit) {
    while (suspects.count() > 1) {
      Commit middle = suspects.middle();
      int before = suspects.count();
      asked++;
      if (ancestors(middle).contains(culprit.id())) {
        suspects.bad(middle);
      } else {
        suspects.good(middle);
      }
      assertThat(suspects.count()).isPositive().isLessThan(before);
    }
    return suspects.newest().id();
  }

  private void randomHistory(Random random, int size) {
    for (int i = 0; i < size; i++) {
      Set<Commit> parents = new LinkedHashSet<>();
      if (!made.isEmpty()) {
        int count = random.nextInt(4) == 0 ? 2 : 1;
        for (int p = 0; p < count; p++) {
          parents.add(made.get(made.size() - 1 - random.nextInt(Math.min(5, made.size()))));
        }
      }
      commit(List.copyOf(parents));
    }
  }

  private Commit commit(List<Commit> parents) {
    CommitDetails details = new CommitDetails("c" + made.size(), ADA, ADA, new TreeMap<>(Map.of()));
    Commit commit = Commit.create(TREE, parents, details, Instant.EPOCH.plusSeconds(made.size()));
    made.add(commit);
    return commit;
  }

  private Set<ObjectId> ancestors(Commit commit) {
    Set<ObjectId> found = new HashSet<>(Set.of(commit.id()));
    for (int at = made.size() - 1; at >= 0; at--) {
      if (found.contains(made.get(at).id())) {
        found.addAll(made.get(at).parents());
      }
    }
    return found;
  }
}
