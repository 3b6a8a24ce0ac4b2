package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REF;
import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.Parameters.REPOSITORY_PATH;

import dev.varve.catalog.Repository;
import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.CommitGraph;
import dev.varve.catalog.history.LogCursor;
import dev.varve.catalog.history.LogWalk;
import dev.varve.engine.table.TableName;
import dev.varve.server.http.Cursor;
import dev.varve.server.http.Page;
import dev.varve.server.http.Parameter;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.lake.Lakes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The commits that lead to a state. */
final class Log {
  /**
   * How many commits one request looks at. A filter that few commits pass then answers a short or
   * even empty part with a cursor, instead of walking a long history in one go.
   */
  private static final int MAX_LOOKED_AT = 10_000;

  private static final Parameter<TableName> TABLE =
      Parameter.query("table", TableName::parse, "Only commits that changed this table.");
  private static final Parameter<String> AUTHOR_PART =
      Parameter.query("author", Function.identity(), "Only authors that contain this, any case.");
  private static final Parameter<String> GREP =
      Parameter.query("grep", Function.identity(), "Only messages that contain this, any case.");
  private static final Parameter<Instant> SINCE =
      Parameter.time("since", "Only commits of this time or later.");
  private static final Parameter<Instant> UNTIL =
      Parameter.time("until", "Only commits of this time or earlier.");
  private static final Parameter<Boolean> FIRST_PARENT =
      Parameter.flag("firstParent", "Follow only the branch that was merged into.");

  private final Lakes lakes;

  Log(Lakes lakes) {
    this.lakes = lakes;
  }

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, REPOSITORY_PATH + "/log", "listCommits")
            .group("history")
            .summary("Lists the commits that lead to a state, the newest first.")
            .takes(REPO, REF, TABLE, AUTHOR_PART, GREP, SINCE, UNTIL, FIRST_PARENT)
            .pages(
                CommitView.class,
                "Commits; a part may be short, or empty, and still have a 'next'.")
            .handledBy(this::list));
  }

  private Reply list(Request request) {
    Repository repository = lakes.repository(request.get(REPO));
    CommitFilter filter =
        new CommitFilter(
            repository,
            request.find(TABLE),
            request.find(AUTHOR_PART),
            request.find(GREP),
            request.find(SINCE),
            request.find(UNTIL));
    LogWalk walk = walk(request, repository);
    RefLabels labels = new RefLabels(repository);
    List<CommitView> items = new ArrayList<>();
    int limit = request.get(Page.LIMIT);
    for (int seen = 0; seen < MAX_LOOKED_AT && items.size() < limit && walk.hasNext(); seen++) {
      Commit commit = walk.next();
      if (filter.test(commit)) {
        items.add(CommitView.of(commit, labels.at(commit.id())));
      }
    }
    Optional<String> next = walk.cursor().map(cursor -> new Cursor(cursor.toString()).text());
    return Reply.ok(new Page<>(items, next));
  }

  private static LogWalk walk(Request request, Repository repository) {
    CommitGraph graph = repository.graph();
    Ancestry ancestry = request.get(FIRST_PARENT) ? Ancestry.FIRST_PARENT : Ancestry.ALL;
    return request
        .find(Page.AFTER)
        .map(cursor -> graph.log(LogCursor.parse(cursor.last()), ancestry))
        .orElseGet(
            () -> graph.log(List.of(repository.resolve(request.get(REF)).commitId()), ancestry));
  }
}
