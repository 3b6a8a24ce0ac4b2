package dev.varve.server.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.QuietException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns every exception into an answer of the one form. */
final class ErrorAnswers {
  private static final Logger log = LoggerFactory.getLogger(ErrorAnswers.class);

  private final Function<Exception, Optional<Problem>> known;

  /**
   * @param known tells the errors of the parts behind the routes
   */
  ErrorAnswers(Function<Exception, Optional<Problem>> known) {
    this.known = known;
  }

  void register(RoutesConfig routes) {
    routes.exception(Exception.class, this::answer);
    // More specific than the above, and taken by Javalin for its own form otherwise.
    routes.exception(HttpResponseException.class, this::answer);
  }

  void answer(Exception exception, Context ctx) {
    if (clientLeft(exception)) {
      log.debug("the client closed the connection", exception);
      cut(ctx);
      return;
    }
    Problem problem = problem(exception, ctx);
    if (problem.ours()) {
      log.error("cannot answer {} {}", ctx.req().getMethod(), ctx.path(), exception);
    }
    if (ctx.res().isCommitted()) {
      // The client cannot be told any more, and the log of requests says 200.
      log.warn(
          "cut the answer to {} {} (request {}): {}",
          ctx.req().getMethod(),
          ctx.path(),
          RequestId.of(ctx),
          problem.message());
      cut(ctx);
      return;
    }
    write(problem, ctx);
  }

  /** The body that tells of an exception, where the status can tell it no more. */
  ErrorBody told(Exception exception, Context ctx) {
    Problem problem = problem(exception, ctx);
    if (problem.ours()) {
      log.error("cannot finish {} {}", ctx.req().getMethod(), ctx.path(), exception);
    }
    return problem.body(RequestId.of(ctx));
  }

  private Problem problem(Exception exception, Context ctx) {
    if (exception instanceof RequestRefused refused) {
      return Problem.of(refused);
    }
    Optional<Problem> told = known.apply(exception);
    if (told.isPresent()) {
      return told.get();
    }
    if (exception instanceof MethodNotAllowedResponse refused) {
      return methodNotAllowed(ctx, refused);
    }
    if (exception instanceof HttpResponseException http && http.getStatus() == 404) {
      return Problem.of(
          new RequestRefused(
              HttpErrorCode.ROUTE_NOT_FOUND,
              "there is nothing at '" + ctx.path() + "'",
              "the routes are listed at '/docs'"));
    }
    if (timedOut(exception)) {
      return Problem.of(
          new RequestRefused(
              HttpErrorCode.REQUEST_TIMEOUT, "the request's body did not arrive in time"));
    }
    return Problem.internal();
  }

  private static Problem methodNotAllowed(Context ctx, MethodNotAllowedResponse response) {
    TreeSet<String> allowed = new TreeSet<>();
    for (String names : response.getDetails().values()) {
      for (String name : names.split("\\W+", -1)) {
        if (!name.isEmpty()) {
          allowed.add(name);
        }
      }
    }
    String methods = String.join(", ", allowed);
    return Problem.of(
        new RequestRefused(
                HttpErrorCode.METHOD_NOT_ALLOWED,
                "cannot " + ctx.req().getMethod() + " '" + ctx.path() + "'",
                "this path takes " + methods)
            .with("Allow", methods));
  }

  /** Writes the answer, in Iceberg's form under Iceberg's paths. */
  private static void write(Problem problem, Context ctx) {
    ctx.res().resetBuffer();
    ctx.res().setHeader("Content-Encoding", null);
    problem.headers().forEach(ctx::header);
    ctx.header("Cache-Control", "no-store");
    ctx.status(problem.status());
    ctx.contentType(MediaTypes.JSON);
    Object body =
        ctx.path().startsWith("/iceberg/") ? icebergBody(problem) : problem.body(RequestId.of(ctx));
    ctx.result(Json.bytes(body));
  }

  private static Object icebergBody(Problem problem) {
    boolean unknownClient = problem.status() == HttpErrorCode.UNAUTHENTICATED.status();
    String type = unknownClient ? "NotAuthorizedException" : problem.code();
    return Map.of(
        "error", Map.of("message", problem.message(), "type", type, "code", problem.status()));
  }

  /** Answers for the errors of the Java machine itself, where no exception handler runs. */
  static void fatal(HttpServletResponse response, Error error) {
    log.error("cannot answer a request", error);
    if (response.isCommitted()) {
      return;
    }
    response.setStatus(500);
    response.setContentType(MediaTypes.JSON);
    String id = response.getHeader(RequestId.HEADER);
    try {
      response.getOutputStream().write(Json.bytes(Problem.internal().body(id == null ? "" : id)));
    } catch (IOException e) {
      log.debug("cannot write the error", e);
    }
  }

  /** Ends the connection in the middle of an answer, so that its end is missing visibly. */
  private static void cut(Context ctx) {
    ServletContextRequest.getServletContextRequest(ctx.req())
        .getConnectionMetaData()
        .getConnection()
        .getEndPoint()
        .close();
  }

  private static boolean clientLeft(Throwable exception) {
    for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
      if (cause instanceof EOFException && cause instanceof QuietException) {
        return true;
      }
    }
    return false;
  }

  private static boolean timedOut(Throwable exception) {
    return exception instanceof IOException && exception.getCause() instanceof TimeoutException;
  }
}
