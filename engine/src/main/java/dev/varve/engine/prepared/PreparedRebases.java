package dev.varve.engine.prepared;

import dev.varve.catalog.Repository;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.RefMovedException;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.merge.MergeVerb;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.merge.ConflictOptions;
import dev.varve.engine.merge.MergeReport;
import dev.varve.engine.prepared.PreparedMerge.State;
import dev.varve.engine.prepared.RebaseReport.Outcome;
import dev.varve.engine.prepared.RebaseReport.Step;
import dev.varve.engine.table.WriteOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Rebases that are made on a branch {@code merge/N} and published in one step.
 *
 * <p>Each commit there says, in its {@link Intent}, which of the branch's commits it is. One that
 * conflicts is kept as that of a merge is, on top of those that are done; finishing does it again
 * with what was said, and goes on with the rest.
 */
final class PreparedRebases {
  private final Repository repository;
  private final ScratchBranches scratch;
  private final Preparer preparer;

  PreparedRebases(Repository repository, ScratchBranches scratch, Preparer preparer) {
    this.repository = repository;
    this.scratch = scratch;
    this.preparer = preparer;
  }

  /** As {@link PreparedMerges#rebase}. */
  RebasePreparation start(
      RefName branch,
      Revision onto,
      Author who,
      Optional<ObjectId> expectedHead,
      ConflictOptions conflicts) {
    RebasePlan plan = RebasePlan.of(repository, branch, onto, expectedHead);
    if (repository.graph().isAncestor(plan.target(), plan.head())) {
      return new RebasePreparation(
          new RebaseReport(
              Outcome.UP_TO_DATE, plan.head(), plan.target(), Optional.empty(), List.of()),
          Optional.empty());
    }
    if (plan.own().isEmpty()) {
      throw nothingToPrepare(branch, onto.text());
    }
    Intent intent =
        new Intent(
            MergeVerb.CHERRY_PICK,
            branch,
            onto.text(),
            plan.own().get(0).id(),
            MergeMode.NO_FAST_FORWARD,
            plan.target(),
            Optional.empty(),
            RebasePlan.mainline(plan.own().get(0)),
            conflicts,
            Optional.of(new RebaseStep(plan.target(), plan.head(), 1, plan.own().size())));
    Ref at = scratch.create(plan.target(), who, "prepare to " + intent.action());
    boolean kept = false;
    try {
      List<Step> steps = replay(at.name(), intent, plan, who, Optional.empty());
      PreparedMerge prepared = find(at.name());
      kept = true;
      boolean conflicted = prepared.state() == State.CONFLICTED;
      return new RebasePreparation(
          new RebaseReport(
              conflicted ? Outcome.CONFLICTED : Outcome.REBASED,
              plan.head(),
              plan.target(),
              Optional.of(prepared.commit()),
              steps),
          Optional.of(prepared));
    } finally {
      if (!kept) {
        scratch.delete(at.name(), who, "nothing was prepared");
      }
    }
  }

  /** As {@link PreparedMerges#finish}; all that can be resolved is. */
  Preparation resume(PreparedMerge prepared, Author who) {
    Intent intent = prepared.intent();
    RebaseStep step = intent.rebase().orElseThrow();
    RebasePlan plan = RebasePlan.of(repository, step.head(), step.target());
    boolean again = prepared.state() == State.CONFLICTED;
    ObjectId start = again ? intent.ours() : prepared.commit().id();
    Ref at = scratch.create(start, who, "finish to " + intent.action());
    boolean kept = false;
    try {
      List<Step> steps =
          replay(
              at.name(),
              at(intent, plan, again ? step.step() : step.step() + 1, start),
              plan,
              who,
              again ? Optional.of(prepared.commit().id()) : Optional.empty());
      PreparedMerge next = find(at.name());
      repository.publish(
          new Ref(at.name(), RefKind.BRANCH, next.commit().id()),
          prepared.name(),
          prepared.commit().id(),
          who,
          "finish: " + intent.action());
      kept = true;
      return new Preparation(told(steps, next), Optional.of(find(prepared.name())));
    } finally {
      if (!kept) {
        scratch.delete(at.name(), who, "it was not finished");
      }
    }
  }

  /** The last step that did something, or that there is a rebase though none did. */
  private static MergeReport told(List<Step> steps, PreparedMerge made) {
    MergeReport told = withHead(steps.get(0).report(), made.commit());
    for (Step step : steps) {
      if (step.report().outcome() != MergeOutcome.UP_TO_DATE) {
        told = step.report();
      }
    }
    return told;
  }

