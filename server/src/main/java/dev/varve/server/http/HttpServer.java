package dev.varve.server.http;

import dev.varve.server.recent.RecentEntries;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.compression.Gzip;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The declared routes, listening. */
public final class HttpServer implements AutoCloseable {
  /** Threads beyond those that answer: Jetty's own acceptors and selectors, and free routes. */
  private static final int SPARE_THREADS = 16;

  /** Bounds what waits for a thread, for each connection has one request at a time. */
  private static final int MAX_CONNECTIONS = 4096;

  private final Javalin javalin;
  private final HttpSettings settings;
  private final List<Route> routes;
  private final Gate all;
  private final Gate heavy;
  private final Idempotency idempotency;

  private HttpServer(HttpSettings settings, Parts parts) {
    this.settings = settings;
    this.routes = List.copyOf(parts.routes());
    this.all = new Gate("requests", settings.maxRequests(), Duration.ZERO);
    this.heavy =
        new Gate(
            "requests that read or write rows", settings.maxHeavyRequests(), settings.heavyWait());
    this.idempotency = new Idempotency(settings);
    this.javalin = Javalin.create(config -> configure(config, parts));
  }

  /**
   * What is served.
   *
   * @param access empty for a server that asks nobody who they are
   */
  public record Parts(
      List<Route> routes,
      List<Mount> mounts,
      Function<Exception, Optional<Problem>> problems,
      RequestObserver observer,
      Optional<Access> access) {
    public Parts {
      routes = List.copyOf(routes);
      mounts = List.copyOf(mounts);
    }
  }

  /**
   * Who is let in.
   *
   * @param clients tells a client's name by the {@code Authorization} it sends, which may be null
   * @param open the paths, as they are sent, that are answered without a client
   */
  public record Access(Function<String, Optional<String>> clients, Set<String> open) {
    public Access {
      open = Set.copyOf(open);
    }
  }

  /** The client that sent a request; empty if the server asks nobody. */
  public static Optional<String> client(Context ctx) {
    return AccessGuard.client(ctx);
  }

  /**
   * A part that answers everything below a path by itself, errors included.
   *
   * @param path with a trailing {@code <name>} that takes the rest
   */
  public record Mount(String path, io.javalin.http.Handler handler) {}

  /** Is told of every request when it has ended. */
  @FunctionalInterface
  public interface RequestObserver {
    /**
     * Takes one measurement.
     *
     * @param route the declared path, or {@code none}
     */
    void ended(String method, String route, int status, double seconds);
  }

  /**
   * Begins to listen.
   *
   * @param port 0 for any free one
   */
  public static HttpServer start(String host, int port, HttpSettings settings, Parts parts) {
    HttpServer server = new HttpServer(settings, parts);
    server.javalin.start(host, port);
    return server;
  }

  /** The port it listens on. */
  public int port() {
    return javalin.port();
  }

  /** How many requests run, but for those that cost nothing. */
  public int running() {
    return all.inside();
  }

  /** The answers that are remembered for requests with a key, to be looked at. */
  public RecentEntries<?, ?> rememberedAnswers() {
    return idempotency.answers();
  }

  /** The declared routes. */
  public List<Route> routes() {
    return routes;
  }

  /**
   * Refuses new requests, waits for running ones as long as the settings say, then cuts them. The
   * second call does nothing.
   */
  @Override
  public void close() {
    javalin.stop();
  }

  private void configure(JavalinConfig config, Parts parts) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.prefer405over404 = true;
    config.http.defaultContentType = MediaTypes.JSON;
    config.http.compressionStrategy = new CompressionStrategy(null, new Gzip(1));
    configureJetty(config, parts.observer());
    config.router.javaLangErrorHandler(ErrorAnswers::fatal);
    ErrorAnswers errors = new ErrorAnswers(parts.problems());
    errors.register(config.routes);
    Optional<AccessGuard> access = parts.access().map(AccessGuard::new);
    OriginGuard guard = new OriginGuard(settings.allowedHosts());
    config.routes.before(
        ctx -> {
          RequestId.begin(ctx);
          ctx.header("X-Content-Type-Options", "nosniff");
          ctx.header("Vary", "Accept-Encoding");
          guard.check(ctx);
          access.ifPresent(check -> check.check(ctx));
        });
    config.routes.after(ctx -> RequestId.end());
    for (Route route : routes) {
      add(config, route, errors);
    }
    for (Mount mount : parts.mounts()) {
      mount(config, mount);
    }
  }

  private void add(JavalinConfig config, Route route, ErrorAnswers errors) {
    List<Gate> gates = new ArrayList<>();
    if (route.cost() != Route.Cost.FREE) {
      gates.add(all);
    }
    if (route.cost() == Route.Cost.HEAVY) {
      gates.add(heavy);
    }
    RouteRunner runner = new RouteRunner(route, settings, idempotency, errors, gates);
    config.routes.addHttpHandler(
        HandlerType.findOrCreate(route.method().name()), route.path(), runner::run);
    if (route.method() == Route.Method.GET) {
      config.routes.addHttpHandler(HandlerType.HEAD, route.path(), runner::run);
    }
  }

  private void mount(JavalinConfig config, Mount mount) {
    String template = mount.path().replace('<', '{').replace('>', '}');
    for (HandlerType method :
        List.of(HandlerType.GET, HandlerType.HEAD, HandlerType.POST, HandlerType.DELETE)) {
      config.routes.addHttpHandler(
          method,
          mount.path(),
          (Context ctx) -> {
            ctx.attribute(RequestLogLines.ROUTE, template);
            all.pass(() -> mount.handler().handle(ctx));
          });
    }
  }

  private void configureJetty(JavalinConfig config, RequestObserver observer) {
    int idleMillis = Math.toIntExact(settings.idleTimeout().toMillis());
    int threads = settings.maxRequests() + SPARE_THREADS;
    QueuedThreadPool pool = new QueuedThreadPool(threads, 8, 60_000);
    pool.setName("varve-http");
    config.jetty.threadPool = pool;
    config.jetty.modifyServer(
        server -> {
          server.setStopTimeout(settings.stopTimeout().toMillis());
          server.insertHandler(new GracefulHandler());
          server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
          server.setErrorHandler(new JettyErrors());
          server.setRequestLog(new RequestLogLines(observer::ended));
        });
    config.jetty.modifyServletContextHandler(
        // Encoded slashes and percent signs are part of names here, not of paths.
        handler -> handler.getServletHandler().setDecodeAmbiguousURIs(true));
    config.jetty.modifyHttpConfiguration(
        http -> {
          http.setUriCompliance(
              UriCompliance.DEFAULT.with(
                  "varve",
                  UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
                  UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
                  UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT,
                  UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS));
          http.setSendServerVersion(false);
          http.setSendDateHeader(true);
          http.setRequestHeaderSize(16 * 1024);
        });
    config.jetty.addConnector(
        (Server server, org.eclipse.jetty.server.HttpConfiguration http) -> {
          ServerConnector connector =
              new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
          connector.setHost(config.jetty.host);
          connector.setPort(config.jetty.port);
          connector.setIdleTimeout(idleMillis);
          connector.setShutdownIdleTimeout(100);
          return connector;
        });
  }
}
