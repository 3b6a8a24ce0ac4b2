package dev.varve.server.http;

import io.javalin.http.Context;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/** The id that ties a request's answer to its log lines. */
final class RequestId {
  static final String HEADER = "X-Request-Id";
  static final String ATTRIBUTE = "varve.request-id";
  private static final String LOG_KEY = "requestId";
  private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");

  private RequestId() {}

  /** Takes the client's id if it is sane, else makes one; it is in the answer from here on. */
  static void begin(Context ctx) {
    String given = ctx.header(HEADER);
    String id = given != null && SANE.matcher(given).matches() ? given : fresh();
    ctx.attribute(ATTRIBUTE, id);
    ctx.header(HEADER, id);
    MDC.put(LOG_KEY, id);
  }

  static void end() {
    MDC.remove(LOG_KEY);
  }

  static String of(Context ctx) {
    String id = ctx.attribute(ATTRIBUTE);
    return id == null ? "none" : id;
  }

  /** Unique, not secret: numbers that nobody can guess cost a tenth of a small request. */
  static String fresh() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }
}
