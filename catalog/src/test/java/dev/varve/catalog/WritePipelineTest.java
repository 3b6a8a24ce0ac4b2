package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.error.ErrorCategory;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.Value;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.store.MemoryStore;
import dev.varve.catalog.store.Snapshot;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many writers of one repository. */
class WritePipelineTest {
  private static final int THREADS = 8;
  private static final ContentId ID = ContentId.random();

  private final GatedStore store = new GatedStore();
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private Catalog catalog = open(CatalogSettings.defaults());
  private Repository lake = catalog.create(RepositoryName.LAKE);
  private History history = new History(lake);

  @AfterEach
  void close() {
    store.open();
    threads.shutdownNow();
    catalog.close();
  }

  @Test
  void commitsToDifferentKeysNeverFailAndEachIsACommit() throws Exception {
    List<Commit> commits = Collections.synchronizedList(new ArrayList<>());
    inParallel(
        thread -> {
          Commit last = null;
          for (int i = 0; i < 50; i++) {
            Commit commit = history.put("main", "t" + thread, "v" + i);
            assertThat(last == null || last.generation() < commit.generation()).isTrue();
            last = commit;
            commits.add(commit);
          }
        });
    List<ObjectId> log = logOf("main");
    assertThat(log).hasSize(1 + THREADS * 50);
    assertThat(log).containsAll(commits.stream().map(Commit::id).toList());
    assertThat(history.tables("main")).hasSize(THREADS).containsValues("v49");
    Wholeness.check(lake);
  }

  @Test
  void ofCommitsThatExpectTheSameOneWins() throws Exception {
    for (int round = 0; round < 20; round++) {
      AtomicInteger won = new AtomicInteger();
      CommitRequest base = history.commit("main").put("t", "x").request();
      inParallel(
          thread -> {
            try {
              lake.commit(base);
              won.incrementAndGet();
            } catch (CommitConflictException e) {
              assertThat(e.key()).isEqualTo(History.key("t"));
              assertThat(e.found()).isNotEqualTo(e.expected());
            }
          });
      assertThat(won).hasValue(1);
      history.put("main", "t", "y");
    }
  }

  @Test
  void countersAreHandedOutOnce() throws Exception {
    ContentId table = ContentId.random();
    inParallel(
        thread -> {
          for (int i = 0; i < 20; i++) {
            raiseUntilItHolds(table, "t" + thread);
          }
        });
    assertThat(lake.counter(table, "columns")).isEqualTo(THREADS * 20L);
  }

  @Test
  void aBatchSharesOneWrite() throws Exception {
    awaitThreads();
    store.shut();
    Future<?> first = threads.submit(() -> history.put("main", "first", "v"));
    store.awaitWriter();
    int before = store.writes.get();
    List<Future<?>> others = new ArrayList<>();
    for (int i = 0; i < THREADS - 1; i++) {
      String key = "t" + i;
      others.add(threads.submit(() -> history.put("main", key, "v")));
    }
    awaitQueued(THREADS - 1);
    store.open();
    first.get();
    for (Future<?> other : others) {
      other.get();
    }
    assertThat(store.writes.get() - before).as("the first, then the others").isEqualTo(2);
    assertThat(logOf("main")).hasSize(1 + 2 + THREADS);
  }

  @Test
  void aWriteThatFailsDoesNotTouchItsNeighbours() throws Exception {
    CommitRequest stale = history.commit("main").put("t", "stale").request();
    history.put("main", "t", "a");
    store.shut();
    Future<?> first = threads.submit(() -> history.put("main", "first", "v"));
    store.awaitWriter();
    Future<?> bad = threads.submit(() -> lake.commit(stale));
    Future<?> good = threads.submit(() -> history.put("main", "good", "v"));
    awaitQueued(2);
    store.open();
    first.get();
    good.get();
    assertThatThrownBy(bad::get).hasCauseInstanceOf(CommitConflictException.class);
    assertThat(history.tables("main")).containsOnlyKeys("t", "first", "good");
  }

