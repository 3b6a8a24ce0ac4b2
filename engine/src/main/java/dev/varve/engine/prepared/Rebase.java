package dev.varve.engine.prepared;

import dev.varve.catalog.Repository;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.merge.ConflictOptions;
import dev.varve.engine.merge.MergeReport;
import dev.varve.engine.merge.Merges;
import dev.varve.engine.prepared.RebaseReport.Outcome;
import dev.varve.engine.prepared.RebaseReport.Step;
import dev.varve.engine.table.WriteOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Does the commits of a branch again on top of another commit, each as a cherry-pick, and moves the
 * branch to the last of them in one step, or not at all. Safe for use by many threads.
 *
 * <p>The commits are the branch's own, by first parents: a merge becomes an ordinary commit of what
 * it brought. They keep their authors, messages and properties. The work is done on a scratch
 * branch, so that others can read and write the branch meanwhile; if they write, it is refused.
 */
public final class Rebase {
  private final Repository repository;
  private final Merges merges;
  private final ScratchBranches scratch;

  public Rebase(Repository repository, Merges merges) {
    this.repository = repository;
    this.merges = merges;
    this.scratch = new ScratchBranches(repository);
  }

  /** Whether to move the branch. */
  public enum Run {
    REAL,
    /** Do all of it and then forget it. */
    DRY
  }

  /**
   * Rebases a branch.
   *
   * @param who the committer of what is made
   * @param expectedHead where the branch must stand, or empty for anywhere
   * @param conflicts how conflicts between rows are settled; ours is what is there, theirs the
   *     branch's commit
   * @throws VarveException if the branch or revision does not exist, or the branch moved meanwhile;
   *     nothing was changed
   */
  public RebaseReport run(
      RefName branch,
      Revision onto,
      Author who,
      Optional<ObjectId> expectedHead,
      ConflictOptions conflicts,
      Run run) {
    RebasePlan plan = RebasePlan.of(repository, branch, onto, expectedHead);
    ObjectId head = plan.head();
    ObjectId target = plan.target();
    if (repository.graph().isAncestor(target, head)) {
      return new RebaseReport(Outcome.UP_TO_DATE, head, target, Optional.empty(), List.of());
    }
    List<Commit> own = plan.own();
    String why = "rebase onto '%s'".formatted(onto);
    if (own.isEmpty()) {
      if (run == Run.REAL) {
        repository.reset(branch, target, Optional.of(head), who, why);
      }
      return new RebaseReport(Outcome.FAST_FORWARDED, head, target, moved(target, run), List.of());
    }
    Ref at = scratch.create(target, who, "%s of '%s'".formatted(why, branch));
    boolean published = false;
    try {
      List<Step> steps = replay(own, at.name(), who, conflicts);
      if (steps.get(steps.size() - 1).report().outcome() == MergeOutcome.CONFLICT) {
        return new RebaseReport(Outcome.CONFLICTED, head, target, Optional.empty(), steps);
      }
      ObjectId last = repository.refs().load(at.name()).commitId();
      if (run == Run.REAL) {
        repository.publish(new Ref(at.name(), RefKind.BRANCH, last), branch, head, who, why);
        published = true;
      }
      return new RebaseReport(Outcome.REBASED, head, target, moved(last, run), steps);
    } finally {
      if (!published) {
        scratch.delete(at.name(), who, "the rebase of '%s' ended".formatted(branch));
      }
    }
  }

  private Optional<Commit> moved(ObjectId to, Run run) {
    return run == Run.REAL ? Optional.of(repository.commit(to)) : Optional.empty();
  }

  /** Does the commits again, up to one that conflicts. */
  private List<Step> replay(List<Commit> own, RefName at, Author who, ConflictOptions conflicts) {
    List<Step> steps = new ArrayList<>();
    for (Commit original : own) {
      WriteOptions there =
          new WriteOptions(
              at, who, Optional.of(original.message()), RebasePlan.properties(original));
      MergeReport report =
          merges.cherryPick(
              there,
              Revision.of(original.id()),
              RebasePlan.mainline(original),
              Optional.empty(),
              conflicts);
      steps.add(new Step(original, report.head(), report));
      if (report.outcome() == MergeOutcome.CONFLICT) {
        break;
      }
    }
    return steps;
  }
}
