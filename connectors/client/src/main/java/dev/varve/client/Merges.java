package dev.varve.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * Joins histories. Every call either does all of its work or nothing, and a dry run answers what
 * the real one would do.
 */
public final class Merges {
  private final RemoteRepository repository;

  Merges(RemoteRepository repository) {
    this.repository = repository;
  }

  /** How a merge may end. */
  public enum Mode {
    /** A fast-forward where possible, else a merge commit. */
    AUTO,
    /** A merge commit in any case. */
    NO_FF,
    /** A fast-forward, or nothing. */
    FF_ONLY,
    /** One ordinary commit with all changes and a single parent. */
    SQUASH
  }

  /** Whether to do it or only to tell what would be done. */
  public enum Run {
    REAL,
    DRY
  }

  /** The ways in which such a call ends without an error. */
  public enum Outcome {
    FAST_FORWARDED,
    MERGED,
    UP_TO_DATE,
    /** Both sides changed one thing; nothing was written. */
    CONFLICTED
  }

  /**
   * What was done, or would be.
   *
   * @param base the merge base's id
   * @param ours the id of the commit that the branch stood at
   * @param theirs the id of the commit that was merged into it
   * @param commit the commit that the branch stands at now; empty if it did not move
   * @param tables the tables concerned, and how each was merged
   * @param conflicts what stands in the way; empty unless conflicted
   */
  public record Report(
      Outcome outcome,
      boolean dryRun,
      Optional<String> base,
      Optional<String> ours,
      Optional<String> theirs,
      Optional<Commit> commit,
      List<TableMerge> tables,
      List<Conflict> conflicts) {}

  /**
   * How one table was merged.
   *
   * @param level the cheapest way that was exact: {@code pointer}, {@code metadata}, {@code files}
   *     or {@code rows}
   * @param action {@code ours}, {@code theirs}, {@code merged}, {@code added} or {@code removed}
   * @param detail what that means in files and rows, as a sentence
   */
  public record TableMerge(String table, String level, String action, Optional<String> detail) {}

  /** A table that both sides changed in ways that do not go together. */
  public record Conflict(
      String table, String code, String message, Optional<String> hint, JsonNode details) {}

  /** Merges the revision {@code from} into the branch {@code into}. */
  public Report merge(String from, String into, Mode mode, Run run, CommitOptions options) {
    return send(
        "/merge", Fields.of("from", from).and("into", into).and("mode", mode), run, options);
  }

  /**
   * Undoes one commit on a branch and keeps the later ones.
   *
   * @param mainline for a merge commit, the number (from 1) of the parent to go back to
   */
  public Report revert(
      String commit, String branch, Optional<Long> mainline, Run run, CommitOptions options) {
    return send(
        "/revert",
        Fields.of("commit", commit).and("branch", branch).and("mainline", mainline),
        run,
        options);
  }

  /**
   * Repeats one commit's change on a branch.
   *
   * @param mainline for a merge commit, the number (from 1) of the parent to compare it with
   */
  public Report cherryPick(
      String commit, String onto, Optional<Long> mainline, Run run, CommitOptions options) {
    return send(
        "/cherry-pick",
        Fields.of("commit", commit).and("onto", onto).and("mainline", mainline),
        run,
        options);
  }

  private Report send(String path, Fields fields, Run run, CommitOptions options) {
    try {
      return repository.write(
          repository.call("POST", path),
          fields.and("dryRun", run == Run.DRY).and(options).values(),
          Report.class);
    } catch (VarveException refusal) {
      if (refusal.status() == 409 && refusal.details().has("conflicts")) {
        return Json.read(refusal.details(), Report.class);
      }
      throw refusal;
    }
  }
}
