package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.Parameters.REPOSITORY_PATH;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.Lake;
import dev.varve.engine.prepared.PreparedMerge;
import dev.varve.engine.prepared.Rebase;
import dev.varve.engine.prepared.RebasePreparation;
import dev.varve.engine.prepared.RebaseReport;
import dev.varve.server.http.Doc;
import dev.varve.server.http.HttpErrorCode;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.RequestRefused;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.lake.Lakes;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Rebases of branches. */
final class RebaseRoutes {
  private final Lakes lakes;

  RebaseRoutes(Lakes lakes) {
    this.lakes = lakes;
  }

  /** What rebases. */
  @Doc("A branch whose commits are to be done again on top of another commit.")
  record RebaseBody(
      String branch,
      @Doc("The revision to put them on.") String onto,
      @Doc("Only say what would be done.") Optional<Boolean> dryRun,
      @Doc(
              "Do it on a branch of its own, to be looked at and published; a commit that conflicts is"
                  + " kept there, to be resolved and gone on from.")
          Optional<Boolean> prepare,
      @Doc("The full id of the commit where the branch must stand.") Optional<String> expected,
      Optional<ConflictBody> conflicts,
      @Doc("Who puts the commits there; their authors stay.") Optional<String> author) {}

  /** A commit that was done again. */
  @Doc("A commit of the branch that was done again.")
  record RebaseStepView(
      CommitView original,
      @Doc("What it became; absent if all that it did is there already, or it conflicts.")
          Optional<CommitView> made,
      @Doc("What stands in its way.") List<MergeView.ConflictView> conflicts) {
    static RebaseStepView of(RebaseReport.Step step) {
      return new RebaseStepView(
          CommitView.of(step.original()),
          step.made().map(CommitView::of),
          step.report().conflicts().stream().map(MergeView.ConflictView::of).toList());
    }
  }

  /** What came of it. */
  @Doc("What a rebase did, or would do.")
  record RebaseView(
      @Doc("'up-to-date', 'fast-forwarded', 'rebased' or 'conflicted'.") String outcome,
      boolean dryRun,
      @Doc("Where the branch stood.") String before,
      @Doc("Where its commits went.") String onto,
      @Doc("Where the branch stands now, if it moved; or what was prepared.")
          Optional<CommitView> commit,
      @Doc("Its commits, the oldest first, up to one that conflicts.") List<RebaseStepView> steps,
      @Doc("What waits to be published, if the rebase was prepared.")
          Optional<PreparedView> prepared) {
    static RebaseView of(RebaseReport report, boolean dryRun, Optional<PreparedMerge> prepared) {
      return new RebaseView(
          report.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'),
          dryRun,
          report.before().hex(),
          report.onto().hex(),
          report.head().map(CommitView::of),
          report.steps().stream().map(RebaseStepView::of).toList(),
          prepared.map(PreparedView::of));
    }
  }

  List<Route> routes() {
    return List.of(
        Route.of(Method.POST, REPOSITORY_PATH + "/rebase", "rebase")
            .group("merging")
            .summary("Does the commits of a branch again on top of another commit, all or none.")
            .cost(Route.Cost.HEAVY)
            .takes(REPO)
            .body(RebaseBody.class)
            .writes()
            .answers(
                200,
                RebaseView.class,
                "What was done. A conflict is answered with 409 and this report as its details,"
                    + " unless it was a dry run or prepared.")
            .handledBy(this::rebase));
  }

  private Reply rebase(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    RebaseBody body = request.body(RebaseBody.class);
    boolean dryRun = body.dryRun().orElse(false);
    if (body.prepare().orElse(false)) {
      return prepare(request, lake, body);
    }
    RebaseReport report =
        lake.rebase()
            .run(
                RefName.parse(body.branch()),
                Revision.parse(body.onto()),
                Who.of(request, body.author()),
                body.expected().map(Ids::commit),
                ConflictBody.options(body.conflicts()),
                dryRun ? Rebase.Run.DRY : Rebase.Run.REAL);
    RebaseView view = RebaseView.of(report, dryRun, Optional.empty());
    if (report.outcome() == RebaseReport.Outcome.CONFLICTED && !dryRun) {
      RebaseReport.Step last = report.steps().get(report.steps().size() - 1);
      throw new Conflicted(
          "cannot rebase '%s' onto '%s': its commit %s conflicts"
              .formatted(body.branch(), body.onto(), last.original().id().abbreviate()),
          view);
    }
    return Reply.ok(view);
  }

  private static Reply prepare(Request request, Lake lake, RebaseBody body) {
    if (body.dryRun().orElse(false)) {
      throw new RequestRefused(
          HttpErrorCode.INVALID_BODY, "a dry run prepares nothing: give 'dryRun' or 'prepare'");
    }
    RebasePreparation made =
        lake.prepared()
            .rebase(
                RefName.parse(body.branch()),
                Revision.parse(body.onto()),
                Who.of(request, body.author()),
                body.expected().map(Ids::commit),
                ConflictBody.options(body.conflicts()));
    return Reply.ok(RebaseView.of(made.report(), false, made.prepared()));
  }
}
