package dev.varve.server.iceberg;

import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Lets the commits to one table go one after the other, in the order in which they came: of many
 * that are made at once on the same state, all but one would have to be made anew each time.
 *
 * <p>Commits that come another way are not held up; they make an attempt fail, which is then
 * repeated. Tables share turns by their names' hash, of which there are 256.
 */
final class TableTurns {
  private static final int TURNS = 256;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<ReentrantLock> turns =
      IntStream.range(0, TURNS).mapToObj(i -> new ReentrantLock(true)).toList();

  /**
   * Commits to tables of one revision when it is their turn.
   *
   * @throws VarveException {@code busy} if it does not come within 20 s
   */
  <T> T take(Target target, List<TableIdentifier> tables, Supplier<T> commit) {
    RepositoryName repository = target.tables().repository().name();
    List<ReentrantLock> mine =
        tables.stream()
            .map(table -> Objects.hash(repository, target.revision(), table))
            .map(hash -> Math.floorMod(hash, TURNS))
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
      return commit.get();
    } finally {
      held.forEach(ReentrantLock::unlock);
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
