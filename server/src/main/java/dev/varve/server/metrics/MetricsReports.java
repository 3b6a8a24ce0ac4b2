package dev.varve.server.metrics;

import dev.varve.catalog.CacheStatistics;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.tree.ContentId;
import dev.varve.server.recent.RecentEntries;
import java.io.Closeable;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The newest reports that engines sent of their scans and commits, by table.
 *
 * <p>Served from memory, within bounds of reports per table and of bytes over all tables; the
 * tables that were reported on least lately go first. Written to disk too, so that they are there
 * again after a restart. Safe for use by many threads.
 */
public final class MetricsReports implements Closeable {

  /** How many reports of one table are kept. */
  public static final int PER_TABLE = 50;

  /** A report that is longer is not kept. */
  static final int MOST_BYTES = 64 << 10;

  private static final int BYTES_OVER_ALL = 32 << 20;
  private static final long BYTES_ON_DISK = 64 << 20;
  private static final int BYTES_AROUND = 128;

  private final RecentEntries<Table, Deque<Report>> tables =
      new RecentEntries<>(BYTES_OVER_ALL, (table, reports) -> weight(reports));

  private final ReportLog log;

  private MetricsReports(Path directory) {
    this.log = ReportLog.open(directory, BYTES_ON_DISK / 2, this::remember);
  }

  /** The reports in a directory, which is made if it is not there. */
  public static MetricsReports open(Path directory) {
    return new MetricsReports(directory);
  }

  private record Table(RepositoryName repository, ContentId id) {}

  /**
   * What an engine said of one scan or commit.
   *
   * @param time when it came in
   * @param revision the branch or other revision that it was about, as the engine's catalog names
   *     it
   * @param engine the author that a commit of this engine would have
   * @param json Iceberg's report, with its kind as {@code report-type}
   */
  public record Report(Instant time, String revision, String engine, String json) {}

  /** Keeps a report of a table, and lets its oldest go. */
  public void keep(RepositoryName repository, ContentId table, Report report) {
    if (report.json().length() > MOST_BYTES) {
      return;
    }
    remember(repository, table, report);
    log.append(repository, table, report);
  }

  private void remember(RepositoryName repository, ContentId table, Report report) {
    tables.merge(
        new Table(repository, table),
        new ArrayDeque<>(List.of(report)),
        (before, added) -> {
          Deque<Report> all = new ArrayDeque<>(before);
          all.addAll(added);
          if (all.size() > PER_TABLE) {
            all.removeFirst();
          }
          return all;
        });
  }

  /** The reports of a table under any of its names and on any branch, the newest first. */
  public List<Report> of(RepositoryName repository, ContentId table) {
    List<Report> newestFirst = new ArrayList<>();
    tables
        .find(new Table(repository, table))
        .ifPresent(kept -> kept.descendingIterator().forEachRemaining(newestFirst::add));
    return newestFirst;
  }

  /** What the cache of reports did and holds. */
  public CacheStatistics cacheStatistics() {
    return tables.statistics();
  }

  /** Closes the files. */
  @Override
  public void close() {
    log.close();
  }

  private static long weight(Deque<Report> reports) {
    return reports.stream().mapToLong(report -> BYTES_AROUND + report.json().length()).sum();
  }
}