  private static MergeReport withHead(MergeReport report, Commit head) {
    return new MergeReport(
        MergeOutcome.MERGE, report.sides(), Optional.of(head), report.tables(), report.conflicts());
  }

  /** The step of a number, from 1, on top of a commit. */
  private static Intent at(Intent intent, RebasePlan plan, int number, ObjectId ours) {
    Commit original = plan.own().get(number - 1);
    return new Intent(
        intent.verb(),
        intent.into(),
        intent.from(),
        original.id(),
        intent.mode(),
        ours,
        Optional.of(original.message()),
        RebasePlan.mainline(original),
        intent.conflicts(),
        intent.rebase().map(step -> step.at(number)));
  }

  /**
   * Does the commits again from a step on, up to one that conflicts, which is kept.
   *
   * @param said the commit whose conflict tables tell what was said of the first step
   */
  private List<Step> replay(
      RefName at, Intent first, RebasePlan plan, Author who, Optional<ObjectId> said) {
    List<Step> steps = new ArrayList<>();
    Optional<ObjectId> answers = said;
    for (int number = first.rebase().orElseThrow().step(); number <= plan.own().size(); number++) {
      Commit original = plan.own().get(number - 1);
      Intent step = at(first, plan, number, repository.refs().load(at).commitId());
      SortedMap<String, String> properties = RebasePlan.properties(original);
      answers.ifPresent(commit -> properties.put(PreparedMerges.RESOLUTIONS, commit.hex()));
      MergeReport report =
          preparer.make(at, step, new WriteOptions(at, who, Optional.empty(), properties), answers);
      steps.add(new Step(original, report.head(), report));
      if (report.outcome() == MergeOutcome.CONFLICT) {
        return steps;
      }
      answers = Optional.empty();
    }
    markDone(at, first, plan, who).ifPresent(commit -> replaceLast(steps, commit));
    return steps;
  }

  private static void replaceLast(List<Step> steps, Commit made) {
    for (int i = steps.size() - 1; i >= 0; i--) {
      Step step = steps.get(i);
      if (step.made().isPresent()) {
        steps.set(i, new Step(step.original(), Optional.of(made), withHead(step.report(), made)));
        return;
      }
    }
  }

  /**
   * The commit that was made last says so, also if those after it were there already; returns it if
   * it had to be made again for that.
   */
  private Optional<Commit> markDone(RefName at, Intent intent, RebasePlan plan, Author who) {
    Commit last = repository.commit(repository.refs().load(at).commitId());
    if (last.id().equals(plan.target())) {
      throw nothingToPrepare(intent.into(), intent.from());
    }
    Optional<Intent> made = Intent.of(last);
    if (made.isEmpty() || made.get().rebase().orElseThrow().isLast()) {
      return Optional.empty();
    }
    return Optional.of(
        new Amendment(repository)
            .amend(
                at,
                last,
                at(intent, plan, plan.own().size(), made.get().ours()).property(),
                who,
                "the commits after it are there already"));
  }

  /** Moves the branch to what was made; as {@link PreparedMerges#publish}. */
  Publication publish(PreparedMerge prepared, Author who) {
    Intent intent = prepared.intent();
    try {
      repository.publish(
          new Ref(prepared.name(), RefKind.BRANCH, prepared.commit().id()),
          intent.into(),
          intent.rebase().orElseThrow().head(),
          who,
          "rebase onto '%s'".formatted(intent.from()));
    } catch (RefMovedException e) {
      throw new VarveException(
          ErrorCode.REF_MOVED,
          "cannot publish '%s': '%s' or '%s' moved since it was rebased"
              .formatted(prepared.name(), intent.into(), prepared.name()),
          "nothing was published; give it up with 'varve prepared abandon %s', and rebase again"
              .formatted(prepared.name()),
          Map.of("ref", intent.into().text()),
          e);
    }
    return new Publication.Published(intent, prepared.commit());
  }

  private PreparedMerge find(RefName name) {
    return preparer.find(repository.refs().load(name)).orElseThrow();
  }

  private static VarveException nothingToPrepare(RefName branch, String onto) {
    return new VarveException(
        ErrorCode.INVALID_REQUEST,
        "there is nothing of '%s' to be prepared: all of it is on '%s' already"
            .formatted(branch, onto),
        "move the branch there with: varve reset %s --to %s".formatted(branch, onto),
        Map.of("ref", branch.text()),
        null);
  }
}
