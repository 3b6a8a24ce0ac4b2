package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.LinearizabilityChecker.Operation;
import dev.varve.catalog.LinearizabilityChecker.Step;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.RefMovedException;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.ReflogEntry;
import dev.varve.catalog.store.MemoryStore;
import dev.varve.catalog.store.RocksStore;
import dev.varve.catalog.store.Snapshot;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store;
import dev.varve.catalog.tree.Content;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Threads commit to two branches, move, delete, create, rename, publish and read them, one or both
 * at once, over a store whose writes fail now and then; what they saw must be that of some order of
 * these operations. The state of the model is where the branches stand that are there.
 */
class LinearizabilityTest {
  private static final int THREADS = 4;
  private static final int OPERATIONS_PER_THREAD = 12;
  private static final List<RefName> BRANCHES =
      List.of(RefName.parse("contended/a"), RefName.parse("contended/b"));

  private final AtomicLong clock = new AtomicLong();
  private final List<Operation<Heads>> operations = Collections.synchronizedList(new ArrayList<>());

  /** Those whose outcome only the reflog tells. */
  private final List<Unknown> unknown = Collections.synchronizedList(new ArrayList<>());

  @ParameterizedTest
  @MethodSource("dev.varve.testing.Seeds#forThisRun")
  void concurrentUpdatesOfBranchesAreLinearizable(long seed) throws Exception {
    requireLinearizable(seed, new MemoryStore());
  }

  @ParameterizedTest
  @MethodSource("dev.varve.testing.Seeds#forThisRun")
  void theyAreOverRocksDbToo(long seed, @TempDir Path directory) throws Exception {
    requireLinearizable(seed, new RocksStore(directory));
  }

  private void requireLinearizable(long seed, Store reliable) throws Exception {
    FlakyStore store = new FlakyStore(seed, reliable);
    try (Catalog catalog =
        Catalog.open(store, CatalogSettings.defaults(), InstantSource.system())) {
      Repository lake = catalog.create(RepositoryName.LAKE);
      ObjectId start = lake.refs().load(RefName.MAIN).commitId();
      store.flaky = true;
      run(seed, lake, start);
      store.flaky = false;
      resolveUnknown(lake);
      assertThat(LinearizabilityChecker.isLinearizable(operations, Heads.NONE))
          .as("the history of seed %d: %s", seed, textOf(operations))
          .isTrue();
      Wholeness.check(lake);
    }
  }

  @Test
  void aHistoryWithAStaleReadIsNotLinearizable() {
    RefName a = BRANCHES.get(0);
    Optional<ObjectId> made = Optional.of(ObjectId.of(new byte[] {1}));
    List<Operation<Heads>> history =
        List.of(
            new Operation<>("create", 0, 1, at -> at.move(a, Optional.empty(), made)),
            new Operation<>("read nothing", 2, 3, at -> at.seen(a, Optional.empty())));
    assertThat(LinearizabilityChecker.isLinearizable(history, Heads.NONE)).isFalse();
    List<Operation<Heads>> overlapping =
        List.of(
            history.get(0),
            new Operation<>("read nothing", 0, 3, at -> at.seen(a, Optional.empty())));
    assertThat(LinearizabilityChecker.isLinearizable(overlapping, Heads.NONE)).isTrue();
  }

