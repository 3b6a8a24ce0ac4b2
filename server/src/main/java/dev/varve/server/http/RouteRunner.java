package dev.varve.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Runs one route's requests: checks, waits for a turn, answers, writes. */
final class RouteRunner {
  private static final String CACHE_CONTROL = "Cache-Control";

  private final Route route;
  private final HttpSettings settings;
  private final Idempotency idempotency;
  private final ErrorAnswers errors;
  private final List<Gate> gates;

  RouteRunner(
      Route route,
      HttpSettings settings,
      Idempotency idempotency,
      ErrorAnswers errors,
      List<Gate> gates) {
    this.route = route;
    this.settings = settings;
    this.idempotency = idempotency;
    this.errors = errors;
    this.gates = List.copyOf(gates);
  }

  void run(Context ctx) throws IOException {
    ctx.attribute(RequestLogLines.ROUTE, route.template());
    Request request = new Request(ctx, route, settings);
    request.check();
    through(0, request);
  }

  private void through(int gate, Request request) throws IOException {
    if (gate == gates.size()) {
      write(idempotency.answer(request, this::answer), request.context());
      return;
    }
    gates.get(gate).pass(() -> through(gate + 1, request));
  }

  private Reply answer(Request request) throws IOException {
    Reply reply = route.handler().answer(request);
    return reply instanceof Reply.Events events
        ? Reply.stream(MediaTypes.JSON_LINES, out -> tell(events, out, request.context()))
        : reply;
  }

  /** The status went out before the work began, so an error is told in the last line. */
  private void tell(Reply.Events events, OutputStream out, Context ctx) throws IOException {
    Object last;
    try {
      last = Map.of("result", events.narrator().run(event -> line(event, out)));
    } catch (IOException | RuntimeException e) {
      last = errors.told(e, ctx);
    }
    line(last, out);
  }

  private static void line(Object event, OutputStream out) {
    try {
      out.write(Json.bytes(event));
      out.write('\n');
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the client does not listen any more", e);
    }
  }

  private static void write(Reply reply, Context ctx) throws IOException {
    ctx.status(reply.status());
    if (ctx.res().getHeader(CACHE_CONTROL) == null) {
      ctx.header(CACHE_CONTROL, "no-store");
    }
    if (reply instanceof Reply.Value value) {
      value.headers().forEach(ctx::header);
      ctx.contentType(MediaTypes.JSON);
      ctx.result(Json.bytes(value.value()));
    } else if (reply instanceof Reply.Text text) {
      text.headers().forEach(ctx::header);
      ctx.contentType(text.contentType());
      ctx.result(text.text().getBytes(StandardCharsets.UTF_8));
    } else if (reply instanceof Reply.Stream stream) {
      stream.headers().forEach(ctx::header);
      // Bytes have no character set; the one that JSON had by default would stick.
      ctx.res().setContentType(null);
      ctx.res().setCharacterEncoding((String) null);
      ctx.contentType(stream.contentType());
      // Javalin's own stream may compress, which holds progress back, and its flush does nothing.
      OutputStream out = ctx.res().getOutputStream();
      stream.writer().write(out);
      out.flush();
    }
  }
}
