package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.LinearizabilityChecker.Operation;
import dev.varve.catalog.LinearizabilityChecker.Step;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.RefMovedException;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.ReflogEntry;
import dev.varve.catalog.store.MemoryStore;
import dev.varve.catalog.store.Snapshot;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store;
import dev.varve.catalog.tree.Content;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Threads commit to one branch, move it, delete it, create it again and read it, over a store whose
 * writes fail now and then; what they saw must be that of some order of these operations. The state
 * of the model is where the branch stands, empty if it is not there.
 */
class LinearizabilityTest {
  private static final int THREADS = 4;
  private static final int OPERATIONS_PER_THREAD = 12;
  private static final RefName BRANCH = RefName.parse("contended");

  private final AtomicLong clock = new AtomicLong();
  private final List<Operation<Optional<ObjectId>>> operations =
      Collections.synchronizedList(new ArrayList<>());

  /** Those whose outcome only the reflog tells. */
  private final List<Unknown> unknown = Collections.synchronizedList(new ArrayList<>());

  @ParameterizedTest
  @MethodSource("dev.varve.testing.Seeds#forThisRun")
  void concurrentUpdatesOfABranchAreLinearizable(long seed) throws Exception {
    FlakyStore store = new FlakyStore(seed);
    try (Catalog catalog =
        Catalog.open(store, CatalogSettings.defaults(), InstantSource.system())) {
      Repository lake = catalog.create(RepositoryName.LAKE);
      ObjectId start = lake.refs().load(RefName.MAIN).commitId();
      store.flaky = true;
      run(seed, lake, start);
      store.flaky = false;
      resolveUnknown(lake);
      assertThat(LinearizabilityChecker.isLinearizable(operations, Optional.<ObjectId>empty()))
          .as("the history of seed %d: %s", seed, operations)
          .isTrue();
      Wholeness.check(lake);
    }
  }

  @Test
  void aHistoryWithAStaleReadIsNotLinearizable() {
    ObjectId a = ObjectId.of(new byte[] {1});
    List<Operation<Optional<ObjectId>>> history =
        List.of(
            new Operation<>("create", 0, 1, at -> moved(at, Optional.empty(), Optional.of(a))),
            new Operation<>("read nothing", 2, 3, at -> seen(at, Optional.empty())));
    assertThat(LinearizabilityChecker.isLinearizable(history, Optional.<ObjectId>empty()))
        .isFalse();
    List<Operation<Optional<ObjectId>>> overlapping =
        List.of(
            history.get(0),
            new Operation<>("read nothing", 0, 3, at -> seen(at, Optional.empty())));
    assertThat(LinearizabilityChecker.isLinearizable(overlapping, Optional.<ObjectId>empty()))
        .isTrue();
  }

