package dev.varve.spark;

import dev.varve.client.CommitOptions;
import dev.varve.client.Merges;
import dev.varve.client.Merges.ConflictOptions;
import dev.varve.client.Merges.KeptConflict;
import dev.varve.client.Merges.Mode;
import dev.varve.client.Merges.Outcome;
import dev.varve.client.Merges.Prepared;
import dev.varve.client.Merges.Publication;
import dev.varve.client.Merges.Published;
import dev.varve.client.Merges.Report;
import dev.varve.client.Merges.Run;
import dev.varve.client.RemoteRepository;
import dev.varve.client.VarveException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;

/**
 * Merge, cherry-pick and revert whose rows are compared by Spark.
 *
 * <pre>{@code
 * RemoteRepository lake = VarveClient.connect(url).repository("lake");
 * SparkMerge done = VarveSpark.of(spark, lake).merge("experiment", "main");
 * }</pre>
 *
 * <p>The server plans, as it does for itself, and makes the commit. What it can decide without
 * comparing rows it decides; tables whose rows are to be compared are compared here. Each call is
 * one commit or none.
 */
public final class VarveSpark {
  /** How often a merge is made again because the branch moved meanwhile. */
  private static final int ATTEMPTS = 5;

  private final SparkSession spark;
  private final RemoteRepository repository;
  private final Merges merges;

  private VarveSpark(SparkSession spark, RemoteRepository repository) {
    this.spark = spark;
    this.repository = repository;
    this.merges = repository.merges();
  }

  /** Merges in a repository, on a session with Iceberg's runtime on its class path. */
  public static VarveSpark of(SparkSession spark, RemoteRepository repository) {
    return new VarveSpark(spark, repository);
  }

  /** Merges the revision {@code from} into the branch {@code into}; conflicts end it. */
  public SparkMerge merge(String from, String into) {
    return merge(from, into, Mode.AUTO, CommitOptions.NONE, ConflictOptions.NONE);
  }

  /**
   * As above.
   *
   * @param conflicts who wins; its row limit says how many bytes of a table the server compares
   *     itself, none if it is empty. Rules are read as Spark SQL
   * @throws dev.varve.client.VarveException if the server refuses; nothing was merged
   */
  public SparkMerge merge(
      String from, String into, Mode mode, CommitOptions options, ConflictOptions conflicts) {
    ConflictOptions here = here(conflicts);
    return run(run -> merges.merge(from, into, mode, run, options, here), options);
  }

  private static ConflictOptions here(ConflictOptions conflicts) {
    return conflicts.rowLimit().isPresent() ? conflicts : conflicts.withRowLimit(0);
  }

  private SparkMerge run(Function<Run, Report> verb, CommitOptions who) {
    Report report = verb.apply(Run.REAL);
    if (report.outcome() != Outcome.CONFLICTED
        || report.conflicts().stream().noneMatch(it -> it.code().equals(SparkMerge.ELSEWHERE))) {
      return SparkMerge.of(report);
    }
    return onSpark(verb.apply(Run.PREPARE), who);
  }

  private SparkMerge onSpark(Report prepared, CommitOptions who) {
    Report report = prepared;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (report.prepared().isEmpty()) {
        return SparkMerge.of(report);
      }
      Prepared waits = report.prepared().get();
      List<KeptConflict> left = compareOrAbandon(waits, who);
      if (!left.isEmpty()) {
        return SparkMerge.conflicted(report, left);
      }
      if (waits.state().equals("conflicted")) {
        report = merges.finish(waits.name(), who);
        if (report.outcome() == Outcome.CONFLICTED) {
          continue;
        }
      }
      Publication publication = merges.publish(waits.name(), who);
      if (publication.outcome() == Published.PUBLISHED) {
        return SparkMerge.merged(report, publication.commit());
      }
      report = publication.merge().orElseThrow();
    }
    throw new IllegalStateException(
        "the branch moved %d times while it was merged into; what was prepared last is '%s'"
            .formatted(ATTEMPTS, report.prepared().map(Prepared::name).orElse("")));
  }

  private List<KeptConflict> compareOrAbandon(Prepared prepared, CommitOptions who) {
    try {
      return compare(prepared);
    } catch (RuntimeException e) {
      try {
        merges.abandon(prepared.name(), who);
      } catch (VarveException unreachable) {
        e.addSuppressed(unreachable);
      }
      throw e;
    }
  }

  /** Does the tasks of a prepared merge; what it gives is in the way. */
  private List<KeptConflict> compare(Prepared prepared) {
    PreparedTables tables = new PreparedTables(spark, repository, prepared.name());
    List<KeptConflict> left = new ArrayList<>();
    for (KeptConflict conflict : prepared.conflicts()) {
      if (conflict.task().isEmpty()) {
        left.add(conflict);
      } else if (left.isEmpty()) {
        compare(tables, conflict).ifPresent(left::add);
      }
    }
    return left;
  }

  private Optional<KeptConflict> compare(PreparedTables tables, KeptConflict conflict) {
    List<KeptConflict> found = new ArrayList<>();
    String list = conflict.rows().orElseThrow();
    Optional<String> unclear =
        new RowMerge(
                spark,
                tables.load(conflict.table()),
                TaskFiles.of(tables.read(list)),
                conflict.task().orElseThrow())
            .merge(
                (rows, count) -> {
                  String kept = list + "_rows";
                  tables.write(kept, rows);
                  found.add(
                      new KeptConflict(
                          conflict.table(),
                          "rows-conflict",
                          "%d cells or rows of '%s' were changed differently on both sides"
                              .formatted(count, conflict.table()),
                          Optional.of("see them in '" + kept + "' of '" + tables.branch() + "'"),
                          Optional.of(kept),
                          count,
                          Optional.empty()));
                });
    unclear.ifPresent(
        why ->
            found.add(
                new KeptConflict(
                    conflict.table(),
                    "row-keys-unclear",
                    "cannot merge '%s': %s".formatted(conflict.table(), why),
                    Optional.of("leave one row of each key, then merge again"),
                    Optional.empty(),
                    0,
                    Optional.empty())));
    return found.stream().findFirst();
  }
}
