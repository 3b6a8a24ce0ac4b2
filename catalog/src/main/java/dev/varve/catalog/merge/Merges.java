package dev.varve.catalog.merge;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.RefMovedException;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectReader;
import dev.varve.catalog.object.Value;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.Tree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Merges, cherry-picks and reverts of one repository. Safe for use by many threads.
 *
 * <p>Each is decided from commits, which never change, and then written in one step that requires
 * the branch to be where it was decided. If the branch moved in between, it is decided again.
 */
public final class Merges {
  /** How often a merge is decided before a busy branch wins. */
  private static final int MAX_ATTEMPTS = 10;

  private final MergeTarget target;

  public Merges(MergeTarget target) {
    this.target = target;
  }

  /** Says what {@link #merge} would do. */
  public MergePlan planMerge(MergeRequest request, ContentMerger merger) {
    return decide(request, merger).plan();
  }

  /**
   * Brings another commit's history into a branch.
   *
   * @throws VarveException with {@link ErrorCode#NOT_FAST_FORWARD} if only a fast-forward was asked
   *     for; {@link ErrorCode#REF_MOVED} if the branch is not where it was expected or keeps moving
   */
  public MergeResult merge(MergeRequest request, ContentMerger merger) {
    return retry(request.expectedHead(), () -> write(request, decide(request, merger)));
  }

  /** Says what {@link #cherryPick} would do. */
  public MergePlan planCherryPick(CherryPickRequest request, ContentMerger merger) {
    return decide(request, merger).plan();
  }

  /** Does on a branch what a commit did elsewhere; the new commit has one parent. */
  public MergeResult cherryPick(CherryPickRequest request, ContentMerger merger) {
    return retry(
        request.expectedHead(),
        () ->
            writeOne(
                request.onto(), request.details(), decide(request, merger), MergeVerb.CHERRY_PICK));
  }

  /** Says what {@link #revert} would do. */
  public MergePlan planRevert(RevertRequest request, ContentMerger merger) {
    return decide(request, merger).plan();
  }

  /** Undoes a commit and keeps what came later; the new commit has one parent. */
  public MergeResult revert(RevertRequest request, ContentMerger merger) {
    return retry(
        request.expectedHead(),
        () -> writeOne(request.on(), request.details(), decide(request, merger), MergeVerb.REVERT));
  }

