package dev.varve.server.iceberg;

import dev.varve.catalog.CacheStatistics;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.storage.S3Delegation;
import dev.varve.engine.table.Tables;
import dev.varve.server.auth.Authenticator;
import dev.varve.server.http.HttpServer;
import dev.varve.server.metrics.MetricsReports;
import dev.varve.server.settings.Size;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.rest.Endpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers everything under {@code /iceberg/}. Safe for use by many threads.
 *
 * <p>Paths are matched as they were sent, before any decoding: clients write {@code %2F}, {@code
 * %25} and {@code %1F} in one segment, and a decoded slash could not be told from a separator.
 */
public final class IcebergApi {

  /** The path that a client's {@code uri} ends with. */
  public static final String ROOT = "/iceberg";

  /** Where access tokens are given out, below {@link #ROOT}. */
  public static final String TOKENS = TokenResource.TOKENS.path();

  private static final Logger LOG = LoggerFactory.getLogger(IcebergApi.class);
  private static final Endpoint CONFIG = Endpoint.create("GET", "/v1/config");

  /** What the specification has and this catalog does not: answered with 406, not 404. */
  private static final List<PathTemplate> UNOFFERED =
      Stream.of(Endpoint.V1_TABLE_CREDENTIALS, Endpoint.V1_TABLE_REMOTE_SIGN)
          .map(PathTemplate::of)
          .toList();

  private final List<Route> routes;
  private final Size maxBody;
  private final Once once;
  private final Targets targets;
  private final Plans plans = new Plans();

  /**
   * @param lakes finds a repository; throws if there is none of that name
   * @param defaultRepository what a client gets that names no warehouse
   * @param reports where the metrics reports of engines are kept
   * @param authenticator gives out access tokens; empty if the server asks nobody who they are
   * @param delegation gives clients access to the store; empty if they need none
   */
  public IcebergApi(
      Function<RepositoryName, Tables> lakes,
      RepositoryName defaultRepository,
      IcebergSettings settings,
      MetricsReports reports,
      Optional<Authenticator> authenticator,
      Optional<S3Delegation> delegation) {
    this.maxBody = settings.maxBody();
    this.targets = new Targets(lakes, defaultRepository);
    InstantSource clock = InstantSource.system();
    this.once = new Once(targets, clock);
    List<Route> offered = new ArrayList<>();
    offered.addAll(new NamespaceResource(targets).routes());
    DelegationResource delegated = new DelegationResource(targets, delegation);
    offered.addAll(
        delegated.announcedBy(new TableResource(targets, settings.shownRefs()).routes()));
    offered.addAll(delegated.routes());
    offered.addAll(new CommitResource(targets).routes());
    offered.addAll(new PlanResource(targets, settings.shownRefs(), plans).routes());
    offered.addAll(new ViewResource(targets).routes());
    offered.addAll(new MetricsResource(targets, reports, clock).routes());
    TokenResource tokens = new TokenResource(authenticator);
    offered.addAll(tokens.offered());
    List<Endpoint> endpoints = offered.stream().map(Route::endpoint).toList();
    offered.addAll(tokens.refused());
    offered.add(Route.reading(CONFIG, new ConfigResource(targets, endpoints)::config));
    this.routes = List.copyOf(offered);
  }

  /** What the caches of this part did and hold, by name. */
  public Map<String, CacheStatistics> caches() {
    return Map.of(
        "revisions", targets.revisions(),
        "scan-plans", plans.statistics(),
        "refused-writes", once.refusals());
  }

  /** Answers one request, errors included. */
  public void handle(Context context) {
    Reply reply;
    try {
      reply = answer(context);
    } catch (RuntimeException e) {
      reply = Failure.reply(e);
      if (reply.status() >= 500) {
        LOG.error("{} {} failed", context.req().getMethod(), context.req().getRequestURI(), e);
      }
    }
    context.status(reply.status());
    reply.headers().forEach(context::header);
    if (reply.body().isPresent() && !context.req().getMethod().equals("HEAD")) {
      context.contentType("application/json").result(Wire.write(reply.body().get()));
    }
  }

  private Reply answer(Context context) {
    String method = context.req().getMethod();
    List<String> segments = segments(context.req().getRequestURI());
    boolean known = false;
    for (Route route : routes) {
      Optional<Map<String, String>> variables = route.match(segments);
      known |= variables.isPresent();
      if (variables.isPresent() && route.endpoint().httpMethod().equals(method)) {
        return once.answer(route, call(context, variables.get(), limit(route)));
      }
    }
    if (known || UNOFFERED.stream().anyMatch(path -> path.matches(segments))) {
      throw new UnsupportedOperationException(
          "%s %s is not offered".formatted(method, String.join("/", segments)));
    }
    throw new NotFoundException("No route for request: %s %s", method, String.join("/", segments));
  }

  private static List<String> segments(String uri) {
    String path = uri.substring(uri.indexOf(ROOT + "/") + ROOT.length() + 1);
    return Arrays.asList(path.split("/", -1));
  }

  /** Forms for tokens come from anybody, so they get no room to speak of. */
  private Size limit(Route route) {
    return route.endpoint().equals(TokenResource.TOKENS) ? TokenResource.MAX_FORM : maxBody;
  }

  private Call call(Context context, Map<String, String> variables, Size most) {
    Map<String, String> query = new HashMap<>();
    context.queryParamMap().forEach((name, values) -> query.put(name, values.get(0)));
    String line = context.req().getMethod() + " " + context.req().getRequestURI();
    return new Call(
        line,
        variables,
        query,
        name -> Optional.ofNullable(context.req().getHeader(name)),
        HttpServer.client(context),
        body(context, most));
  }

  /** Read by hand, as Javalin's own limit is one megabyte for all. */
  private static byte[] body(Context context, Size most) {
    int limit = Math.toIntExact(most.bytes());
    try {
      byte[] body = context.bodyInputStream().readNBytes(limit + 1);
      if (body.length > limit) {
        throw new VarveException(
            ErrorCode.PAYLOAD_TOO_LARGE,
            "the request has more than %s".formatted(most),
            "a form for a token has no more than %s; for others raise the server's setting 'iceberg.max-body'"
                .formatted(TokenResource.MAX_FORM));
      }
      return body;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the request", e);
    }
  }
}
