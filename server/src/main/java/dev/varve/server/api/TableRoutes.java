package dev.varve.server.api;

import static dev.varve.server.api.Parameters.AUTHOR;
import static dev.varve.server.api.Parameters.BRANCH;
import static dev.varve.server.api.Parameters.MESSAGE;
import static dev.varve.server.api.Parameters.PROPERTY;
import static dev.varve.server.api.Parameters.REF;
import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.Parameters.REPOSITORY_PATH;

import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.Lake;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.WriteOptions;
import dev.varve.server.http.Cursor;
import dev.varve.server.http.Doc;
import dev.varve.server.http.Page;
import dev.varve.server.http.Parameter;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.lake.Lakes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tables: listed, shown, dropped and renamed. */
final class TableRoutes {
  static final String GROUP = "tables";
  static final String TABLES_PATH = REPOSITORY_PATH + "/tables";
  static final String TABLE_PATH = TABLES_PATH + "/{table}";

  static final Parameter<TableName> TABLE =
      Parameter.path(
          "table", TableName::parse, "Its name: 'orders' or 'sales.orders', as one path segment.");

  private static final Parameter<NamespaceName> NAMESPACE =
      Parameter.query("namespace", NamespaceName::parse, "Only tables directly in this one.");

  private final Lakes lakes;

  TableRoutes(Lakes lakes) {
    this.lakes = lakes;
  }

  /** What renames a table. */
  @Doc("A table's new name.")
  record RenameTable(
      @Doc("The new name, in this or another namespace.") String to,
      Optional<String> branch,
      Optional<String> author,
      Optional<String> message,
      Map<String, String> properties) {}

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, TABLES_PATH, "listTables")
            .group(GROUP)
            .summary("Lists the tables of a state.")
            .takes(REPO, REF, NAMESPACE)
            .pages(TableViews.Summary.class, "Tables in the order of their names.")
            .handledBy(this::list),
        Route.of(Method.GET, TABLE_PATH, "getTable")
            .group(GROUP)
            .summary("Shows a table: its columns, layout and size.")
            .takes(REPO, TABLE, REF)
            .answers(200, TableViews.Details.class, "The table.")
            .handledBy(this::show),
        Route.of(Method.DELETE, TABLE_PATH, "dropTable")
            .group(GROUP)
            .summary("Drops a table from a branch; its files stay, for older commits read them.")
            .takes(REPO, TABLE, BRANCH, AUTHOR, MESSAGE, PROPERTY)
            .writes()
            .answers(200, WriteView.class, "It is dropped.")
            .handledBy(this::drop),
        Route.of(Method.POST, TABLE_PATH + "/rename", "renameTable")
            .group(GROUP)
            .summary("Gives a table another name; it keeps its id and its history.")
            .takes(REPO, TABLE)
            .body(RenameTable.class)
            .writes()
            .answers(200, WriteView.class, "It is renamed.")
            .handledBy(this::rename));
  }

  private Reply list(Request request) {
    Lake lake = lakes.lake(request.get(REPO));
    ObjectId commit = lake.repository().resolve(request.get(REF)).commitId();
    int limit = request.get(Page.LIMIT);
    List<TableName> names =
        lake.tables()
            .list(
                commit,
                request.find(NAMESPACE),
                request.find(Page.AFTER).map(Cursor::last).map(TableName::parse),
                limit + 1);
    return Reply.ok(
        Pages.of(
            names,
            limit,
            TableName::toString,
            name -> TableViews.Summary.of(lake.tables().load(commit, name))));
  }

  private Reply show(Request request) {
    Lake lake = lakes.lake(request.get(REPO));
    return Reply.ok(
        TableViews.Details.of(NamedTable.load(lake, request.get(REF), request.get(TABLE))));
  }

  private Reply drop(Request request) {
    Lake lake = lakes.lake(request.get(REPO));
    WriteOptions options = CommitBody.options(request);
    TableName table = request.get(TABLE);
    return Reply.ok(
        WriteView.of(
            options.branch(), Optional.of(lake.tables().drop(options, table)), Optional.of(table)));
  }

  private Reply rename(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    RenameTable body = request.body(RenameTable.class);
    WriteOptions options =
        CommitBody.options(
            request, body.branch(), body.author(), body.message(), body.properties());
    TableName to = TableName.parse(body.to());
    return Reply.ok(
        WriteView.of(
            options.branch(),
            Optional.of(lake.tables().rename(options, request.get(TABLE), to)),
            Optional.of(to)));
  }
}
