package dev.varve.spark;

import dev.varve.client.CommitOptions;
import dev.varve.client.Merges;
import dev.varve.client.Merges.ConflictOptions;
import dev.varve.client.Merges.KeptConflict;
import dev.varve.client.Merges.Mode;
import dev.varve.client.Merges.OpenConflict;
import dev.varve.client.Merges.Outcome;
import dev.varve.client.Merges.Prepared;
import dev.varve.client.Merges.Publication;
import dev.varve.client.Merges.Published;
import dev.varve.client.Merges.Report;
import dev.varve.client.Merges.Run;
import dev.varve.client.RemoteRepository;
import dev.varve.client.VarveException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.Table;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Merge, cherry-pick, revert and diff whose rows are compared by Spark.
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

  /**
   * Undoes one commit on a branch and keeps the later ones.
   *
   * @param mainline for a merge commit, the number (from 1) of the parent to go back to
   * @throws dev.varve.client.VarveException if the server refuses; nothing was undone
   */
  public SparkMerge revert(
      String commit,
      String branch,
      Optional<Long> mainline,
      CommitOptions options,
      ConflictOptions conflicts) {
    ConflictOptions here = here(conflicts);
    return run(run -> merges.revert(commit, branch, mainline, run, options, here), options);
  }

  /**
   * Repeats one commit's change on a branch.
   *
   * @param mainline for a merge commit, the number (from 1) of the parent to compare it with
   * @throws dev.varve.client.VarveException if the server refuses; nothing was repeated
   */
  public SparkMerge cherryPick(
      String commit,
      String onto,
      Optional<Long> mainline,
      CommitOptions options,
      ConflictOptions conflicts) {
    ConflictOptions here = here(conflicts);
    return run(run -> merges.cherryPick(commit, onto, mainline, run, options, here), options);
  }

  /**
   * The rows by which a table differs between two revisions: {@code kind} (added, removed or
   * changed), and {@code before} and {@code after}, whole rows in the columns of the later
   * revision. Only files that differ are read, when the result is.
   *
   * @param table as Varve writes it, such as {@code sales.orders}
   * @throws IllegalArgumentException if a column has a type that Spark lacks, or a file with one
   *     that was dropped cannot be read for it
   */
  public Dataset<Row> diff(String table, String from, String to) {
    return diff(table, from, table, to);
  }

  /**
   * As above, of a table that was renamed in between.
   *
   * @param was its name at the revision {@code from}
   */
  public Dataset<Row> diff(String was, String from, String table, String to) {
    Table before = new RevisionTables(spark, repository, from).load(was);
    Table after = new RevisionTables(spark, repository, to).load(table);
    return RowDiff.between(spark, before, after);
  }

  /**
   * Does what is left to another engine on a prepared merge, and publishes it. What is in conflict
   * is kept on it, to be resolved; then it is finished by another call, which goes by what was
   * said. If it fails, what was prepared and said is still there.
   *
   * @param name such as {@code merge/1}
   * @throws dev.varve.client.VarveException if there is none of this name
   */
  public SparkMerge finish(String name, CommitOptions who) {
    return onSpark(merges.prepared(name), Optional.empty(), who);
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
    Report prepared = verb.apply(Run.PREPARE);
    if (prepared.prepared().isEmpty()) {
      return SparkMerge.of(prepared);
    }
    try {
      return onSpark(prepared.prepared().get(), Optional.of(prepared), who);
    } catch (RuntimeException e) {
      abandon(prepared.prepared().get(), who, e);
      throw e;
    }
  }

  private SparkMerge onSpark(Prepared prepared, Optional<Report> first, CommitOptions who) {
    Prepared waits = prepared;
    Optional<Report> report = first;
    int moved = 0;
    while (moved < ATTEMPTS) {
      List<KeptConflict> left = compare(waits);
      if (!left.isEmpty()) {
        return SparkMerge.conflicted(waits.name(), report, left);
      }
      if (waits.state().equals("conflicted")) {
        Report finished = merges.finish(waits.name(), who);
        report = Optional.of(finished);
        if (finished.prepared().isEmpty()) {
          return SparkMerge.of(finished);
        }
        waits = finished.prepared().get();
        if (finished.outcome() == Outcome.CONFLICTED) {
          continue; // The next step of a rebase.
        }
      }
      Publication publication = merges.publish(waits.name(), who);
      if (publication.outcome() == Published.UP_TO_DATE) {
        return SparkMerge.upToDate(report);
      }
      if (publication.outcome() == Published.PUBLISHED) {
        return SparkMerge.merged(report, publication.commit());
      }
      moved++;
      report = publication.merge();
      waits = report.flatMap(Report::prepared).orElseThrow();
    }
    throw new IllegalStateException(
        "the branch moved %d times while it was merged into; what was prepared last is '%s'"
            .formatted(ATTEMPTS, waits.name()));
  }

  /** Does the tasks of a prepared merge; what is in the way then. */
  private List<KeptConflict> compare(Prepared prepared) {
    new PreparedTasks(spark, repository, prepared).run(prepared.conflicts());
    return merges.conflicts(prepared.name()).stream()
        .filter(conflict -> conflict.open() > 0)
        .map(OpenConflict::conflict)
        .toList();
  }

  private void abandon(Prepared prepared, CommitOptions who, RuntimeException why) {
    try {
      merges.abandon(prepared.name(), who);
    } catch (VarveException unreachable) {
      why.addSuppressed(unreachable);
    }
  }
}
