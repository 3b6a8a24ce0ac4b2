package dev.varve.server.http;

import dev.varve.catalog.error.Nearest;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What a handler sees of one request. Used by one thread. */
public final class Request {
  private final Context ctx;
  private final Route route;
  private final HttpSettings settings;
  private byte[] body;
  private InputStream upload;

  Request(Context ctx, Route route, HttpSettings settings) {
    this.ctx = ctx;
    this.route = route;
    this.settings = settings;
  }

  /** The id in the answer and in the log. */
  public String id() {
    return RequestId.of(ctx);
  }

  /** The client's name; empty if the server asks nobody who they are. */
  public Optional<String> client() {
    return AccessGuard.client(ctx);
  }

  /** The value of a parameter that is required or has a default. */
  public <T> T get(Parameter<T> parameter) {
    return find(parameter)
        .orElseThrow(
            () ->
                new RequestRefused(
                    HttpErrorCode.INVALID_PARAMETER,
                    "the parameter '" + parameter.name() + "' is missing"));
  }

  /** The value of a parameter, if it is given or has a default. */
  public <T> Optional<T> find(Parameter<T> parameter) {
    return text(parameter).or(parameter::fallback).map(parameter::read);
  }

  /** Every value of a parameter that may be given more than once, in order. */
  public <T> List<T> all(Parameter<T> parameter) {
    return ctx.queryParams(parameter.name()).stream().map(parameter::read).toList();
  }

  private Optional<String> text(Parameter<?> parameter) {
    return Optional.ofNullable(
        switch (parameter.in()) {
          case PATH -> ctx.pathParam(parameter.name());
          case QUERY -> ctx.queryParam(parameter.name());
          case HEADER -> ctx.header(parameter.name());
        });
  }

  /** The JSON body, read strictly. */
  public <T> T body(Class<T> type) throws IOException {
    return Json.read(bodyBytes(), type);
  }

  /** The file that the request brings; limited in size, read as it arrives. */
  public InputStream upload() throws IOException {
    if (upload == null) {
      long length = ctx.req().getContentLengthLong();
      if (length > settings.maxUpload().bytes()) {
        throw LimitedInput.tooLarge(settings.maxUpload().bytes(), "http.max-upload");
      }
      upload =
          new LimitedInput(
              ctx.req().getInputStream(), settings.maxUpload().bytes(), "http.max-upload");
    }
    return upload;
  }

  /** Puts {@code wrapped} in place of the file, which it reads from. */
  void wrapUpload(InputStream wrapped) {
    this.upload = wrapped;
  }

  byte[] bodyBytes() throws IOException {
    if (body == null) {
      long max = settings.maxBody().bytes();
      if (ctx.req().getContentLengthLong() > max) {
        throw LimitedInput.tooLarge(max, "http.max-body");
      }
      body = new LimitedInput(ctx.req().getInputStream(), max, "http.max-body").readAllBytes();
    }
    return body;
  }

  /** Whether the client asks for {@code mediaType} by name. */
  public boolean asksFor(String mediaType) {
    String accept = ctx.header("Accept");
    return accept != null && accept.contains(mediaType);
  }

  /** The media type of the body, without parameters; empty if none is told. */
  public Optional<String> contentType() {
    return Optional.ofNullable(ctx.contentType()).map(MediaTypes::bare);
  }

  Context context() {
    return ctx;
  }

  Route route() {
    return route;
  }

  /** Refuses what the route does not declare: query parameters, media types. */
  void check() {
    checkQuery();
    List<String> offered =
        route.answers().values().stream().flatMap(a -> a.mediaTypes().stream()).toList();
    if (!MediaTypes.accepts(ctx.header("Accept"), offered)) {
      throw new RequestRefused(
          HttpErrorCode.NOT_ACCEPTABLE,
          "cannot answer as '" + ctx.header("Accept") + "'",
          "this route answers " + String.join(", ", new TreeSet<>(offered)));
    }
    if (route.body().isPresent() && !contentType().equals(Optional.of(MediaTypes.JSON))) {
      throw new RequestRefused(
          HttpErrorCode.UNSUPPORTED_MEDIA_TYPE,
          "cannot read a body of type '" + contentType().orElse("") + "'",
          "send JSON with 'Content-Type: application/json'");
    }
  }

  private void checkQuery() {
    List<String> known =
        route.parameters().stream()
            .filter(p -> p.in() == Parameter.In.QUERY)
            .map(Parameter::name)
            .toList();
    ctx.queryParamMap()
        .forEach(
            (name, values) -> {
              if (!known.contains(name)) {
                throw unknownParameter(name, known);
              }
              boolean repeated =
                  route.parameters().stream().anyMatch(p -> p.name().equals(name) && p.repeated());
              if (values.size() > 1 && !repeated) {
                throw new RequestRefused(
                    HttpErrorCode.INVALID_PARAMETER,
                    "the parameter '" + name + "' is given more than once");
              }
            });
  }

  private static RequestRefused unknownParameter(String name, List<String> known) {
    return new RequestRefused(
        HttpErrorCode.INVALID_PARAMETER,
        "unknown parameter '" + name + "'",
        Nearest.to(name, known)
            .map(near -> "did you mean '" + near + "'?")
            .orElse(
                known.isEmpty()
                    ? "this route takes none"
                    : "known parameters are " + String.join(", ", known)));
  }
}