  private void run(long seed, Repository lake, ObjectId start) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Void>> clients = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Client client = new Client("c" + i, new Random(seed * THREADS + i), lake, start);
        clients.add(client);
      }
      for (Future<Void> client : threads.invokeAll(clients)) {
        client.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void resolveUnknown(Repository lake) {
    List<ReflogEntry> moves = lake.refs().reflog(BRANCH, 0, Integer.MAX_VALUE);
    for (Unknown one : unknown) {
      for (ReflogEntry move : moves) {
        if (move.why().endsWith(one.name)) {
          Step<Optional<ObjectId>> step = at -> moved(at, move.before(), move.after());
          operations.add(new Operation<>(one.name + " done", one.invoked, Long.MAX_VALUE, step));
        }
      }
    }
  }

  private static Optional<Optional<ObjectId>> moved(
      Optional<ObjectId> at, Optional<ObjectId> before, Optional<ObjectId> after) {
    return at.equals(before) ? Optional.of(after) : Optional.empty();
  }

  private static Optional<Optional<ObjectId>> seen(
      Optional<ObjectId> at, Optional<ObjectId> expected) {
    return moved(at, expected, expected);
  }

  private record Unknown(String name, long invoked) {}

  /** One thread: works from what it saw last, which may be old. */
  private final class Client implements Callable<Void> {
    private final String name;
    private final Random random;
    private final Repository lake;
    private final ObjectId start;
    private ObjectId last;

    Client(String name, Random random, Repository lake, ObjectId start) {
      this.name = name;
      this.random = random;
      this.lake = lake;
      this.start = start;
      this.last = start;
    }

    @Override
    public Void call() {
      for (int i = 0; i < OPERATIONS_PER_THREAD; i++) {
        String operation = "%s.%d.".formatted(name, i);
        switch (random.nextInt(10)) {
          case 0 -> perform(operation, () -> delete(operation));
          case 1, 2 -> perform(operation, () -> create(operation));
          case 3 -> perform(operation, () -> reset(operation));
          case 4, 5, 6 -> perform(operation, this::read);
          default -> perform(operation, () -> commit(operation));
        }
      }
      return null;
    }

    private void perform(String operation, Callable<Step<Optional<ObjectId>>> call) {
      long invoked = clock.getAndIncrement();
      try {
        Step<Optional<ObjectId>> step = call.call();
        operations.add(new Operation<>(operation, invoked, clock.getAndIncrement(), step));
      } catch (Exception e) {
        assertThat(e)
            .isInstanceOfSatisfying(
                VarveException.class,
                known -> assertThat(known.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN));
        unknown.add(new Unknown(operation, invoked));
      }
    }

    private Step<Optional<ObjectId>> read() {
      Optional<ObjectId> found = lake.refs().find(BRANCH).map(Ref::commitId);
      last = found.orElse(last);
      return at -> seen(at, found);
    }

    private Step<Optional<ObjectId>> create(String operation) {
      ObjectId begin = last;
      return refusable(
          () -> {
            lake.createBranch(BRANCH, begin, History.ADA, operation);
            return at -> moved(at, Optional.empty(), Optional.of(begin));
          },
          begin);
    }

    private Step<Optional<ObjectId>> delete(String operation) {
      ObjectId expected = last;
      return refusable(
          () -> {
            lake.deleteRef(BRANCH, RefKind.BRANCH, Optional.of(expected), History.ADA, operation);
            return at -> moved(at, Optional.of(expected), Optional.empty());
          },
          expected);
    }

    private Step<Optional<ObjectId>> reset(String operation) {
      ObjectId expected = last;
      return refusable(
          () -> {
            lake.reset(BRANCH, start, Optional.of(expected), History.ADA, operation);
            return at -> moved(at, Optional.of(expected), Optional.of(start));
          },
          expected);
    }

    private Step<Optional<ObjectId>> commit(String operation) {
      String key = "t" + random.nextInt(2);
      Optional<Content> expected = contentAt(last, key);
      CommitRequest request =
          new CommitRequest(
              BRANCH,
              CommitDetails.of(operation, History.ADA),
              List.of(History.change(key, expected, operation)));
      return refusable(
          () -> {
            CommitResult result = lake.commit(request);
            ObjectId made = result.commit().id();
            last = made;
            return at ->
                contentAt(result.previousHead(), key).equals(expected)
                    ? moved(at, Optional.of(result.previousHead()), Optional.of(made))
                    : Optional.empty();
          },
          last,
          key);
    }

    private Step<Optional<ObjectId>> refusable(
        Callable<Step<Optional<ObjectId>>> call, ObjectId expected) {
      return refusable(call, expected, "");
    }

    /** Performs a call, or says of which states its refusal is true. */
    private Step<Optional<ObjectId>> refusable(
        Callable<Step<Optional<ObjectId>>> call, ObjectId expected, String key) {
      try {
        return call.call();
      } catch (CommitConflictException e) {
        return at ->
            at.filter(head -> contentAt(head, key).equals(e.found())).isPresent()
                ? Optional.of(at)
                : Optional.empty();
      } catch (RefMovedException e) {
        return at ->
            at.isPresent() && !at.get().equals(expected) ? Optional.of(at) : Optional.empty();
      } catch (VarveException e) {
        return switch (e.code()) {
          case REF_EXISTS -> at -> at.isPresent() ? Optional.of(at) : Optional.empty();
          case REF_NOT_FOUND -> at -> seen(at, Optional.empty());
          default -> throw e;
        };
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    private Optional<Content> contentAt(ObjectId commit, String key) {
      return lake.tree(commit).get(History.key(key));
    }
  }

  /** A store of which one write in ten fails, half of these after it was done. */
  private static final class FlakyStore implements Store {
    private final MemoryStore store = new MemoryStore();
    private final Random random;
    private volatile boolean flaky;

    FlakyStore(long seed) {
      random = new Random(seed);
    }

    @Override
    public void write(List<Change> changes) {
      int chance = flaky ? random.nextInt(20) : 20;
      if (chance == 0) {
        throw failure();
      }
      store.write(changes);
      if (chance == 1) {
        throw failure();
      }
    }

    private static VarveException failure() {
      return new VarveException(ErrorCode.OUTCOME_UNKNOWN, "injected", "read the reflog");
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
      store.close();
    }
  }
}
