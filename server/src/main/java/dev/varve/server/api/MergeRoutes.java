package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.Parameters.REPOSITORY_PATH;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.Lake;
import dev.varve.engine.merge.ConflictOptions;
import dev.varve.engine.merge.MergeReport;
import dev.varve.engine.table.WriteOptions;
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
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Merges, cherry-picks and reverts. */
final class MergeRoutes {
  private static final String GROUP = "merging";

  private final Lakes lakes;

  MergeRoutes(Lakes lakes) {
    this.lakes = lakes;
  }

  /** What a merge may make of the branch. */
  enum Mode {
    @JsonProperty("auto")
    AUTO(MergeMode.FAST_FORWARD_OR_MERGE),
    @JsonProperty("no-ff")
    NO_FF(MergeMode.NO_FAST_FORWARD),
    @JsonProperty("ff-only")
    FF_ONLY(MergeMode.FAST_FORWARD_ONLY),
    @JsonProperty("squash")
    SQUASH(MergeMode.SQUASH);

    private final MergeMode mode;

    Mode(MergeMode mode) {
      this.mode = mode;
    }
  }

  /** What merges. */
  @Doc("Another history to bring into a branch.")
  record MergeBody(
      @Doc("The revision to merge.") String from,
      @Doc("The branch to merge into.") String into,
      @Doc("'auto' fast-forwards where that is possible.") Optional<Mode> mode,
      @Doc("Only say what would be done.") Optional<Boolean> dryRun,
      @Doc("Make the commit on a branch of its own, to be looked at and published; keep conflicts.")
          Optional<Boolean> prepare,
      @Doc("The full id of the commit where the branch must stand.") Optional<String> expected,
      Optional<ConflictBody> conflicts,
      Optional<String> author,
      Optional<String> message,
      Map<String, String> properties) {}

  /** What reverts. */
  @Doc("A commit to undo.")
  record RevertBody(
      @Doc("The commit to undo, as a revision.") String commit,
      String branch,
      @Doc("For a merge commit: the parent, from 1, that is gone back to.") OptionalInt mainline,
      @Doc("Only say what would be done.") Optional<Boolean> dryRun,
      @Doc("Make the commit on a branch of its own, to be looked at and published; keep conflicts.")
          Optional<Boolean> prepare,
      @Doc("The full id of the commit where the branch must stand.") Optional<String> expected,
      Optional<ConflictBody> conflicts,
      Optional<String> author,
      Optional<String> message,
      Map<String, String> properties) {}

  /** What cherry-picks. */
  @Doc("A commit to do again on another branch.")
  record CherryPickBody(
      @Doc("The commit, as a revision.") String commit,
      @Doc("The branch to do it on.") String onto,
      @Doc("For a merge commit: the parent, from 1, that its change is seen from.")
          OptionalInt mainline,
      @Doc("Only say what would be done.") Optional<Boolean> dryRun,
      @Doc("Make the commit on a branch of its own, to be looked at and published; keep conflicts.")
          Optional<Boolean> prepare,
      @Doc("The full id of the commit where the branch must stand.") Optional<String> expected,
      Optional<ConflictBody> conflicts,
      Optional<String> author,
      Optional<String> message,
      Map<String, String> properties) {}

  List<Route> routes() {
    return List.of(
        route("/merge", "merge", "Brings another history into a branch.", MergeBody.class)
            .handledBy(this::merge),
        route("/revert", "revert", "Undoes one commit and keeps later ones.", RevertBody.class)
            .handledBy(this::revert),
        route(
                "/cherry-pick",
                "cherryPick",
                "Does on a branch what one commit did elsewhere.",
                CherryPickBody.class)
            .handledBy(this::cherryPick));
  }

  private static Route.Builder route(String path, String id, String summary, Class<?> body) {
    return Route.of(Method.POST, REPOSITORY_PATH + path, id)
        .group(GROUP)
        .summary(summary)
        .cost(Route.Cost.HEAVY)
        .takes(REPO)
        .body(body)
        .writes()
        .answers(
            200,
            MergeView.class,
            "What was done. A conflict is answered with 409 and this report as its details,"
                + " unless it was a dry run, or was prepared and kept.");
  }