  @Test
  void aHistoryInWhichHalfOfARenameIsSeenIsNotLinearizable() {
    RefName a = BRANCHES.get(0);
    RefName b = BRANCHES.get(1);
    Optional<ObjectId> made = Optional.of(ObjectId.of(new byte[] {1}));
    Heads both = Heads.NONE.with(a, made).with(b, made);
    List<Operation<Heads>> history =
        List.of(
            new Operation<>("create", 0, 1, at -> at.move(a, Optional.empty(), made)),
            new Operation<>(
                "rename",
                2,
                5,
                at ->
                    at.move(a, made, Optional.empty())
                        .flatMap(gone -> gone.move(b, Optional.empty(), made))),
            new Operation<>("read both", 3, 4, at -> at.is(both)));
    assertThat(LinearizabilityChecker.isLinearizable(history, Heads.NONE)).isFalse();
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

  /** Each operation has an author of its own, by whom the reflogs tell what it did. */
  private void resolveUnknown(Repository lake) {
    for (Unknown one : unknown) {
      Step<Heads> step = Optional::of;
      boolean done = false;
      for (RefName branch : BRANCHES) {
        for (ReflogEntry move : lake.refs().reflog(branch, 0, Integer.MAX_VALUE)) {
          if (move.who().equals(one.name)) {
            Step<Heads> others = step;
            step =
                at ->
                    others
                        .apply(at)
                        .flatMap(heads -> heads.move(branch, move.before(), move.after()));
            done = true;
          }
        }
      }
      if (done) {
        operations.add(new Operation<>(one.name + " done", one.invoked, Long.MAX_VALUE, step));
      }
    }
  }

  /** Where the branches stand that are there. */
  private record Heads(SortedMap<RefName, ObjectId> of) {
    static final Heads NONE = new Heads(new TreeMap<>(Comparator.comparing(RefName::text)));

    Optional<ObjectId> find(RefName branch) {
      return Optional.ofNullable(of.get(branch));
    }

    Heads with(RefName branch, Optional<ObjectId> head) {
      SortedMap<RefName, ObjectId> next = new TreeMap<>(of);
      head.ifPresentOrElse(there -> next.put(branch, there), () -> next.remove(branch));
      return new Heads(next);
    }

    /** Moves a branch that stands at {@code before}; empty if it does not. */
    Optional<Heads> move(RefName branch, Optional<ObjectId> before, Optional<ObjectId> after) {
      return find(branch).equals(before) ? Optional.of(with(branch, after)) : Optional.empty();
    }

    Optional<Heads> seen(RefName branch, Optional<ObjectId> head) {
      return move(branch, head, head);
    }

    Optional<Heads> is(Heads seen) {
      return equals(seen) ? Optional.of(this) : Optional.empty();
    }
  }

  private static String abbreviated(ObjectId id) {
    return id.toString().substring(0, 8);
  }

  private static String textOf(List<Operation<Heads>> history) {
    return history.stream().map(Operation::toString).collect(Collectors.joining("\n", "\n", ""));
  }

  private record Unknown(String name, long invoked) {}

  /** One thread: works from what it saw last, which may be old. */
  private final class Client implements Callable<Void> {
    private final String name;
    private final Random random;
    private final Repository lake;
    private final ObjectId start;
    private ObjectId last;

    /** What the operation that runs has to say of itself if the history makes no sense. */
    private String outcome;

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
        Author who = Author.named("%s.%d".formatted(name, i));
        RefName branch = BRANCHES.get(random.nextInt(2));
        RefName other = BRANCHES.get(1 - BRANCHES.indexOf(branch));
        switch (random.nextInt(14)) {
          case 0 -> perform(who, "delete " + branch, () -> delete(branch, who));
          case 1, 2 -> perform(who, "create " + branch, () -> create(branch, who));
          case 3 -> perform(who, "reset " + branch, () -> reset(branch, who));
          case 4 -> perform(who, "rename " + branch, () -> rename(branch, other, who));
          case 5 -> perform(who, "publish " + branch, () -> publish(branch, other, who));
          case 6, 7 -> perform(who, "read " + branch, () -> read(branch));
          case 8, 9 -> perform(who, "read all", this::readAll);
          default -> perform(who, "commit to " + branch, () -> commit(branch, who));
        }
      }
      return null;
    }

    private void perform(Author who, String what, Callable<Step<Heads>> call) {
      String from = abbreviated(last);
      long invoked = clock.getAndIncrement();
      try {
        outcome = "done";
        Step<Heads> step = call.call();
        long responded = clock.getAndIncrement();
        String text = "%s %s from %s: %s".formatted(who, what, from, outcome);
        operations.add(new Operation<>(text, invoked, responded, step));
      } catch (Exception e) {
        assertThat(e)
            .isInstanceOfSatisfying(
                VarveException.class,
                known -> assertThat(known.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN));
        unknown.add(new Unknown(who.toString(), invoked));
      }
    }

    private Step<Heads> read(RefName branch) {
      Optional<ObjectId> found = lake.refs().find(branch).map(Ref::commitId);
      last = found.orElse(last);
      outcome = found.map(LinearizabilityTest::abbreviated).orElse("none");
      return at -> at.seen(branch, found);
    }

    /** A list shows all branches at one moment. */
    private Step<Heads> readAll() {
      Heads found = Heads.NONE;
      for (Ref ref : lake.refs().list(RefKind.BRANCH, "contended/", Optional.empty(), 10)) {
        found = found.with(ref.name(), Optional.of(ref.commitId()));
      }
      Heads seen = found;
      outcome = found.toString();
      return at -> at.is(seen);
    }

