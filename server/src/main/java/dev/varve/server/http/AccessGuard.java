package dev.varve.server.http;

import io.javalin.http.Context;
import java.util.Optional;

/** Lets in the clients that say who they are, and remembers which. */
final class AccessGuard {
  /** The request attribute that holds the client's name. */
  static final String CLIENT = "varve.client";

  private final HttpServer.Access access;

  AccessGuard(HttpServer.Access access) {
    this.access = access;
  }

  void check(Context ctx) {
    Optional<String> client = access.clients().apply(ctx.req().getHeader("Authorization"));
    if (client.isPresent()) {
      ctx.attribute(CLIENT, client.get());
    } else if (!access.open().contains(ctx.req().getRequestURI())) {
      throw new RequestRefused(
              HttpErrorCode.UNAUTHENTICATED,
              ctx.req().getHeader("Authorization") == null
                  ? "this server answers only clients that say who they are"
                  : "the credential is not known here, or the access token has ended",
              "send a name and secret that 'varve credential' made; the command line takes them from"
                  + " VARVE_CREDENTIAL=NAME:SECRET")
          .with(
              "WWW-Authenticate",
              "Basic realm=\"varve\", charset=\"UTF-8\", Bearer realm=\"varve\"");
    }
  }

  /** Who sent a request; empty if the server asks nobody. */
  static Optional<String> client(Context ctx) {
    return Optional.ofNullable(ctx.attribute(CLIENT));
  }
}
