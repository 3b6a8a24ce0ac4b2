package dev.varve.server.recent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.CacheStatistics;
import dev.varve.server.recent.RecentEntries.Age;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecentEntriesTest {
  private static final int BOUND = 100;
  private static final Duration LIFE = Duration.ofMinutes(10);

  private Instant now = Instant.EPOCH;

  /** Values are their own weights. */
  private RecentEntries<String, Integer> recent(Age age) {
    return new RecentEntries<>(BOUND, LIFE, age, (key, value) -> value, () -> now);
  }

  @ParameterizedTest
  @EnumSource
  void whatCameLastIsAlwaysThere(Age age) {
    RecentEntries<String, Integer> recent = recent(age);
    for (int i = 0; i < 1000; i++) {
      recent.put("k" + i, 20);
      for (int last = Math.max(0, i - 4); last <= i; last++) {
        assertThat(recent.find("k" + last)).as("k%d after k%d", last, i).isPresent();
      }
    }
    assertThat(recent.statistics()).isEqualTo(new CacheStatistics(4990, 0, 995, 5, BOUND, BOUND));
  }

  @Test
  void theOldestMakeRoomAndAUseCountsWhereItIsSaidTo() {
    for (Age age : Age.values()) {
      RecentEntries<String, Integer> recent = recent(age);
      recent.put("a", 40);
      recent.put("b", 40);
      recent.find("a");
      recent.put("c", 40);
      assertThat(recent.find("a").isPresent()).isEqualTo(age == Age.SINCE_USE);
      assertThat(recent.find("b").isPresent()).isEqualTo(age == Age.SINCE_PUT);
      assertThat(recent.find("c")).contains(40);
    }
  }

  @Test
  void nothingOutlivesItsTime() {
    for (Age age : Age.values()) {
      RecentEntries<String, Integer> recent = recent(age);
      recent.put("used", 10);
      recent.put("unused", 10);
      now = now.plus(LIFE);
      assertThat(recent.find("used")).contains(10);
      now = now.plusSeconds(1);
      assertThat(recent.find("unused")).isEmpty();
      assertThat(recent.find("used").isPresent()).isEqualTo(age == Age.SINCE_USE);
      now = now.plus(LIFE).plusSeconds(1);
      assertThat(recent.statistics().weight()).isZero();
      assertThat(recent.statistics().evictions()).hasValue(0);
    }
  }

  @Test
  void whatIsTooHeavyAloneIsNotKeptAndDrivesNothingOut() {
    RecentEntries<String, Integer> recent = recent(Age.SINCE_PUT);
    recent.put("a", 40);
    recent.put("b", BOUND + 1);
    assertThat(recent.find("a")).contains(40);
    assertThat(recent.find("b")).isEmpty();
    recent.put("a", BOUND + 1);
    assertThat(recent.find("a")).as("what it stood for is gone").isEmpty();
    assertThat(recent.statistics().weight()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void behavesLikeAListOfWhatCameLast(long seed) {
    Random random = new Random(seed);
    RecentEntries<String, Integer> recent = recent(Age.SINCE_PUT);
    List<String> order = new ArrayList<>();
    List<Integer> weights = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      String key = "k" + random.nextInt(12);
      int at = order.indexOf(key);
      switch (random.nextInt(4)) {
        case 0 ->
            assertThat(recent.find(key).isPresent())
                .as("seed %d, step %d", seed, i)
                .isEqualTo(at >= 0);
        case 1 -> {
          recent.remove(key);
          if (at >= 0) {
            order.remove(at);
            weights.remove(at);
          }
        }
        default -> {
          int added = 1 + random.nextInt(30);
          recent.merge(key, added, Integer::sum);
          int weight = at < 0 ? added : added + weights.get(at);
          if (at >= 0) {
            order.remove(at);
            weights.remove(at);
          }
          if (weight <= BOUND) {
            order.add(key);
            weights.add(weight);
          }
          while (sum(weights) > BOUND) {
            order.remove(0);
            weights.remove(0);
          }
        }
      }
      assertThat(recent.statistics().weight())
          .as("seed %d, step %d", seed, i)
          .isEqualTo(sum(weights));
      assertThat(recent.statistics().entries()).hasValue(order.size());
    }
  }

  private static long sum(List<Integer> weights) {
    return weights.stream().mapToLong(Integer::longValue).sum();
  }
}
