package dev.varve.server.iceberg;

import dev.varve.catalog.CacheStatistics;
import dev.varve.server.recent.RecentEntries;
import dev.varve.server.settings.Size;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.exceptions.NoSuchPlanTaskException;

/**
 * Scans that were planned and whose files a client has yet to fetch, in parts.
 *
 * <p>They are held in memory, within a bound over all clients, until ten minutes after the last
 * part was fetched; the least used go first. Safe for use by many threads.
 */
final class Plans {

  /** What is held for all clients together, and the most that one of them can ask for. */
  static final Size MOST = Size.ofMib(128);

  /** How many files an answer carries. */
  static final int PART = 2000;

  private static final Duration KEPT = Duration.ofMinutes(10);

  private final RecentEntries<UUID, Plan> plans;

  Plans() {
    this(MOST.bytes());
  }

  /**
   * @param bytes what may be held
   */
  Plans(long bytes) {
    plans =
        new RecentEntries<>(
            bytes,
            KEPT,
            RecentEntries.Age.SINCE_USE,
            (id, plan) -> plan.bytes(),
            InstantSource.system());
  }

  /**
   * A planned scan.
   *
   * @param table the table's uuid
   * @param files those to be read, with the deletes that apply
   * @param bytes what the files take in memory, about
   */
  record Plan(
      String table, List<FileScanTask> files, long bytes, Map<Integer, PartitionSpec> specs) {

    /** The files of one part, counted from 0. */
    List<FileScanTask> part(int number) {
      int from = number * PART;
      return files.subList(from, Math.min(from + PART, files.size()));
    }

    int parts() {
      return (files.size() + PART - 1) / PART;
    }
  }

  /** Holds a plan for its client, and gives it an id. */
  UUID hold(Plan plan) {
    UUID id = UUID.randomUUID();
    plans.put(id, plan);
    return id;
  }

  /** The plan of this id, if it is held and is one of this table. */
  Optional<Plan> find(String id, String table) {
    try {
      return plans.find(UUID.fromString(id)).filter(plan -> plan.table().equals(table));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Lets a plan go. */
  void forget(String id) {
    plans.remove(UUID.fromString(id));
  }

  /** What became of the plans; a hit is a part that was fetched. */
  CacheStatistics statistics() {
    return plans.statistics();
  }

  /** The names under which a client fetches all parts but the first. */
  static List<String> tasks(UUID id, Plan plan) {
    return IntStream.range(1, plan.parts()).mapToObj(part -> id + "." + part).toList();
  }

  /**
   * The files of a part, and the plan that it is of.
   *
   * @throws NoSuchPlanTaskException if the plan is not held any more
   */
  Part fetch(String task, String table) {
    int dot = task.indexOf('.');
    try {
      Plan plan = find(task.substring(0, Math.max(dot, 0)), table).orElseThrow(() -> gone(task));
      return new Part(plan, plan.part(Integer.parseInt(task.substring(dot + 1))));
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw gone(task);
    }
  }

  /** A part of a plan. */
  record Part(Plan plan, List<FileScanTask> files) {}

  private static NoSuchPlanTaskException gone(String task) {
    return new NoSuchPlanTaskException(
        "there is no plan task '%s': plans are kept for %d minutes; plan the scan again",
        task, KEPT.toMinutes());
  }
}