  private Decision decide(MergeRequest request, ContentMerger merger) {
    ObjectId ours = head(request.into(), request.expectedHead());
    ObjectId theirs = target.commit(request.from()).id();
    List<ObjectId> bases = target.graph().mergeBases(ours, theirs);
    MergeSides sides = new MergeSides(bases, ours, theirs);
    if (bases.isEmpty()) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "cannot merge %s into '%s': their histories never met"
              .formatted(theirs.abbreviate(), request.into()));
    }
    if (bases.contains(theirs)) {
      return Decision.without(MergeOutcome.UP_TO_DATE, sides);
    }
    MergeMode mode = request.mode();
    boolean forward =
        mode == MergeMode.FAST_FORWARD_ONLY || mode == MergeMode.FAST_FORWARD_OR_MERGE;
    if (forward && bases.contains(ours)) {
      return Decision.without(MergeOutcome.FAST_FORWARD, sides);
    }
    if (mode == MergeMode.FAST_FORWARD_ONLY) {
      throw new VarveException(
          ErrorCode.NOT_FAST_FORWARD,
          "cannot fast-forward '%s' to %s: the branch has commits of its own"
              .formatted(request.into(), theirs.abbreviate()),
          "merge with a merge commit instead",
          Map.of("ref", request.into().text(), "from", theirs.hex()),
          null);
    }
    return mode == MergeMode.SQUASH
        ? decideOne(sides, merger, MergeVerb.MERGE)
        : decide(sides, merger, MergeVerb.MERGE);
  }

  private Decision decide(CherryPickRequest request, ContentMerger merger) {
    ObjectId ours = head(request.onto(), request.expectedHead());
    Commit picked = target.commit(request.commit());
    ObjectId parent = parent(picked, request.mainline());
    return decideOne(
        new MergeSides(List.of(parent), ours, picked.id()), merger, MergeVerb.CHERRY_PICK);
  }

  private Decision decide(RevertRequest request, ContentMerger merger) {
    ObjectId ours = head(request.on(), request.expectedHead());
    Commit reverted = target.commit(request.commit());
    ObjectId parent = parent(reverted, request.mainline());
    return decideOne(
        new MergeSides(List.of(reverted.id()), ours, parent), merger, MergeVerb.REVERT);
  }

  /** A commit with one parent is made only if it changes something. */
  private Decision decideOne(MergeSides sides, ContentMerger merger, MergeVerb verb) {
    Decision decision = decide(sides, merger, verb);
    MergePlan plan = decision.plan();
    return plan.outcome() == MergeOutcome.MERGE && plan.keys().isEmpty()
        ? Decision.without(MergeOutcome.UP_TO_DATE, sides)
        : decision;
  }

  private Decision decide(MergeSides sides, ContentMerger merger, MergeVerb verb) {
    Side ours = side(sides.ours());
    Side theirs = side(sides.theirs());
    MergedBase base = base(sides, ours, theirs, merger);
    return Decision.of(sides, new ThreeWay(base, ours, theirs, merger, verb).run());
  }

  private MergedBase base(MergeSides sides, Side ours, Side theirs, ContentMerger merger) {
    if (sides.bases().size() == 1) {
      return new MergedBase(side(sides.bases().get(0)), Set.of());
    }
    Set<ContentId> relevant = Changes.between(ours.tree(), theirs.tree()).contents();
    return new BaseMerge(target, merger, relevant).merge(sides.bases());
  }

  private MergeResult write(MergeRequest request, Decision decision) {
    MergeSides sides = decision.plan().sides();
    return switch (decision.plan().outcome()) {
      case FAST_FORWARD -> {
        target.fastForward(
            request.into(), sides.ours(), sides.theirs(), request.details().committer());
        yield new MergeResult.FastForwarded(decision.plan());
      }
      case MERGE -> {
        List<ObjectId> parents =
            request.mode() == MergeMode.SQUASH
                ? List.of(sides.ours())
                : List.of(sides.ours(), sides.theirs());
        yield commit(request.into(), parents, request.details(), decision, MergeVerb.MERGE);
      }
      case UP_TO_DATE -> new MergeResult.AlreadyUpToDate(decision.plan());
      case CONFLICT -> new MergeResult.Conflicted(decision.plan());
    };
  }

  /** Writes a commit with one parent, unless it would change nothing. */
  private MergeResult writeOne(
      RefName branch, CommitDetails details, Decision decision, MergeVerb verb) {
    MergePlan plan = decision.plan();
    return switch (plan.outcome()) {
      case MERGE -> commit(branch, List.of(plan.sides().ours()), details, decision, verb);
      case CONFLICT -> new MergeResult.Conflicted(plan);
      case UP_TO_DATE, FAST_FORWARD -> new MergeResult.AlreadyUpToDate(plan);
    };
  }

  private MergeResult commit(
      RefName branch,
      List<ObjectId> parents,
      CommitDetails details,
      Decision decision,
      MergeVerb verb) {
    KeyMerge merge = decision.merge().orElseThrow();
    ObjectId ours = decision.plan().sides().ours();
    Commit commit =
        target.write(
            new MergeCommit(
                branch,
                ours,
                parents,
                details,
                merge.edits(),
                merge.objects(),
                merge.counters(),
                verb.text()));
    return new MergeResult.Merged(decision.plan(), commit);
  }

  /** Decides again when the branch moved, unless the caller said where it must be. */
  private static MergeResult retry(Optional<ObjectId> expectedHead, Supplier<MergeResult> attempt) {
    for (int tries = 1; ; tries++) {
      try {
        return attempt.get();
      } catch (VarveException e) {
        boolean moved = e.code() == ErrorCode.REF_MOVED || e.code() == ErrorCode.ID_REUSED;
        if (!moved || expectedHead.isPresent() || tries == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private ObjectId head(RefName branch, Optional<ObjectId> expected) {
    ObjectId head = target.head(branch);
    if (expected.isPresent() && !expected.get().equals(head)) {
      throw new RefMovedException(branch.text(), expected.get().abbreviate(), head.abbreviate());
    }
    return head;
  }

  private static ObjectId parent(Commit commit, OptionalInt mainline) {
    int parents = commit.parents().size();
    if (parents == 0) {
      throw invalid(commit, "it is the first of its history", "name a later commit");
    }
    if (parents > 1 && mainline.isEmpty()) {
      throw invalid(commit, "it is a merge", "say which parent is the mainline: 1 to " + parents);
    }
    int number = mainline.orElse(1);
    if (number < 1 || number > parents) {
      throw invalid(
          commit,
          "it has no parent number %d".formatted(number),
          parents == 1 ? "leave the mainline out" : "name one of 1 to " + parents);
    }
    return commit.parents().get(number - 1);
  }

  private static VarveException invalid(Commit commit, String why, String hint) {
    return new VarveException(
        ErrorCode.INVALID_REQUEST,
        "cannot say what commit %s changed: %s".formatted(commit.id().abbreviate(), why),
        hint,
        Map.of("commit", commit.id().hex()),
        null);
  }

  private Side side(ObjectId commitId) {
    Tree tree = new Tree(target.nodes(), target.commit(commitId).tree());
    return new Side(
        commitId, tree, id -> Value.decode(target.objects().load(id, ObjectReader.Kind.VALUE)));
  }

  /**
   * @param merge what is written if the outcome is {@link MergeOutcome#MERGE}
   */
  private record Decision(MergePlan plan, Optional<KeyMerge> merge) {

    static Decision without(MergeOutcome outcome, MergeSides sides) {
      return new Decision(new MergePlan(outcome, sides, List.of(), List.of()), Optional.empty());
    }

    static Decision of(MergeSides sides, KeyMerge merge) {
      MergeOutcome outcome =
          merge.conflicts().isEmpty() ? MergeOutcome.MERGE : MergeOutcome.CONFLICT;
      return new Decision(
          new MergePlan(outcome, sides, merge.keys(), merge.conflicts()), Optional.of(merge));
    }
  }
}
