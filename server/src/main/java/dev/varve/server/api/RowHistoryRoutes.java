package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REF;
import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.TableRoutes.TABLE;
import static dev.varve.server.api.TableRoutes.TABLE_PATH;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.catalog.history.LogCursor;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.Lake;
import dev.varve.engine.history.RowBlame;
import dev.varve.engine.history.RowCommit;
import dev.varve.engine.history.RowLog;
import dev.varve.server.http.Cursor;
import dev.varve.server.http.Doc;
import dev.varve.server.http.Page;
import dev.varve.server.http.Parameter;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.lake.Lakes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The history of single rows. */
final class RowHistoryRoutes {
  private static final String GROUP = "history";
  private static final Parameter<String> KEY =
      Parameter.query(
              "key",
              Function.<String>identity(),
              "The row's key: its value, or 'column=value' once for each column of the key.")
          .many();

  private final Lakes lakes;

  RowHistoryRoutes(Lakes lakes) {
    this.lakes = lakes;
  }

  /** A commit that changed the row. */
  @Doc("A commit that changed a row, seen from its first parent.")
  record RowCommitView(
      CommitView commit,
      @Doc("'added', 'removed' or 'changed'.") String kind,
      @Doc("The columns that changed; all if the row was added or removed.") List<String> columns,
      @Doc("The row by column; absent if it was added.") Optional<JsonNode> before,
      @Doc("The row by column; absent if it was removed.") Optional<JsonNode> after) {
    static RowCommitView of(RowCommit commit) {
      return new RowCommitView(
          CommitView.of(commit.commit()),
          commit.kind().name().toLowerCase(Locale.ROOT),
          commit.columns(),
          commit.before().map(RowJson::of),
          commit.after().map(RowJson::of));
    }
  }

  /** A cell and who wrote it. */
  @Doc("A cell and the commit that last wrote it.")
  record CellView(String column, JsonNode value, CommitView commit) {}

  /** All cells. */
  @Doc("Who last wrote each cell of a row.")
  record BlameView(
      @Doc("In the table's order.") List<CellView> cells,
      @Doc("How many commits were looked at.") long commitsRead,
      @Doc("How many data files were read.") long filesRead) {
    static BlameView of(RowBlame blame) {
      return new BlameView(
          blame.cells().stream()
              .map(
                  cell ->
                      new CellView(
                          cell.column(), RowJson.of(cell.value()), CommitView.of(cell.commit())))
              .toList(),
          blame.commitsRead(),
          blame.filesRead());
    }
  }

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, TABLE_PATH + "/log", "listRowCommits")
            .group(GROUP)
            .summary("Lists the commits that changed a row of a table with a row key.")
            .cost(Route.Cost.HEAVY)
            .takes(REPO, TABLE, REF, KEY)
            .pages(
                RowCommitView.class,
                "Commits, the newest first; a part may be short, or empty, and still have a"
                    + " 'next'.")
            .handledBy(this::log),
        Route.of(Method.GET, TABLE_PATH + "/blame", "blameRow")
            .group(GROUP)
            .summary("Says which commit last wrote each cell of a row.")
            .cost(Route.Cost.HEAVY)
            .takes(REPO, TABLE, REF, KEY)
            .answers(200, BlameView.class, "The cells.")
            .handledBy(this::blame));
  }

  private Reply log(Request request) {
    Lake lake = lakes.lake(request.get(REPO));
    ObjectId at = lake.repository().resolve(request.get(REF)).commitId();
    Optional<LogCursor> from =
        request.find(Page.AFTER).map(cursor -> LogCursor.parse(cursor.last()));
    RowLog log =
        lake.rowHistory()
            .log(at, request.get(TABLE), request.all(KEY), from, request.get(Page.LIMIT));
    return Reply.ok(
        new Page<>(
            log.commits().stream().map(RowCommitView::of).toList(),
            log.next().map(cursor -> new Cursor(cursor.toString()).text())));
  }

  private Reply blame(Request request) {
    Lake lake = lakes.lake(request.get(REPO));
    ObjectId at = lake.repository().resolve(request.get(REF)).commitId();
    return Reply.ok(
        BlameView.of(lake.rowHistory().blame(at, request.get(TABLE), request.all(KEY))));
  }
}
