package dev.varve.server.iceberg;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.RESTUtil;
import org.apache.iceberg.rest.credentials.Credential;
import org.apache.iceberg.rest.credentials.CredentialParser;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.RegisterTableRequest;

/**
 * Adds to a table's answer how its files are reached, for clients that ask for it in {@code
 * X-Iceberg-Access-Delegation}: by credentials where there are some to give out and the client
 * takes them, else by requests that the server signs.
 */
final class Delegated {
  private static final String HEADER = "X-Iceberg-Access-Delegation";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Optional<Credentials> credentials;

  /** Gives the credentials that the client of a call gets. */
  @FunctionalInterface
  interface Credentials {
    Credential of(Call call);
  }

  /**
   * @param credentials empty if none are given out
   */
  Delegated(Optional<Credentials> credentials) {
    this.credentials = credentials;
  }

  /** The route, or one around it if it answers with a table whose files a client goes on to use. */
  Route of(Route route) {
    Endpoint endpoint = route.endpoint();
    if (endpoint.equals(Endpoint.V1_LOAD_TABLE)) {
      return around(route, call -> call.segment("table"));
    } else if (endpoint.equals(Endpoint.V1_CREATE_TABLE)) {
      return around(route, call -> encoded(call.body(CreateTableRequest.class).name()));
    } else if (endpoint.equals(Endpoint.V1_REGISTER_TABLE)) {
      return around(route, call -> encoded(call.body(RegisterTableRequest.class).name()));
    }
    return route;
  }

  private static String encoded(String name) {
    return RESTUtil.encodeString(name);
  }

  private Route around(Route route, Function<Call, String> table) {
    return new Route(
        route.endpoint(),
        route.path(),
        call -> told(call, table, route.operation().answer(call)),
        route.again().map(again -> call -> told(call, table, again.answer(call))));
  }

  private Reply told(Call call, Function<Call, String> table, Reply reply) {
    String ways = call.header(HEADER).orElse("").toLowerCase(Locale.ROOT);
    if (ways.isEmpty() || reply.status() != 200 || reply.body().isEmpty()) {
      return reply;
    }
    ObjectNode more = MAPPER.createObjectNode();
    String path = path(call, table);
    Map<String, String> headers = new HashMap<>(reply.headers());
    headers.put("Vary", "Accept-Encoding, " + HEADER);
    if (ways.contains("vended-credentials") && credentials.isPresent()) {
      addCredentials(more, credentials.get().of(call), path + "/credentials");
      headers.put("Cache-Control", "no-store");
    } else if (ways.contains("remote-signing")) {
      ObjectNode config = more.putObject("config");
      config.put("s3.remote-signing-enabled", "true");
      config.put("signer.endpoint", path + "/sign");
      // The name before Iceberg 1.11.
      config.put("s3.signer.endpoint", path + "/sign");
    } else {
      return reply;
    }
    return new Reply(
        reply.status(), headers, Optional.of(joined(Wire.write(reply.body().get()), more)));
  }

  private static void addCredentials(ObjectNode more, Credential credential, String refresh) {
    ObjectNode config = more.putObject("config");
    config.put("client.refresh-credentials-endpoint", refresh);
    // Clients from before storage credentials read them here.
    credential.config().forEach(config::put);
    try {
      more.putArray("storage-credentials")
          .add(MAPPER.readTree(CredentialParser.toJson(credential)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write a credential", e);
    }
  }

  /** The path of a table below the catalog's address. */
  private static String path(Call call, Function<Call, String> table) {
    return String.join(
        "/",
        List.of(
            "v1",
            call.segment("prefix"),
            "namespaces",
            call.segment("namespace"),
            "tables",
            table.apply(call)));
  }

  /** A JSON object that is not empty, with the fields of another one after its own. */
  private static byte[] joined(byte[] object, ObjectNode more) {
    byte[] added = Wire.write(more);
    ByteArrayOutputStream all = new ByteArrayOutputStream(object.length + added.length);
    all.write(object, 0, object.length - 1);
    all.write(',');
    all.write(added, 1, added.length - 1);
    return all.toByteArray();
  }
}
