package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REF;
import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.Parameters.REPOSITORY_PATH;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.Lake;
import dev.varve.engine.table.LoadedView;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
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
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.view.SQLViewRepresentation;
import org.apache.iceberg.view.ViewMetadata;

/** Views: SQL texts that engines keep beside the tables. Made and changed by engines. */
final class ViewRoutes {
  private static final String GROUP = "views";
  private static final String VIEWS_PATH = REPOSITORY_PATH + "/views";

  private static final Parameter<TableName> VIEW =
      Parameter.path("view", TableName::parse, "Its name, as one path segment.");
  private static final Parameter<NamespaceName> NAMESPACE =
      Parameter.query("namespace", NamespaceName::parse, "Only views directly in this one.");

  private final Lakes lakes;

  ViewRoutes(Lakes lakes) {
    this.lakes = lakes;
  }

  /** A view as it is answered. */
  @Doc("A view as it stands at a commit.")
  record ViewView(
      String name,
      @Doc("Stays the same across renames and branches.") String id,
      @Doc("The commit that was read.") String commit,
      @Doc("Its text, once for each dialect that an engine wrote it in.") List<ViewText> texts,
      TableViews.SchemaView schema,
      @Doc("Where names without a namespace are looked up.") String defaultNamespace,
      Map<String, String> properties) {

    static ViewView of(LoadedView view) {
      ViewMetadata metadata = view.metadata();
      return new ViewView(
          view.name().toString(),
          view.content().id().toString(),
          view.commitId().hex(),
          metadata.currentVersion().representations().stream()
              .filter(SQLViewRepresentation.class::isInstance)
              .map(SQLViewRepresentation.class::cast)
              .map(text -> new ViewText(text.dialect(), text.sql()))
              .toList(),
          TableViews.SchemaView.of(metadata.schema()),
          metadata.currentVersion().defaultNamespace().toString(),
          new TreeMap<>(metadata.properties()));
    }
  }

  /** The text of a view. */
  @Doc("The text of a view in one dialect.")
  record ViewText(@Doc("Such as 'spark' or 'trino'.") String dialect, String sql) {}

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, VIEWS_PATH, "listViews")
            .group(GROUP)
            .summary("Lists the views of a state.")
            .takes(REPO, REF, NAMESPACE)
            .pages(ViewView.class, "Views in the order of their names.")
            .handledBy(this::list),
        Route.of(Method.GET, VIEWS_PATH + "/{view}", "getView")
            .group(GROUP)
            .summary("Shows a view: its text, columns and properties.")
            .takes(REPO, VIEW, REF)
            .answers(200, ViewView.class, "The view.")
            .handledBy(this::show));
  }

  private Reply list(Request request) {
    Lake lake = lakes.lake(request.get(REPO));
    ObjectId commit = lake.repository().resolve(request.get(REF)).commitId();
    int limit = request.get(Page.LIMIT);
    List<TableName> names =
        lake.tables()
            .views()
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
            name -> ViewView.of(lake.tables().views().find(commit, name).orElseThrow())));
  }

  private Reply show(Request request) {
    Lake lake = lakes.lake(request.get(REPO));
    TableName name = request.get(VIEW);
    String ref = request.get(REF).text();
    ObjectId commit = lake.repository().resolve(request.get(REF)).commitId();
    return Reply.ok(
        lake.tables()
            .views()
            .find(commit, name)
            .map(ViewView::of)
            .orElseThrow(
                () ->
                    new VarveException(
                        ErrorCode.VIEW_NOT_FOUND,
                        "view '%s' does not exist at '%s'".formatted(name, ref),
                        "list the views with 'varve views --ref %s'".formatted(ref),
                        Map.of("view", name.toString(), "ref", ref),
                        null)));
  }
}
