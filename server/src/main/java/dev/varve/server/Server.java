package dev.varve.server;

import dev.varve.catalog.CacheStatistics;
import dev.varve.catalog.CatalogStatistics;
import dev.varve.catalog.RepositoryName;
import dev.varve.engine.table.Warehouse;
import dev.varve.server.api.Routes;
import dev.varve.server.auth.Authenticator;
import dev.varve.server.http.HttpServer;
import dev.varve.server.http.Route;
import dev.varve.server.iceberg.IcebergApi;
import dev.varve.server.lake.Lakes;
import dev.varve.server.log.Logs;
import dev.varve.server.maintenance.Backups;
import dev.varve.server.metrics.CacheMetrics;
import dev.varve.server.metrics.CatalogMetrics;
import dev.varve.server.metrics.Metrics;
import dev.varve.server.metrics.MetricsReports;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server: its data directory, its lakes and the HTTP that leads to them. */
public final class Server implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Server.class);

  /** What a client may ask before it has said who it is. */
  private static final Set<String> OPEN_PATHS =
      Set.of("/healthz", IcebergApi.ROOT + IcebergApi.TOKENS);

  private final ServerSettings settings;
  private final DataDirectory directory;
  private final HttpServer http;
  private final Deque<AutoCloseable> parts;
  private boolean closed;

  private Server(
      ServerSettings settings,
      DataDirectory directory,
      HttpServer http,
      Deque<AutoCloseable> parts) {
    this.settings = settings;
    this.directory = directory;
    this.http = http;
    this.parts = parts;
  }

  /**
   * Starts a server, which answers when this returns. What was opened is closed again when it
   * cannot start.
   */
  public static Server start(ServerSettings settings) {
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      DataDirectory directory = DataDirectory.open(settings.data());
      parts.push(directory);
      Logs.configure(settings.log(), directory.logs());
      parts.push(Logs::close);
      parts.push(() -> log.info("stopped"));
      Warehouse warehouse = settings.warehouse().open(directory.root());
      parts.push(warehouse);
      Lakes lakes =
          Lakes.open(
              directory.catalog(),
              warehouse,
              settings.lakes().engine(directory.temporary(), settings.http().maxUpload()));
      parts.push(lakes);
      Metrics metrics = new Metrics();
      metrics.register(new CatalogMetrics(lakes::statistics));
      Backups backups = new Backups(settings.backup(), lakes, Version.text());
      MetricsReports reports = MetricsReports.open(directory.reports());
      parts.push(reports);
      Optional<Authenticator> authenticator =
          settings
              .auth()
              .credentials()
              .map(
                  file ->
                      Authenticator.open(
                          file, directory.tokenKey(), settings.auth().tokenLifetime()));
      IcebergApi iceberg =
          new IcebergApi(
              name -> lakes.lake(name).tables(),
              RepositoryName.LAKE,
              settings.iceberg(),
              reports,
              authenticator,
              warehouse.storage().delegation());
      HttpServer http =
          HttpServer.start(
              settings.host(),
              settings.port(),
              settings.http(),
              new HttpServer.Parts(
                  Routes.all(Version.text(), metrics, lakes, settings.query(), backups, reports),
                  List.of(new HttpServer.Mount(IcebergApi.ROOT + "/<path>", iceberg::handle)),
                  Routes.problems(),
                  metrics::request,
                  authenticator.map(known -> new HttpServer.Access(known::client, OPEN_PATHS))));
      parts.push(http);
      metrics.register(new CacheMetrics(() -> caches(lakes, reports, http, iceberg)));
      log.info("listens on port {}, version {}", http.port(), Version.text());
      return new Server(settings, directory, http, parts);
    } catch (RuntimeException | Error e) {
      closeAll(parts);
      throw e;
    }
  }

  private static Map<String, CacheStatistics> caches(
      Lakes lakes, MetricsReports reports, HttpServer http, IcebergApi iceberg) {
    CatalogStatistics catalog = lakes.statistics();
    Map<String, CacheStatistics> caches = new TreeMap<>();
    caches.put("tree-nodes", catalog.nodes());
    caches.put("commits", catalog.commits());
    catalog.blocks().ifPresent(blocks -> caches.put("store-blocks", blocks));
    caches.put("metadata", lakes.metadataCache());
    caches.put("row-diffs", lakes.rowDiffCache());
    caches.put("metrics-reports", reports.cacheStatistics());
    caches.put("idempotent-answers", http.rememberedAnswers().statistics());
    caches.putAll(iceberg.caches());
    caches.putAll(lakes.warehouse().storage().caches());
    return caches;
  }

  /** Where it listens. */
  public URI uri() {
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return URI.create("http://" + host + ":" + http.port());
  }

  /** Where its data lives, as an absolute path. */
  public Path data() {
    return directory.root();
  }

  /** How many requests run, but for those that cost nothing. */
  public int running() {
    return http.running();
  }

  /** How long {@link #close} waits for running requests before it cuts them. */
  public Duration stopTimeout() {
    return settings.http().stopTimeout();
  }

  /** Every declared route. */
  public List<Route> routes() {
    return http.routes();
  }

  /**
   * Stops: running requests end within the settings' bound, then the lakes close. The second call
   * does nothing.
   */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      log.info("stopping");
      closeAll(parts);
    }
  }

  private static void closeAll(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        // The parts below must still be closed, the store above all.
        log.error("cannot close {}", part.getClass().getSimpleName(), e);
      }
    }
  }
}
