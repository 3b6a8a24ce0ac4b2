package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.merge.ContentMerger;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeRequest;
import dev.varve.catalog.merge.MergeResult;
import dev.varve.catalog.merge.MergedContent;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.store.MemoryStore;
import dev.varve.catalog.tree.Content;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A change that takes long, such as the merge of a large table, beside others of its branch. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class SlowChangeTest {
  private final Catalog catalog =
      Catalog.open(new MemoryStore(), CatalogSettings.defaults(), InstantSource.system());
  private final Repository lake = catalog.create(RepositoryName.LAKE);
  private final History history = new History(lake);
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final AtomicInteger merged = new AtomicInteger();

  /** Waits until it is told to go on, then takes both sides. */
  private final ContentMerger slow =
      (key, base, ours, theirs) -> {
        merged.incrementAndGet();
        begun.countDown();
        try {
          mayEnd.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        Content mine = ours.orElseThrow().content();
        byte[] both = "both".getBytes(StandardCharsets.UTF_8);
        return new MergedContent.Merged(mine.type(), mine.id(), both);
      };

  @BeforeEach
  void changeOneTableOnTwoBranches() {
    history.put("main", "slow", "base");
    history.branch("dev", "main");
    history.put("main", "slow", "ours");
    history.put("dev", "slow", "theirs");
  }

  @AfterEach
  void close() {
    mayEnd.countDown();
    thread.shutdownNow();
    catalog.close();
  }

  @Test
  void commitsToTheBranchGoOnWhileAMergeIntoItTakesLong() throws Exception {
    Future<MergeResult> merge = thread.submit(this::merge);
    begun.await();
    for (int i = 0; i < 50; i++) {
      history.put("main", "quick", "v" + i);
      history.branch("b" + i, "main");
    }
    assertThat(lake.queuedWrites()).isZero();
    assertThat(merge.isDone()).isFalse();
    mayEnd.countDown();
    assertThat(merge.get()).isInstanceOf(MergeResult.Merged.class);
    assertThat(merged).as("once more, on what the branch was by then").hasValue(2);
    assertThat(history.tables("main")).containsEntry("slow", "both").containsEntry("quick", "v49");
    Wholeness.check(lake);
  }

  @Test
  void aSlowChangeThatFailsInTheEndFailsAlone() throws Exception {
    ContentMerger failing =
        (key, base, ours, theirs) -> {
          slow.merge(key, base, ours, theirs);
          throw new IllegalStateException("a file is gone");
        };
    Future<?> merge = thread.submit(() -> lake.merge(request(), failing));
    begun.await();
    history.put("main", "quick", "before");
    mayEnd.countDown();
    assertThat(merge).failsWithin(1, TimeUnit.MINUTES);
    history.put("main", "quicker", "after");
    assertThat(history.tables("main"))
        .containsEntry("slow", "ours")
        .containsEntry("quick", "before")
        .containsEntry("quicker", "after");
    Wholeness.check(lake);
  }

  private MergeResult merge() {
    return lake.merge(request(), slow);
  }

  private MergeRequest request() {
    return new MergeRequest(
        RefName.MAIN,
        history.resolve("dev"),
        MergeMode.FAST_FORWARD_OR_MERGE,
        CommitDetails.of("merge dev", History.ADA),
        Optional.empty());
  }
}
