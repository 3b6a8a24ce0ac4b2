package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.Parameters.REPOSITORY_PATH;

import dev.varve.catalog.ResolvedRevision;
import dev.varve.catalog.history.Revision;
import dev.varve.server.http.Doc;
import dev.varve.server.http.Parameter;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.lake.Lakes;
import java.util.List;
import java.util.Optional;

/** Says which commit a revision names. */
final class Revisions {
  private static final Parameter<Revision> REV =
      Parameter.query("rev", Revision::parse, "What to look up, such as 'main~3'.").always();

  private final Lakes lakes;

  Revisions(Lakes lakes) {
    this.lakes = lakes;
  }

  /** A revision's commit as it is answered. */
  @Doc("The commit that a revision names.")
  record ResolvedView(
      @Doc("The full id of the commit.") String commit,
      @Doc("The branch or tag, if the revision is the bare name of one.") Optional<String> ref,
      @Doc("'branch' or 'tag', with 'ref'.") Optional<String> kind) {
    static ResolvedView of(ResolvedRevision resolved) {
      return new ResolvedView(
          resolved.commitId().hex(),
          resolved.ref().map(ref -> ref.name().text()),
          resolved.ref().map(ref -> ref.kind().text()));
    }
  }

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, REPOSITORY_PATH + "/revisions", "resolveRevision")
            .group("history")
            .summary("Says which commit a revision names.")
            .takes(REPO, REV)
            .answers(200, ResolvedView.class, "The commit.")
            .handledBy(this::resolve));
  }

  private Reply resolve(Request request) {
    return Reply.ok(ResolvedView.of(lakes.repository(request.get(REPO)).resolve(request.get(REV))));
  }
}
