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
import dev.varve.catalog.tree.Content;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Merge, cherry-pick and revert over all tables of a lake. Safe for use by many threads.
 *
 * <p>Each is one commit or none. No metadata is written, not even a manifest, before the whole of
 * it is known to succeed; the methods that begin with {@code plan} end there, and report precisely
 * what the others would do. Data files, where rows are merged, are written on the way, and are gone
 * again where no commit was made.
 */
public final class Merges {
  static final String REVERTS = "varve.reverts";
  static final String CHERRY_PICKED_FROM = "varve.cherry-picked-from";

  private final Tables tables;
  private final Repository repository;
  private final Supplier<Duck> duck;
  private final MergeReports reports;
  private final long rowLimitBytes;

  /** Merges whose rows are all compared here. */
  public Merges(Tables tables, Diffs diffs, Supplier<Duck> duck) {
    this(tables, diffs, duck, Long.MAX_VALUE);
  }

  /**
   * @param rowLimitBytes how many bytes of a table's files to compare here at most, unless a merge
   *     says otherwise
   */
  public Merges(Tables tables, Diffs diffs, Supplier<Duck> duck, long rowLimitBytes) {
    this.rowLimitBytes = rowLimitBytes;
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
    return merge(into, from, mode, expectedHead, ConflictOptions.NONE);
  }

  /** As above, with other options for conflicts between rows. */
  public MergeReport merge(
      WriteOptions into,
      Revision from,
      MergeMode mode,
      Optional<ObjectId> expectedHead,
      ConflictOptions conflicts) {
    MergeRequest request = request(into, from, mode, expectedHead);
    return run(
        merger(MergeVerb.MERGE, into, request.from(), conflicts),
        merger -> repository.planMerge(request, merger),
        merger -> repository.merge(request, merger));
  }

  /** Reports what {@link #merge} would do. */
  public MergeReport planMerge(
      WriteOptions into, Revision from, MergeMode mode, Optional<ObjectId> expectedHead) {
    return planMerge(into, from, mode, expectedHead, ConflictOptions.NONE);
  }

  /** As above, with other options for conflicts between rows. */
  public MergeReport planMerge(
      WriteOptions into,
      Revision from,
      MergeMode mode,
      Optional<ObjectId> expectedHead,
      ConflictOptions conflicts) {
    MergeRequest request = request(into, from, mode, expectedHead);
    return plan(
        merger(MergeVerb.MERGE, into, request.from(), conflicts),
        merger -> repository.planMerge(request, merger));
  }

  /**
   * Does on a branch what one commit did elsewhere, with that commit's message and author unless a
   * message is given.
   *
   * @param mainline for a merge commit, the parent, from 1, that its change is seen from
   */
  public MergeReport cherryPick(
      WriteOptions onto, Revision commit, OptionalInt mainline, Optional<ObjectId> expectedHead) {
    return cherryPick(onto, commit, mainline, expectedHead, ConflictOptions.NONE);
  }

  /** As above, with other options for conflicts between rows. */
  public MergeReport cherryPick(
      WriteOptions onto,
      Revision commit,
      OptionalInt mainline,
      Optional<ObjectId> expectedHead,
      ConflictOptions conflicts) {
    CherryPickRequest request = cherryPickRequest(onto, commit, mainline, expectedHead);
    return run(
        merger(MergeVerb.CHERRY_PICK, onto, request.commit(), conflicts),
        merger -> repository.planCherryPick(request, merger),
        merger -> repository.cherryPick(request, merger));
  }

  /** Reports what {@link #cherryPick} would do. */
  public MergeReport planCherryPick(
      WriteOptions onto, Revision commit, OptionalInt mainline, Optional<ObjectId> expectedHead) {
    return planCherryPick(onto, commit, mainline, expectedHead, ConflictOptions.NONE);
  }

  /** As above, with other options for conflicts between rows. */
  public MergeReport planCherryPick(
      WriteOptions onto,
      Revision commit,
      OptionalInt mainline,
      Optional<ObjectId> expectedHead,
      ConflictOptions conflicts) {
    CherryPickRequest request = cherryPickRequest(onto, commit, mainline, expectedHead);
    return plan(
        merger(MergeVerb.CHERRY_PICK, onto, request.commit(), conflicts),
        merger -> repository.planCherryPick(request, merger));
  }

