package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.Parameters.REPOSITORY_PATH;

import dev.varve.catalog.Repository;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefName;
import dev.varve.server.http.Doc;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.lake.Lakes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Renames branches, and moves them to any commit. */
final class BranchMoves {
  private static final String GROUP = "branches";

  private final Lakes lakes;

  BranchMoves(Lakes lakes) {
    this.lakes = lakes;
  }

  /** What renames a branch. */
  record Rename(String from, String to, @Doc("Who, for the reflog.") Optional<String> author) {}

  /** What moves a branch. */
  record Reset(
      String branch,
      @Doc("The revision where the branch shall stand.") String to,
      @Doc("The full id of the commit where it must stand now.") Optional<String> expected,
      @Doc("Who, for the reflog.") Optional<String> author,
      @Doc("Why, for the reflog.") Optional<String> message) {}

  List<Route> routes() {
    return List.of(
        Route.of(Method.POST, REPOSITORY_PATH + "/branches-rename", "renameBranch")
            .group(GROUP)
            .summary("Gives a branch another name.")
            .takes(REPO)
            .body(Rename.class)
            .writes()
            .answers(200, RefView.class, "The branch under its new name.")
            .handledBy(this::rename),
        Route.of(Method.POST, REPOSITORY_PATH + "/reset", "resetBranch")
            .group(GROUP)
            .summary("Moves a branch to any commit; where it stood is in its reflog.")
            .takes(REPO)
            .body(Reset.class)
            .writes()
            .answers(200, RefView.class, "Where the branch stands now.")
            .handledBy(this::reset));
  }

  private Reply rename(Request request) throws IOException {
    Repository repository = lakes.repository(request.get(REPO));
    Rename body = request.body(Rename.class);
    Ref ref =
        repository.renameBranch(
            RefName.parse(body.from()), RefName.parse(body.to()), Who.of(request, body.author()));
    return Reply.ok(RefView.of(repository, ref));
  }

  private Reply reset(Request request) throws IOException {
    Repository repository = lakes.repository(request.get(REPO));
    Reset body = request.body(Reset.class);
    ObjectId to = repository.resolve(Revision.parse(body.to())).commitId();
    Ref ref =
        repository.reset(
            RefName.parse(body.branch()),
            to,
            body.expected().map(Ids::commit),
            Who.of(request, body.author()),
            body.message().orElse("reset to '" + body.to() + "'"));
    return Reply.ok(RefView.of(repository, ref));
  }
}
