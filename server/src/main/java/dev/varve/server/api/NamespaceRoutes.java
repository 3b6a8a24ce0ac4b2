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
import java.util.TreeMap;

/** What tables are grouped in. */
final class NamespaceRoutes {
  private static final String GROUP = "namespaces";
  private static final Parameter<NamespaceName> NAMESPACE =
      Parameter.path("namespace", NamespaceName::parse, "Its name, levels joined by dots.");
  private static final Parameter<NamespaceName> PARENT =
      Parameter.query(
          "parent", NamespaceName::parse, "The one whose children to list; else the first level.");

  private final Lakes lakes;

  NamespaceRoutes(Lakes lakes) {
    this.lakes = lakes;
  }

  /** A namespace as it is answered. */
  record NamespaceView(String name, Map<String, String> properties) {}

  /** What creates a namespace. */
  @Doc("A namespace to create.")
  record NewNamespace(
      String name,
      @Doc("The namespace's own properties.") Map<String, String> namespaceProperties,
      Optional<String> branch,
      Optional<String> author,
      Optional<String> message,
      @Doc("The commit's properties.") Map<String, String> properties) {}

  List<Route> routes() {
    String all = REPOSITORY_PATH + "/namespaces";
    return List.of(
        Route.of(Method.GET, all, "listNamespaces")
            .group(GROUP)
            .summary("Lists namespaces; 'default' is always there.")
            .takes(REPO, REF, PARENT)
            .pages(NamespaceView.class, "Namespaces in the order of their names.")
            .handledBy(this::list),
        Route.of(Method.POST, all, "createNamespace")
            .group(GROUP)
            .summary("Creates a namespace.")
            .takes(REPO)
            .body(NewNamespace.class)
            .writes()
            .answers(201, WriteView.class, "It is created.")
            .handledBy(this::create),
        Route.of(Method.DELETE, all + "/{namespace}", "dropNamespace")
            .group(GROUP)
            .summary("Drops an empty namespace.")
            .takes(REPO, NAMESPACE, BRANCH, AUTHOR, MESSAGE, PROPERTY)
            .writes()
            .answers(200, WriteView.class, "It is dropped.")
            .handledBy(this::drop));
  }

  private Reply list(Request request) {
    Lake lake = lakes.lake(request.get(REPO));
    ObjectId commit = lake.repository().resolve(request.get(REF)).commitId();
    int limit = request.get(Page.LIMIT);
    List<NamespaceName> names =
        lake.tables()
            .namespaces()
            .list(
                commit,
                request.find(PARENT),
                request.find(Page.AFTER).map(Cursor::last).map(NamespaceName::parse),
                limit + 1);
    return Reply.ok(
        Pages.of(
            names,
            limit,
            NamespaceName::toString,
            name ->
                new NamespaceView(name.toString(), lake.tables().namespaces().load(commit, name))));
  }

  private Reply create(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    NewNamespace body = request.body(NewNamespace.class);
    WriteOptions options =
        CommitBody.options(
            request, body.branch(), body.author(), body.message(), body.properties());
    return Reply.created(
        WriteView.of(
            options.branch(),
            Optional.of(
                lake.tables()
                    .namespaces()
                    .create(
                        options,
                        NamespaceName.parse(body.name()),
                        new TreeMap<>(body.namespaceProperties()))),
            Optional.empty()));
  }

  private Reply drop(Request request) {
    Lake lake = lakes.lake(request.get(REPO));
    WriteOptions options = CommitBody.options(request);
    return Reply.ok(
        WriteView.of(
            options.branch(),
            Optional.of(lake.tables().namespaces().drop(options, request.get(NAMESPACE))),
            Optional.empty()));
  }
}
