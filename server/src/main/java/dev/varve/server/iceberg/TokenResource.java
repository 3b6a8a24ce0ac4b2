package dev.varve.server.iceberg;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.rest.Endpoint;

/**
 * The token endpoint of a server that asks nobody who they are. It is not among the endpoints that
 * are offered; a client that is configured with a credential all the same is told to leave it out,
 * in the form that OAuth has for errors.
 */
final class TokenResource {

  static final Endpoint TOKENS = Endpoint.create("POST", "/v1/oauth/tokens");

  private TokenResource() {}

  static Reply refuse(Call call) {
    Map<String, String> error = new TreeMap<>();
    error.put("error", "unsupported_grant_type");
    error.put(
        "error_description",
        "this server has no authentication and gives out no tokens: remove 'credential' and 'token'"
            + " from the catalog's configuration");
    return new Reply(400, Map.of("Cache-Control", "no-store"), Optional.of(error));
  }
}
