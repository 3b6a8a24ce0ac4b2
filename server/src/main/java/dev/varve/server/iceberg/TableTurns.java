package dev.varve.server.iceberg;

import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.table.LoadedTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Lets the commits to one table go one after the other, in the order in which they came: of many
 * that are made at once on the same state, all but one would have to be made anew each time.
 *
 * <p>A turn may end as soon as its commit is queued. The next one is then made on the state that
 * this commit will leave, so that many share one write to the disk.
 *
 * <p>Commits that come another way are not held up; they make an attempt fail, which is then
 * repeated. Tables share turns by their names' hash, of which there are 256.
 */
final class TableTurns {
  private static final int TURNS = 256;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<ReentrantLock> turns =
      IntStream.range(0, TURNS).mapToObj(i -> new ReentrantLock(true)).toList();

  /** The newest state of each table that is queued; changed by whoever has the table's turn. */
  private final Map<Place, Queued> newest = new ConcurrentHashMap<>();

  private record Place(RepositoryName repository, String revision, TableIdentifier table) {
    Place(Target target, TableIdentifier table) {
      this(target.tables().repository().name(), target.revision(), table);
    }

    int turn() {
      return Math.floorMod(hashCode(), TURNS);
    }
  }

  /** A state, and when it is known whether it has come to be. */
  private record Queued(LoadedTable table, CompletableFuture<Void> known) {}

  /**
   * Commits to tables of one revision when it is their turn and all that was queued is durable.
   *
   * @throws VarveException {@code busy} if it does not come within 20 s
   */
  <T> T take(Target target, List<TableIdentifier> tables, Supplier<T> commit) {
    List<Place> places = tables.stream().map(table -> new Place(target, table)).toList();
    List<ReentrantLock> mine =
        places.stream()
            .map(Place::turn)
            .distinct()
            .sorted() // in one order, or two transactions could wait for one another
            .map(turns::get)
            .toList();
    List<ReentrantLock> held = new ArrayList<>();
    try {
      for (ReentrantLock turn : mine) {
        await(turn);
        held.add(turn);
      }
      places.forEach(this::awaitQueued);
      return commit.get();
    } finally {
      held.forEach(ReentrantLock::unlock);
    }
  }

  /**
   * Commits to one table when it is its turn, which ends when the commit is queued.
   *
   * @throws VarveException {@code busy} if it does not come within 20 s
   */
  <T> T takeInLine(Target target, TableIdentifier table, Function<Turn, T> commit) {
    Place place = new Place(target, table);
    ReentrantLock lock = turns.get(place.turn());
    await(lock);
    try (Turn turn = new Turn(place, lock)) {
      return commit.apply(turn);
    }
  }

  private void awaitQueued(Place place) {
    for (Queued last = newest.get(place); last != null; last = newest.get(place)) {
      last.known().join();
    }
  }

  /** The turn of one commit. For the thread that took it. */
  final class Turn implements AutoCloseable {
    private final Place place;
    private final ReentrantLock lock;
    private final CompletableFuture<Void> known = new CompletableFuture<>();
    private Optional<Queued> mine = Optional.empty();

    private Turn(Place place, ReentrantLock lock) {
      this.place = place;
      this.lock = lock;
    }

    /** The state that the commit before will leave, if that is not known to be durable yet. */
    Optional<LoadedTable> ahead() {
      return Optional.ofNullable(newest.get(place)).map(Queued::table);
    }

    /** Ends the turn: the next one begins on {@code table}, which is queued. */
    void pass(LoadedTable table) {
      mine = Optional.of(new Queued(table, known));
      newest.put(place, mine.get());
      lock.unlock();
    }

    boolean hasPassed() {
      return mine.isPresent();
    }

    /**
     * Says that it is known what became of the commit, and ends the turn if that is still to do.
     */
    @Override
    public void close() {
      mine.ifPresent(queued -> newest.remove(place, queued));
      known.complete(null);
      if (!hasPassed()) {
        lock.unlock();
      }
    }
  }

  private static void await(ReentrantLock turn) {
    try {
      if (turn.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new VarveException(
        ErrorCode.BUSY,
        "too many commits to this table are waiting",
        "nothing was written; retry in a moment");
  }
}