    private Step<Heads> create(RefName branch, Author who) {
      ObjectId begin = last;
      return refusable(
          () -> {
            lake.createBranch(branch, begin, who, "create");
            return at -> at.move(branch, Optional.empty(), Optional.of(begin));
          },
          Map.of(branch, begin));
    }

    private Step<Heads> delete(RefName branch, Author who) {
      ObjectId expected = last;
      return refusable(
          () -> {
            lake.deleteRef(branch, RefKind.BRANCH, Optional.of(expected), who, "delete");
            return at -> at.move(branch, Optional.of(expected), Optional.empty());
          },
          Map.of(branch, expected));
    }

    private Step<Heads> reset(RefName branch, Author who) {
      ObjectId expected = last;
      return refusable(
          () -> {
            lake.reset(branch, start, Optional.of(expected), who, "reset");
            return at -> at.move(branch, Optional.of(expected), Optional.of(start));
          },
          Map.of(branch, expected));
    }

    private Step<Heads> rename(RefName from, RefName to, Author who) {
      return refusable(
          () -> {
            Optional<ObjectId> head = Optional.of(lake.renameBranch(from, to, who).commitId());
            return at ->
                at.move(from, head, Optional.empty())
                    .flatMap(gone -> gone.move(to, Optional.empty(), head));
          },
          Map.of());
    }

    private Step<Heads> publish(RefName scratch, RefName branch, Author who) {
      ObjectId from = last;
      ObjectId expected = lake.refs().find(branch).map(Ref::commitId).orElse(start);
      return refusable(
          () -> {
            lake.publish(new Ref(scratch, RefKind.BRANCH, from), branch, expected, who, "publish");
            return at ->
                at.move(scratch, Optional.of(from), Optional.empty())
                    .flatMap(gone -> gone.move(branch, Optional.of(expected), Optional.of(from)));
          },
          Map.of(scratch, from, branch, expected));
    }

    private Step<Heads> commit(RefName branch, Author who) {
      String key = "t" + random.nextInt(2);
      Optional<Content> expected = contentAt(last, key);
      CommitRequest request =
          new CommitRequest(
              branch,
              CommitDetails.of("change", who),
              List.of(History.change(key, expected, who.toString())));
      try {
        return refusable(
            () -> {
              CommitResult result = lake.commit(request);
              ObjectId made = result.commit().id();
              last = made;
              outcome = abbreviated(result.previousHead()) + " -> " + abbreviated(made);
              return at ->
                  contentAt(result.previousHead(), key).equals(expected)
                      ? at.move(branch, Optional.of(result.previousHead()), Optional.of(made))
                      : Optional.empty();
            },
            Map.of(branch, last));
      } catch (CommitConflictException e) {
        outcome = e.getMessage();
        return at ->
            at.find(branch).filter(head -> contentAt(head, key).equals(e.found())).map(head -> at);
      }
    }

    /**
     * Performs a call, or says of which states its refusal is true.
     *
     * @param expected where the call says that branches stand
     */
    private Step<Heads> refusable(Callable<Step<Heads>> call, Map<RefName, ObjectId> expected) {
      try {
        return call.call();
      } catch (CommitConflictException e) {
        throw e;
      } catch (RefMovedException e) {
        outcome = e.getMessage();
        return at ->
            expected.entrySet().stream()
                    .anyMatch(
                        it ->
                            at.find(it.getKey())
                                .filter(head -> !head.equals(it.getValue()))
                                .isPresent())
                ? Optional.of(at)
                : Optional.empty();
      } catch (VarveException e) {
        outcome = e.getMessage();
        return switch (e.code()) {
          case REF_EXISTS -> at -> at.find(refOf(e)).map(head -> at);
          case REF_NOT_FOUND -> at -> at.seen(refOf(e), Optional.empty());
          default -> throw e;
        };
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    private static RefName refOf(VarveException e) {
      return RefName.parse(e.details().get("ref"));
    }

    private Optional<Content> contentAt(ObjectId commit, String key) {
      return lake.tree(commit).get(History.key(key));
    }
  }

  /** A store of which one write in ten fails, half of these after it was done. */
  private static final class FlakyStore implements Store {
    private final Store store;
    private final Random random;
    private volatile boolean flaky;

    FlakyStore(long seed, Store store) {
      this.store = store;
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
