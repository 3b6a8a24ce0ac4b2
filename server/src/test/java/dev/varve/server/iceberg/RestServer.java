package dev.varve.server.iceberg;

import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.table.TableSettings;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.Warehouse;
import dev.varve.server.http.HttpServer;
import dev.varve.server.http.HttpSettings;
import dev.varve.server.metrics.MetricsReports;
import dev.varve.server.settings.SettingValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.rest.RESTCatalog;

/** A server over a lake, fresh if there is none, with clients of Iceberg's own and plain HTTP. */
final class RestServer implements AutoCloseable {

  private static final Author TESTER = Author.named("tester");
  private static final SettingValues NO_VALUES = SettingValues.read(List.of(), List.of());

  private final HttpClient http = HttpClient.newHttpClient();
  private final Catalog catalog;
  private final Tables tables;
  private final MetricsReports reports;
  private final HttpServer server;

  private RestServer(Catalog catalog, Tables tables, MetricsReports reports, HttpServer server) {
    this.catalog = catalog;
    this.tables = tables;
    this.reports = reports;
    this.server = server;
  }

  static RestServer start(Path directory) {
    return start(directory, TableSettings.defaults());
  }

  static RestServer start(Path directory, TableSettings settings) {
    Catalog catalog = Catalog.open(directory.resolve("catalog"), CatalogSettings.defaults());
    Repository lake =
        catalog.repositories().isEmpty()
            ? catalog.create(RepositoryName.LAKE)
            : catalog.repository(RepositoryName.LAKE);
    Tables tables = new Tables(lake, Warehouse.local(directory.resolve("warehouse")), settings);
    MetricsReports reports = MetricsReports.open(directory.resolve("reports"));
    IcebergApi api =
        new IcebergApi(
            name -> {
              catalog.repository(name);
              return tables;
            },
            RepositoryName.LAKE,
            IcebergSettings.of(NO_VALUES),
            reports,
            Optional.empty(),
            Optional.empty());
    HttpServer server =
        HttpServer.start(
            "127.0.0.1",
            0,
            HttpSettings.of(NO_VALUES),
            new HttpServer.Parts(
                List.of(),
                List.of(new HttpServer.Mount(IcebergApi.ROOT + "/<path>", api::handle)),
                e -> Optional.empty(),
                (method, route, status, seconds) -> {},
                Optional.empty()));
    return new RestServer(catalog, tables, reports, server);
  }

  /** The address that clients are configured with. */
  String uri() {
    return "http://127.0.0.1:" + server.port() + IcebergApi.ROOT;
  }

  /** The location below which every file lies. */
  String warehouse() {
    return tables.warehouse().location();
  }

  void branch(String name, String from) {
    repository().createBranch(RefName.parse(name), resolve(from), TESTER, "for a test");
  }

  void tag(String name, String at) {
    repository().createTag(RefName.parse(name), resolve(at), TESTER, "for a test");
  }

  /** The first-parent history of a branch, newest first. */
  List<Commit> log(String branch) {
    List<Commit> commits = new ArrayList<>();
    Optional<ObjectId> next = Optional.of(resolve(branch));
    while (next.isPresent()) {
      Commit commit = repository().commit(next.get());
      commits.add(commit);
      next = commit.parents().stream().findFirst();
    }
    return commits;
  }

  private ObjectId resolve(String revision) {
    return repository().resolve(Revision.parse(revision)).commitId();
  }

  /** The lake behind the server, for writers that come another way. */
  Tables tables() {
    return tables;
  }

  private Repository repository() {
    return tables.repository();
  }

  RESTCatalog client(String warehouse) {
    return client(warehouse, Map.of());
  }

  RESTCatalog client(String warehouse, Map<String, String> more) {
    Map<String, String> properties = new HashMap<>();
    properties.put("uri", uri());
    properties.put("warehouse", warehouse);
    properties.put("io-impl", LocalIO.class.getName());
    properties.putAll(more);
    RESTCatalog client = new RESTCatalog();
    client.initialize("test", properties);
    return client;
  }

  /** Sends a request as it is, below the catalog's address. */
  HttpResponse<String> send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(uri() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<String> get(String path, String... headers) {
    return send("GET", path, "", headers);
  }

  @Override
  public void close() {
    server.close();
    reports.close();
    catalog.close();
  }
}
