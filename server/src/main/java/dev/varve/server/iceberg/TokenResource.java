package dev.varve.server.iceberg;

import dev.varve.server.auth.Authenticator;
import dev.varve.server.auth.Authenticator.Grant;
import dev.varve.server.settings.Size;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.responses.OAuthTokenResponse;

/**
 * The token endpoint (RFC 6749, sections 4.4 and 5; RFC 8693 for renewal): a client's name and
 * secret, in the form or in the header, are exchanged for an access token, and a token that is
 * still good for a new one.
 *
 * <p>A server that asks nobody who they are does not offer it; a client that is configured with a
 * credential all the same is told to leave it out.
 */
final class TokenResource {

  static final Endpoint TOKENS = Endpoint.create("POST", "/v1/oauth/tokens");

  /** What the longest form that is meant seriously stays far below. */
  static final Size MAX_FORM = Size.ofKib(64);

  private static final String CLIENT_CREDENTIALS = "client_credentials";
  private static final String TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
  private static final Map<String, String> NOT_KEPT = Map.of("Cache-Control", "no-store");

  private final Optional<Authenticator> authenticator;

  TokenResource(Optional<Authenticator> authenticator) {
    this.authenticator = authenticator;
  }

  /** What clients are told of. */
  List<Route> offered() {
    return authenticator.map(known -> Route.reading(TOKENS, call -> grant(known, call))).stream()
        .toList();
  }

  /** What is answered, and offered to nobody. */
  List<Route> refused() {
    return authenticator.isPresent()
        ? List.of()
        : List.of(
            Route.reading(
                TOKENS,
                call ->
                    error(
                        400,
                        "unsupported_grant_type",
                        "this server has no authentication and gives out no tokens: remove"
                            + " 'credential' and 'token' from the catalog's configuration")));
  }

  private static Reply grant(Authenticator authenticator, Call call) {
    Map<String, String> form = call.form();
    String type = form.getOrDefault("grant_type", "");
    return switch (type) {
      case CLIENT_CREDENTIALS ->
          secret(call, form)
              .flatMap(pair -> authenticator.grant(pair[0], pair[1]))
              .map(TokenResource::token)
              .orElseGet(
                  () -> error(401, "invalid_client", "this name and secret are not known here"));
      case TOKEN_EXCHANGE ->
          Optional.ofNullable(form.get("subject_token"))
              .flatMap(authenticator::renew)
              // Iceberg's client sends its credential along when its token has ended.
              .or(() -> secret(call, form).flatMap(pair -> authenticator.grant(pair[0], pair[1])))
              .map(TokenResource::token)
              .orElseGet(
                  () ->
                      error(
                          400,
                          "invalid_grant",
                          "the token has ended or was revoked: exchange the credential for one"));
      default ->
          error(
              400,
              "unsupported_grant_type",
              "the grant types are " + CLIENT_CREDENTIALS + " and " + TOKEN_EXCHANGE);
    };
  }

  /** The name and the secret, from the form or else the header. */
  private static Optional<String[]> secret(Call call, Map<String, String> form) {
    if (form.containsKey("client_id") && form.containsKey("client_secret")) {
      return Optional.of(new String[] {form.get("client_id"), form.get("client_secret")});
    }
    return call.header("Authorization")
        .filter(value -> value.regionMatches(true, 0, "Basic ", 0, 6))
        .map(value -> value.substring(6).strip())
        .flatMap(TokenResource::decoded)
        .filter(pair -> pair.indexOf(':') >= 0)
        .map(pair -> pair.split(":", 2));
  }

  private static Optional<String> decoded(String base64) {
    try {
      return Optional.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Reply token(Grant grant) {
    return new Reply(
        200,
        NOT_KEPT,
        Optional.of(
            OAuthTokenResponse.builder()
                .withToken(grant.token())
                .withTokenType("bearer")
                .withIssuedTokenType(ACCESS_TOKEN)
                .setExpirationInSeconds(Math.toIntExact(grant.lifetime().toSeconds()))
                .build()));
  }

  /** Errors here have OAuth's form, not that of the rest. */
  private static Reply error(int status, String code, String description) {
    Map<String, String> error = new TreeMap<>();
    error.put("error", code);
    error.put("error_description", description);
    return new Reply(status, NOT_KEPT, Optional.of(error));
  }
}
