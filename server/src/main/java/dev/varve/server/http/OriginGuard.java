package dev.varve.server.http;

import io.javalin.http.Context;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps web pages from speaking to a server on the same machine.
 *
 * <p>A page whose name resolves to the loopback address (DNS rebinding) sends its own name as
 * {@code Host}, which is refused. A page elsewhere that posts to this server sends its {@code
 * Origin}, which is refused for everything but reading; what it reads the browser keeps from it.
 */
final class OriginGuard {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Set<String> READING = Set.of("GET", "HEAD");

  private final Set<String> hosts;

  OriginGuard(List<String> allowedHosts) {
    this.hosts =
        allowedHosts.stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  void check(Context ctx) {
    String host = ctx.req().getHeader("Host");
    if (host == null || !known(nameOf(host))) {
      throw new RequestRefused(
          HttpErrorCode.HOST_NOT_ALLOWED,
          "refused a request that addresses this server as '" + shown(host) + "'",
          "use the loopback address, or start the server with '--http.allowed-hosts NAME'");
    }
    if (ctx.req().getHeader("X-HTTP-Method-Override") != null) {
      throw new RequestRefused(
          HttpErrorCode.INVALID_HEADER, "refused the header 'X-HTTP-Method-Override'");
    }
    if (!READING.contains(ctx.req().getMethod())) {
      checkOrigin(ctx, host);
    }
  }

  private void checkOrigin(Context ctx, String host) {
    String origin = ctx.req().getHeader("Origin");
    String site = ctx.req().getHeader("Sec-Fetch-Site");
    boolean sameOrigin = origin == null || originHost(origin).filter(host::equals).isPresent();
    boolean sameSite = site == null || site.equals("same-origin") || site.equals("none");
    if (!sameOrigin || !sameSite) {
      throw new RequestRefused(
          HttpErrorCode.CROSS_ORIGIN_WRITE,
          "refused a write that a page of another origin sent: '" + shown(origin) + "'");
    }
  }

  private boolean known(String name) {
    return LOOPBACK.contains(name) || hosts.contains(name);
  }

  /** The host without its port, in lower case. */
  private static String nameOf(String host) {
    int colon = host.lastIndexOf(':');
    boolean port = colon > 0 && host.indexOf(']', colon) < 0;
    return (port ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
  }

  private static Optional<String> originHost(String origin) {
    try {
      return Optional.ofNullable(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String shown(String header) {
    return header == null ? "" : header.length() > 200 ? header.substring(0, 200) : header;
  }
}
