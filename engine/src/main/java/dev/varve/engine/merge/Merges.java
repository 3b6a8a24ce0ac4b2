package dev.varve.engine.merge;

import dev.varve.catalog.Repository;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.CherryPickRequest;
import dev.varve.catalog.merge.ContentMerger;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.merge.MergePlan;
import dev.varve.catalog.merge.MergeRequest;
import dev.varve.catalog.merge.MergeResult;
import dev.varve.catalog.merge.MergeVerb;
import dev.varve.catalog.merge.RevertRequest;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Merge, cherry-pick and revert over all tables of a lake. Safe for use by many threads.
 *
 * <p>Each is one commit or none. Nothing is written, not even a manifest, before the whole of it is
 * known to succeed; the methods that begin with {@code plan} end there, and report precisely what
 * the others would do.
 */
public final class Merges {
  static final String REVERTS = "varve.reverts";
  static final String CHERRY_PICKED_FROM = "varve.cherry-picked-from";

  private final Tables tables;
  private final Repository repository;
  private final Supplier<Duck> duck;
  private final MergeReports reports;

  public Merges(Tables tables, Diffs diffs, Supplier<Duck> duck) {
    this.tables = tables;
    this.repository = tables.repository();
    this.duck = duck;
    this.reports = new MergeReports(tables, diffs);
  }

  /**
   * Brings another history into a branch.
   *
   * @param into the branch, and who merges; the message is {@code merge FROM into BRANCH} unless
   *     one is given
   * @param expectedHead where the branch must stand, or empty if it may have moved
   * @throws VarveException if a revision does not exist, the branch is not where it was expected,
   *     or only a fast-forward was asked for and none is possible
   */
  public MergeReport merge(
      WriteOptions into, Revision from, MergeMode mode, Optional<ObjectId> expectedHead) {
    MergeRequest request = request(into, from, mode, expectedHead);
    return run(
        MergeVerb.MERGE,
        merger -> repository.planMerge(request, merger),
        merger -> repository.merge(request, merger));
  }

  /** Reports what {@link #merge} would do. */
  public MergeReport planMerge(
      WriteOptions into, Revision from, MergeMode mode, Optional<ObjectId> expectedHead) {
    MergeRequest request = request(into, from, mode, expectedHead);
    return plan(MergeVerb.MERGE, merger -> repository.planMerge(request, merger));
  }

  /**
   * Does on a branch what one commit did elsewhere, with that commit's message and author unless a
   * message is given.
   *
   * @param mainline for a merge commit, the parent, from 1, that its change is seen from
   */
  public MergeReport cherryPick(
      WriteOptions onto, Revision commit, OptionalInt mainline, Optional<ObjectId> expectedHead) {
    CherryPickRequest request = cherryPickRequest(onto, commit, mainline, expectedHead);
    return run(
        MergeVerb.CHERRY_PICK,
        merger -> repository.planCherryPick(request, merger),
        merger -> repository.cherryPick(request, merger));
  }

  /** Reports what {@link #cherryPick} would do. */
  public MergeReport planCherryPick(
      WriteOptions onto, Revision commit, OptionalInt mainline, Optional<ObjectId> expectedHead) {
    CherryPickRequest request = cherryPickRequest(onto, commit, mainline, expectedHead);
    return plan(MergeVerb.CHERRY_PICK, merger -> repository.planCherryPick(request, merger));
  }

  /**
   * Undoes what one commit did and keeps what came later. Files that a later commit rewrote cannot
   * be taken back, and are conflicts.
   *
   * @param mainline for a merge commit, the parent, from 1, that is gone back to
   */
  public MergeReport revert(
      WriteOptions on, Revision commit, OptionalInt mainline, Optional<ObjectId> expectedHead) {
    RevertRequest request = revertRequest(on, commit, mainline, expectedHead);
    return run(
        MergeVerb.REVERT,
        merger -> repository.planRevert(request, merger),
        merger -> repository.revert(request, merger));
  }

  /** Reports what {@link #revert} would do. */
  public MergeReport planRevert(
      WriteOptions on, Revision commit, OptionalInt mainline, Optional<ObjectId> expectedHead) {
    RevertRequest request = revertRequest(on, commit, mainline, expectedHead);
    return plan(MergeVerb.REVERT, merger -> repository.planRevert(request, merger));
  }

  private MergeRequest request(
      WriteOptions into, Revision from, MergeMode mode, Optional<ObjectId> expectedHead) {
    ObjectId theirs = repository.resolve(from).commitId();
    String verb = mode == MergeMode.SQUASH ? "squash" : "merge";
    String message = "%s %s into %s".formatted(verb, from, into.branch());
    return new MergeRequest(into.branch(), theirs, mode, details(into, message), expectedHead);
  }

  private CherryPickRequest cherryPickRequest(
      WriteOptions onto, Revision revision, OptionalInt mainline, Optional<ObjectId> head) {
    Commit picked = repository.commit(repository.resolve(revision).commitId());
    CommitDetails details =
        new CommitDetails(
                onto.message().orElse(picked.message()),
                picked.author(),
                onto.author(),
                onto.properties())
            .withProperties(Map.of(CHERRY_PICKED_FROM, picked.id().hex()));
    return new CherryPickRequest(onto.branch(), picked.id(), mainline, details, head);
  }

  private RevertRequest revertRequest(
      WriteOptions on, Revision revision, OptionalInt mainline, Optional<ObjectId> head) {
    Commit reverted = repository.commit(repository.resolve(revision).commitId());
    CommitDetails details =
        details(on, "revert \"%s\"".formatted(reverted.subject()))
            .withProperties(Map.of(REVERTS, reverted.id().hex()));
    return new RevertRequest(on.branch(), reverted.id(), mainline, details, head);
  }

  private static CommitDetails details(WriteOptions options, String message) {
    return new CommitDetails(
        options.message().orElse(message),
        options.author(),
        options.author(),
        options.properties());
  }

  private MergeReport plan(MergeVerb verb, Function<ContentMerger, MergePlan> planned) {
    TableMerge merger = merger(verb);
    return reports.planned(planned.apply(merger), merger);
  }

  private MergeReport run(
      MergeVerb verb,
      Function<ContentMerger, MergePlan> planned,
      Function<ContentMerger, MergeResult> done) {
    TableMerge merger = merger(verb);
    MergePlan plan = planned.apply(merger);
    if (plan.outcome() == MergeOutcome.CONFLICT) {
      return reports.planned(plan, merger);
    }
    // The branch may move before the merge is written; then it is computed again, with this merger.
    merger.publish();
    try {
      MergeResult result = done.apply(merger);
      if (result instanceof MergeResult.Conflicted) {
        merger.discard();
      }
      return reports.done(result, merger);
    } catch (VarveException e) {
      if (e.code() != ErrorCode.OUTCOME_UNKNOWN && e.code() != ErrorCode.STORE_FAILED) {
        discard(merger, e);
      }
      throw e;
    }
  }

  /** A file that cannot be deleted is an orphan, and no reason to hide why the merge failed. */
  private static void discard(TableMerge merger, VarveException why) {
    try {
      merger.discard();
    } catch (RuntimeException e) {
      why.addSuppressed(e);
    }
  }

  private TableMerge merger(MergeVerb verb) {
    ScratchFileIO io = new ScratchFileIO(tables.warehouse().io());
    return new TableMerge(verb, tables, new DuckSharedKeys(duck, io), io);
  }
}