  private Reply merge(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    MergeBody body = request.body(MergeBody.class);
    WriteOptions into =
        CommitBody.options(
            request, Optional.of(body.into()), body.author(), body.message(), body.properties());
    Revision from = Revision.parse(body.from());
    MergeMode mode = body.mode().orElse(Mode.AUTO).mode;
    Optional<ObjectId> expected = body.expected().map(Ids::commit);
    boolean dryRun = body.dryRun().orElse(false);
    ConflictOptions conflicts = ConflictBody.options(body.conflicts());
    String refusal = "cannot merge '" + body.from() + "' into '" + body.into() + "'";
    if (prepares(body.prepare(), dryRun)) {
      return Reply.ok(MergeView.of(lake.prepared().merge(into, from, mode, expected, conflicts)));
    }
    return reply(
        dryRun
            ? lake.merges().planMerge(into, from, mode, expected, conflicts)
            : lake.merges().merge(into, from, mode, expected, conflicts),
        dryRun,
        refusal);
  }

  private Reply revert(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    RevertBody body = request.body(RevertBody.class);
    WriteOptions on =
        CommitBody.options(
            request, Optional.of(body.branch()), body.author(), body.message(), body.properties());
    Revision commit = Revision.parse(body.commit());
    Optional<ObjectId> expected = body.expected().map(Ids::commit);
    boolean dryRun = body.dryRun().orElse(false);
    ConflictOptions conflicts = ConflictBody.options(body.conflicts());
    String refusal = "cannot revert '" + body.commit() + "' on '" + body.branch() + "'";
    if (prepares(body.prepare(), dryRun)) {
      return Reply.ok(
          MergeView.of(lake.prepared().revert(on, commit, body.mainline(), expected, conflicts)));
    }
    return reply(
        dryRun
            ? lake.merges().planRevert(on, commit, body.mainline(), expected, conflicts)
            : lake.merges().revert(on, commit, body.mainline(), expected, conflicts),
        dryRun,
        refusal);
  }

  private Reply cherryPick(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    CherryPickBody body = request.body(CherryPickBody.class);
    WriteOptions onto =
        CommitBody.options(
            request, Optional.of(body.onto()), body.author(), body.message(), body.properties());
    Revision commit = Revision.parse(body.commit());
    Optional<ObjectId> expected = body.expected().map(Ids::commit);
    boolean dryRun = body.dryRun().orElse(false);
    ConflictOptions conflicts = ConflictBody.options(body.conflicts());
    String refusal = "cannot cherry-pick '" + body.commit() + "' onto '" + body.onto() + "'";
    if (prepares(body.prepare(), dryRun)) {
      return Reply.ok(
          MergeView.of(
              lake.prepared().cherryPick(onto, commit, body.mainline(), expected, conflicts)));
    }
    return reply(
        dryRun
            ? lake.merges().planCherryPick(onto, commit, body.mainline(), expected, conflicts)
            : lake.merges().cherryPick(onto, commit, body.mainline(), expected, conflicts),
        dryRun,
        refusal);
  }

  private static boolean prepares(Optional<Boolean> prepare, boolean dryRun) {
    if (prepare.orElse(false) && dryRun) {
      throw new RequestRefused(
          HttpErrorCode.INVALID_BODY, "a dry run prepares nothing: give 'dryRun' or 'prepare'");
    }
    return prepare.orElse(false);
  }

  private static Reply reply(MergeReport report, boolean dryRun, String refusal) {
    MergeView view = MergeView.of(report, dryRun);
    if (report.outcome() == MergeOutcome.CONFLICT && !dryRun) {
      long subjects =
          report.conflicts().stream().map(conflict -> conflict.subject()).distinct().count();
      String first = report.conflicts().get(0).subject();
      throw new Conflicted(
          refusal
              + ": "
              + (subjects == 1 ? "'" + first + "' conflicts" : subjects + " tables conflict"),
          view);
    }
    return Reply.ok(view);
  }
}
