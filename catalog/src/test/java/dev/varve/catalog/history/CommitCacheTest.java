package dev.varve.catalog.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.object.ObjectId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CommitCacheTest {
  private static final int BOUND = 100_000;

  private final CommitCache cache = new CommitCache(BOUND);

  @Test
  void keepsFewerOfLongCommits() {
    assertThat(kept("short", Map.of())).isBetween(100, 150);
    assertThat(kept("long ".repeat(1_000), Map.of())).isLessThan(10);
    assertThat(kept("short", Map.of("statement", "SELECT 1 ".repeat(500)))).isLessThan(12);
  }

  @Test
  void doesNotKeepACommitThatIsLargerThanItsBound() {
    Commit large = commit("x".repeat(BOUND), Map.of(), 0);
    cache.put(large);
    assertThat(cache.find(large.id())).isNull();
  }

  /** How many of 200 alike are still there in the end. */
  private int kept(String message, Map<String, String> properties) {
    List<Commit> commits =
        IntStream.range(0, 200).mapToObj(number -> commit(message, properties, number)).toList();
    commits.forEach(cache::put);
    return (int) commits.stream().filter(commit -> cache.find(commit.id()) != null).count();
  }

  private static Commit commit(String message, Map<String, String> properties, int number) {
    CommitDetails details =
        CommitDetails.of(message, Author.named("Ada")).withProperties(properties);
    ObjectId tree = ObjectId.of(new byte[] {1});
    return Commit.create(tree, List.of(), details, Instant.ofEpochSecond(number));
  }
}