  @Test
  void aStoreThatBreaksInAnyWayLeavesTheOutcomeOpenAndTheWriterAlive() {
    store.broken = new OutOfMemoryError("injected");
    assertThatThrownBy(() -> history.put("main", "t", "a"))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN));
    store.broken = null;
    history.put("main", "t", "b");
    assertThat(history.tables("main")).containsExactly(Map.entry("t", "b"));
  }

  @Test
  void whatWasAppliedOnALostBatchIsAppliedToWhatTheStoreHolds() throws Exception {
    history.put("main", "t", "a");
    CommitRequest onA = history.commit("main").put("t", "c").request();
    store.shut();
    Future<?> lost = threads.submit(() -> history.put("main", "t", "b"));
    store.awaitWriter();
    Future<?> first = threads.submit(() -> history.put("main", "u", "v"));
    awaitQueued(1);
    Future<?> second = threads.submit(() -> lake.commit(onA));
    awaitQueued(2);
    store.failOnce(new OutOfMemoryError("injected"));
    store.open();

    assertThatThrownBy(lost::get)
        .hasCauseInstanceOf(VarveException.class)
        .hasMessageContaining("injected");
    first.get();
    second.get();
    assertThat(history.tables("main")).isEqualTo(History.tables("t", "c", "u", "v"));
    Wholeness.check(lake);
  }

  @Test
  void commitsOnWhatIsQueuedShareOneWrite() throws Exception {
    awaitThreads();
    store.shut();
    Future<?> first = threads.submit(() -> history.put("main", "first", "v"));
    store.awaitWriter();
    int before = store.writes.get();
    List<Future<?>> chain = queueChain();
    store.open();
    first.get();
    for (Future<?> commit : chain) {
      commit.get();
    }
    assertThat(store.writes.get() - before).as("the first, then the chain").isEqualTo(2);
    assertThat(history.tables("main")).containsEntry("t", "v3");
    assertThat(logOf("main")).hasSize(1 + 2 + 1 + chain.size());
  }

  @Test
  void aCommitOnOneThatIsLostFindsThatItsBaseIsNotThere() throws Exception {
    store.shut();
    CommitRequest request = on(Optional.empty(), "t", "lost");
    Future<?> lost = threads.submit(() -> lake.commit(request));
    store.awaitWriter();
    CommitRequest onLost = on(content("lost"), "t", "next");
    Future<?> next = threads.submit(() -> lake.commit(onLost));
    awaitQueued(1);
    store.failOnce(new OutOfMemoryError("injected"));
    store.open();

    assertThatThrownBy(lost::get).hasMessageContaining("injected");
    assertThatThrownBy(next::get).hasCauseInstanceOf(CommitConflictException.class);
    assertThat(history.tables("main")).isEmpty();
  }

  @Test
  void aCommitThatGetsNoPlaceIsNotSaidToHaveOne() {
    AtomicInteger queued = new AtomicInteger();
    CommitRequest request = history.commit("main").put("t", "v").request();
    lake.close();

    assertThatThrownBy(() -> lake.commit(request, queued::incrementAndGet))
        .isInstanceOf(VarveException.class);
    assertThat(queued).hasValue(0);
  }

  @Test
  void aCallbackThatFailsDoesNotStopTheWriter() {
    CommitRequest request = history.commit("main").put("t", "v").request();
    assertThatThrownBy(
            () ->
                lake.commit(
                    request,
                    () -> {
                      throw new IllegalStateException("injected");
                    }))
        .hasMessageContaining("injected");
    history.put("main", "u", "v");
    assertThat(history.tables("main")).containsEntry("u", "v");
  }

  /** Three commits to one key, each on what the one before will leave, while the store is shut. */
  private List<Future<?>> queueChain() throws Exception {
    List<Future<?>> chain = new ArrayList<>();
    Optional<Content> base = Optional.empty();
    for (int i = 1; i <= 3; i++) {
      CommitRequest request = on(base, "t", "v" + i);
      CountDownLatch queued = new CountDownLatch(1);
      chain.add(threads.submit(() -> lake.commit(request, queued::countDown)));
      queued.await();
      base = content("v" + i);
    }
    return chain;
  }

  private CommitRequest on(Optional<Content> base, String key, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return new CommitRequest(
        RefName.MAIN,
        CommitDetails.of("put " + value, History.ADA),
        List.of(new KeyChange.Put(History.key(key), base, ContentType.ICEBERG_TABLE, ID, bytes)));
  }

  private static Optional<Content> content(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return Optional.of(
        new Content(ContentType.ICEBERG_TABLE, ID, ObjectId.of(Value.encode(bytes))));
  }

  @Test
  void aRefusalIsNotAnsweredBeforeWhatItRestsOnIsDurable() throws Exception {
    CommitRequest absent = history.commit("main").put("t", "second").request();
    store.shut();
    Future<?> first = threads.submit(() -> history.put("main", "t", "first"));
    store.awaitWriter();
    Future<?> other = threads.submit(() -> history.put("main", "u", "v"));
    awaitQueued(1);
    Future<?> refused = threads.submit(() -> lake.commit(absent));
    awaitQueued(2);
    assertThat(refused.isDone()).isFalse();
    store.open();
    first.get();
    other.get();
    assertThatThrownBy(refused::get).hasCauseInstanceOf(CommitConflictException.class);
  }

  @Test
  void aWriteThatIsLargerThanAllThatMayWaitIsRefusedWithTheLimit() {
    catalog.close();
    catalog = open(new CatalogSettings(1 << 20, 1 << 20, 10, 5_000, 4_000, 1));
    history = new History(catalog.repository(RepositoryName.LAKE));
    history.put("main", "t", "v");
    assertThatThrownBy(() -> history.put("main", "t", "v".repeat(4_000)))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE))
        .hasMessageContaining("at most 4,000");
  }

  @Test
  void writesThatWaitAreBoundedInBytesToo() throws Exception {
    catalog.close();
    catalog = open(new CatalogSettings(1 << 20, 1 << 20, 10, 5_000, 5_000, 1));
    lake = catalog.repository(RepositoryName.LAKE);
    history = new History(lake);
    CommitRequest late = history.commit("main").put("late", "v".repeat(2_000)).request();
    store.shut();
    Future<?> first = threads.submit(() -> history.put("main", "t0", "v".repeat(2_000)));
    store.awaitWriter();
    Future<?> second = threads.submit(() -> history.put("main", "t1", "v".repeat(2_000)));
    awaitQueued(1);
    assertThatThrownBy(() -> lake.commit(late))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
    store.open();
    first.get();
    second.get();
    assertThat(history.tables("main")).containsOnlyKeys("t0", "t1");
  }

  @Test
  void aFullQueueRefusesOneMore() throws Exception {
    catalog.close();
    catalog = open(new CatalogSettings(1 << 20, 1 << 20, 2, 1 << 20, 1 << 20, 1));
    lake = catalog.repository(RepositoryName.LAKE);
    history = new History(lake);
    CommitRequest late = history.commit("main").put("late", "v").request();
    store.shut();
    List<Future<?>> waiting = new ArrayList<>();
    waiting.add(threads.submit(() -> history.put("main", "t0", "v")));
    store.awaitWriter();
    for (int i = 1; i < 3; i++) {
      String key = "t" + i;
      waiting.add(threads.submit(() -> history.put("main", key, "v")));
    }
    awaitQueued(2);
    assertThatThrownBy(() -> lake.commit(late))
        .isInstanceOfSatisfying(
            VarveException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BUSY);
              assertThat(e.code().category()).isEqualTo(ErrorCategory.LIMIT);
            });
    store.open();
    for (Future<?> write : waiting) {
      write.get();
    }
    assertThat(history.tables("main")).containsOnlyKeys("t0", "t1", "t2");
  }

  @Test
  void closingFinishesWhatWaitsAndRefusesTheRest() throws Exception {
    AtomicInteger done = new AtomicInteger();
    CountDownLatch started = new CountDownLatch(THREADS);
    List<Future<?>> writers = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      String key = "t" + thread;
      writers.add(
          threads.submit(
              () -> {
                for (int i = 0; ; i++) {
                  try {
                    history.put("main", key, "v" + i);
                    done.incrementAndGet();
                  } catch (VarveException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
                    return;
                  } finally {
                    started.countDown();
                  }
                }
              }));
    }
    started.await();
    lake.close();
    for (Future<?> writer : writers) {
      writer.get();
    }
    assertThat(logOf("main")).hasSize(1 + done.get());
    Wholeness.check(lake);
  }

  private void raiseUntilItHolds(ContentId table, String key) {
    while (true) {
      long at = lake.counter(table, "columns");
      CounterRaise raise = new CounterRaise(table, "columns", at, at + 1);
      try {
        history.commit("main").put(key, "v" + at).raise(raise).apply();
        return;
      } catch (VarveException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.ID_REUSED);
      }
    }
  }

  private interface ThreadBody {
    void run(int thread) throws Exception;
  }

  private void inParallel(ThreadBody body) throws Exception {
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      running.add(
          threads.submit(
              () -> {
                body.run(thread);
                return null;
              }));
    }
    for (Future<?> future : running) {
      future.get();
    }
  }

  /**
   * Waits until both of the pipeline's threads have done something. One that begins to run only
   * after others have queued looks at the queue at once, and may take a part of a batch.
   */
  private void awaitThreads() throws Exception {
    store.shut();
    Future<?> first = threads.submit(() -> history.put("main", "warm", "up"));
    store.awaitWriter();
    Future<?> second = threads.submit(() -> history.put("main", "warmer", "up"));
    awaitQueued(1);
    store.open();
    first.get();
    second.get();
  }

  private void awaitQueued(int count) {
    while (lake.queuedWrites() < count) {
      Thread.onSpinWait();
    }
  }

  private List<ObjectId> logOf(String branch) {
    List<ObjectId> ids = new ArrayList<>();
    lake.graph()
        .log(List.of(history.resolve(branch)), Ancestry.ALL)
        .forEachRemaining(commit -> ids.add(commit.id()));
    return ids;
  }

  private Catalog open(CatalogSettings settings) {
    return Catalog.open(store, settings, InstantSource.system());
  }

  /** Memory with a gate in front of its writes. */
  private static final class GatedStore implements Store {
    private final MemoryStore store = new MemoryStore();
    private final AtomicInteger writes = new AtomicInteger();
    private final Semaphore arrived = new Semaphore(0);
    private final Queue<Error> failures = new ConcurrentLinkedQueue<>();
    private volatile Error broken;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    void shut() {
      arrived.drainPermits();
      gate = new CountDownLatch(1);
    }

    void open() {
      gate.countDown();
    }

    void failOnce(Error failure) {
      failures.add(failure);
    }

    void awaitWriter() throws InterruptedException {
      arrived.acquire();
    }

    @Override
    public void write(List<Change> changes) {
      arrived.release();
      while (gate.getCount() > 0) {
        Thread.onSpinWait();
      }
      Error failure = failures.poll();
      if (failure != null) {
        throw failure;
      }
      if (broken != null) {
        throw broken;
      }
      store.write(changes);
      writes.incrementAndGet();
    }

    @Override
    public Optional<byte[]> get(Space space, byte[] key) {
      return store.get(space, key);
    }

    @Override
    public List<Pair> scan(Space space, byte[] from, byte[] to, int limit) {
      return store.scan(space, from, to, limit);
    }

    @Override
    public Snapshot snapshot() {
      return store.snapshot();
    }

    @Override
    public void close() {
      // Reopened with what it holds.
    }
  }
}
