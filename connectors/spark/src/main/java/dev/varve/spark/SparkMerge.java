package dev.varve.spark;

import dev.varve.client.Commit;
import dev.varve.client.Merges.Conflict;
import dev.varve.client.Merges.KeptConflict;
import dev.varve.client.Merges.Outcome;
import dev.varve.client.Merges.Report;
import java.util.List;
import java.util.Optional;

/**
 * What came of a merge, cherry-pick or revert.
 *
 * @param commit where the branch stands now; empty if it did not move
 * @param report what the server said of it last
 * @param conflicts what stands in the way; empty unless conflicted
 * @param prepared the branch where tables of the conflicts are: resolve them, then {@linkplain
 *     VarveSpark#finish finish} it, or abandon it
 */
public record SparkMerge(
    Outcome outcome,
    Optional<Commit> commit,
    Optional<Report> report,
    List<KeptConflict> conflicts,
    Optional<String> prepared) {
  /** The server's code for a table whose rows another engine is to merge. */
  static final String ELSEWHERE = "rows-elsewhere";

  public SparkMerge {
    conflicts = List.copyOf(conflicts);
  }

  static SparkMerge of(Report report) {
    return new SparkMerge(
        report.outcome(),
        report.commit(),
        Optional.of(report),
        report.conflicts().stream().map(SparkMerge::kept).toList(),
        Optional.empty());
  }

  static SparkMerge merged(Optional<Report> report, Optional<Commit> commit) {
    return new SparkMerge(Outcome.MERGED, commit, report, List.of(), Optional.empty());
  }

  static SparkMerge upToDate(Optional<Report> report) {
    return new SparkMerge(
        Outcome.UP_TO_DATE, Optional.empty(), report, List.of(), Optional.empty());
  }

  static SparkMerge conflicted(String prepared, Optional<Report> report, List<KeptConflict> left) {
    return new SparkMerge(
        Outcome.CONFLICTED, Optional.empty(), report, left, Optional.of(prepared));
  }

  private static KeptConflict kept(Conflict conflict) {
    return new KeptConflict(
        conflict.table(),
        conflict.code(),
        conflict.message(),
        conflict.hint(),
        conflict.details(),
        Optional.empty(),
        conflict.rows().map(rows -> rows.count()).orElse(0L),
        Optional.empty(),
        Optional.empty());
  }
}
