package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.Parameters.REPOSITORY_PATH;

import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Revision;
import dev.varve.engine.Lake;
import dev.varve.engine.history.BisectRequest;
import dev.varve.engine.history.BisectStep;
import dev.varve.engine.history.Bisection;
import dev.varve.engine.query.QueryLimits;
import dev.varve.server.http.Doc;
import dev.varve.server.http.MediaTypes;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.lake.Lakes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The search for the commit that broke a check. */
final class BisectRoutes {
  private final Lakes lakes;
  private final QuerySettings settings;

  BisectRoutes(Lakes lakes, QuerySettings settings) {
    this.lakes = lakes;
    this.settings = settings;
  }

  /** What bisects. */
  @Doc("A check that held once and does not hold any more.")
  record BisectBody(
      @Doc("A revision where the check held; the bad one was made on it.") String good,
      @Doc("A revision where it does not hold.") String bad,
      @Doc(
              "A query that gives one row with one boolean, such as SELECT count(*) = 0 FROM t"
                  + " WHERE price < 0.")
          String sql,
      @Doc("Look only at what the branch was, not into what was merged.")
          Optional<Boolean> firstParent,
      @Doc("For each query; at most the server's own limit.") OptionalLong timeoutSeconds) {}

  /** One question and its answer. */
  @Doc("One question of the search.")
  record StepView(
      CommitView commit,
      @Doc("Whether the check held there.") boolean holds,
      @Doc("How many commits may be the first bad one after this.") long suspects) {
    static StepView of(BisectStep step) {
      return new StepView(CommitView.of(step.commit()), step.holds(), step.suspects());
    }
  }

  /** What happens on the way. */
  record StepEvent(StepView step) {}

  /** What was found. */
  @Doc("The commit that broke the check.")
  record BisectionView(
      CommitView firstBad,
      @Doc("Among how many commits it was.") long suspects,
      List<StepView> steps) {
    static BisectionView of(Bisection bisection) {
      return new BisectionView(
          CommitView.of(bisection.firstBad()),
          bisection.suspects(),
          bisection.steps().stream().map(StepView::of).toList());
    }
  }

  List<Route> routes() {
    return List.of(
        Route.of(Method.POST, REPOSITORY_PATH + "/bisect", "bisect")
            .group("history")
            .summary("Finds the commit that broke a check, in O(log commits) queries.")
            .cost(Route.Cost.HEAVY)
            .takes(REPO)
            .body(BisectBody.class)
            .answers(200, BisectionView.class, "What was found.")
            .alsoAnswers(
                200,
                MediaTypes.JSON_LINES,
                "With 'Accept: application/x-ndjson': each {step} as it is done, and a last line"
                    + " {result} or {error}.")
            .handledBy(this::bisect));
  }

  private Reply bisect(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    BisectBody body = request.body(BisectBody.class);
    BisectRequest search =
        new BisectRequest(
            Revision.parse(body.good()),
            Revision.parse(body.bad()),
            body.sql(),
            body.firstParent().orElse(false) ? Ancestry.FIRST_PARENT : Ancestry.ALL,
            QueryLimits.defaults().withTimeout(settings.timeout(body.timeoutSeconds())));
    if (request.asksFor(MediaTypes.JSON_LINES)) {
      return new Reply.Events(
          events ->
              BisectionView.of(
                  lake.bisect()
                      .run(search, step -> events.accept(new StepEvent(StepView.of(step))))));
    }
    return Reply.ok(BisectionView.of(lake.bisect().run(search, step -> {})));
  }
}