  /**
   * Undoes what one commit did and keeps what came later. Rows that a later commit changed again
   * are conflicts.
   *
   * @param mainline for a merge commit, the parent, from 1, that is gone back to
   */
  public MergeReport revert(
      WriteOptions on, Revision commit, OptionalInt mainline, Optional<ObjectId> expectedHead) {
    return revert(on, commit, mainline, expectedHead, ConflictOptions.NONE);
  }

  /** As above, with other options for conflicts between rows. */
  public MergeReport revert(
      WriteOptions on,
      Revision commit,
      OptionalInt mainline,
      Optional<ObjectId> expectedHead,
      ConflictOptions conflicts) {
    RevertRequest request = revertRequest(on, commit, mainline, expectedHead);
    return run(
        merger(MergeVerb.REVERT, on, request.commit(), conflicts),
        merger -> repository.planRevert(request, merger),
        merger -> repository.revert(request, merger));
  }

  /** Reports what {@link #revert} would do. */
  public MergeReport planRevert(
      WriteOptions on, Revision commit, OptionalInt mainline, Optional<ObjectId> expectedHead) {
    return planRevert(on, commit, mainline, expectedHead, ConflictOptions.NONE);
  }

  /** As above, with other options for conflicts between rows. */
  public MergeReport planRevert(
      WriteOptions on,
      Revision commit,
      OptionalInt mainline,
      Optional<ObjectId> expectedHead,
      ConflictOptions conflicts) {
    RevertRequest request = revertRequest(on, commit, mainline, expectedHead);
    return plan(
        merger(MergeVerb.REVERT, on, request.commit(), conflicts),
        merger -> repository.planRevert(request, merger));
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

  private MergeReport plan(TableMerge merger, Function<ContentMerger, MergePlan> planned) {
    try {
      return reports.planned(planned.apply(merger), merger);
    } finally {
      merger.files().discard();
    }
  }

  private MergeReport run(
      TableMerge merger,
      Function<ContentMerger, MergePlan> planned,
      Function<ContentMerger, MergeResult> done) {
    MergePlan plan = planned(merger, planned);
    if (plan.outcome() == MergeOutcome.CONFLICT) {
      merger.files().discard();
      return reports.planned(plan, merger);
    }
    try {
      // The branch may move before the merge is written; then it is computed again, with this
      // merger.
      merger.files().publish();
      MergeResult result = done.apply(merger);
      if (result instanceof MergeResult.Merged) {
        merger.files().committed(made(result.plan()));
      } else {
        merger.files().discard();
      }
      return reports.done(result, merger);
    } catch (RuntimeException e) {
      if (!(e instanceof VarveException known) || isWhole(known)) {
        discard(merger, e);
      }
      throw e;
    }
  }

  private static MergePlan planned(TableMerge merger, Function<ContentMerger, MergePlan> planned) {
    try {
      return planned.apply(merger);
    } catch (RuntimeException e) {
      discard(merger, e);
      throw e;
    }
  }

  /** The contents that a merge puts into the branch. */
  private static Set<ObjectId> made(MergePlan plan) {
    return plan.keys().stream()
        .flatMap(key -> key.after().stream())
        .map(Content::value)
        .collect(Collectors.toSet());
  }

  /** Whether it is sure that nothing was committed. */
  private static boolean isWhole(VarveException failure) {
    return failure.code() != ErrorCode.OUTCOME_UNKNOWN && failure.code() != ErrorCode.STORE_FAILED;
  }

  /** A file that cannot be deleted is an orphan, and no reason to hide why the merge failed. */
  private static void discard(TableMerge merger, RuntimeException why) {
    try {
      merger.files().discard();
    } catch (RuntimeException e) {
      why.addSuppressed(e);
    }
  }

  /**
   * The merger of one request.
   *
   * @param theirs the commit whose tables a strategy may name, besides those of the branch
   */
  private TableMerge merger(
      MergeVerb verb, WriteOptions options, ObjectId theirs, ConflictOptions conflicts) {
    List<ObjectId> commits = new ArrayList<>(List.of(theirs));
    repository.refs().find(options.branch()).ifPresent(ref -> commits.add(0, ref.commitId()));
    ConflictOptions limited =
        conflicts.withRowLimit(OptionalLong.of(conflicts.rowLimit().orElse(rowLimitBytes)));
    return new TableMerge(verb, tables, duck, RowResolution.of(limited, tables, duck, commits));
  }
}
