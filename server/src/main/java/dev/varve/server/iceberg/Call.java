package dev.varve.server.iceberg;

import dev.varve.engine.table.WriteKey;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;

/**
 * One request: the variables of its path, its query, headers and body.
 *
 * <p>Path segments arrive as form-encoded text, where a space is {@code +} and {@code /} is {@code
 * %2F}; the levels of a namespace are joined by {@code %1F}.
 */
final class Call {

  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  private static final String LEVEL_SEPARATOR = "\u001f";

  private final String line;
  private final Map<String, String> path;
  private final Map<String, String> query;
  private final Function<String, Optional<String>> headers;
  private final Optional<String> client;
  private final byte[] body;

  /**
   * @param line the method and the path, as they were sent
   * @param path the variables of the path, still encoded
   * @param query the first value of each query parameter, decoded
   * @param headers finds the first value of a header, without regard to case
   * @param client the client's name, if the server asks for it
   * @param body what was sent; not copied
   */
  Call(
      String line,
      Map<String, String> path,
      Map<String, String> query,
      Function<String, Optional<String>> headers,
      Optional<String> client,
      byte[] body) {
    this.line = line;
    this.path = path;
    this.query = query;
    this.headers = headers;
    this.client = client;
    this.body = body;
  }

  /** A variable of the path as it was sent, still encoded. */
  String segment(String name) {
    return path.get(name);
  }

  CatalogPrefix prefix() {
    return CatalogPrefix.parse(variable("prefix"));
  }

  Namespace namespace() {
    return namespace(variable("namespace"));
  }

  TableIdentifier table() {
    return TableIdentifier.of(namespace(), variable("table"));
  }

  TableIdentifier view() {
    return TableIdentifier.of(namespace(), variable("view"));
  }

  /** The id of a planned scan. */
  String planId() {
    return variable("plan-id");
  }

  /** The namespace that {@code text}, a query parameter or decoded path segment, stands for. */
  static Namespace namespace(String text) {
    String[] levels = text.split(LEVEL_SEPARATOR, -1);
    for (String level : levels) {
      if (level.isEmpty()) {
        throw new BadRequestException("cannot read the namespace '%s': a level is empty", text);
      }
    }
    return Namespace.of(levels);
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(query.get(name));
  }

  Optional<String> header(String name) {
    return headers.apply(name);
  }

  /** The client's name; empty if the server asks nobody who they are. */
  Optional<String> client() {
    return client;
  }

  /** The fields of a form that was sent as the body; the last of each name. */
  Map<String, String> form() {
    Map<String, String> fields = new TreeMap<>();
    for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        fields.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
      }
    }
    return fields;
  }

  /**
   * What the client names this write by, if it does.
   *
   * @throws BadRequestException if its {@code Idempotency-Key} is none
   */
  Optional<WriteKey> writeKey() {
    return header(IDEMPOTENCY_KEY).map(Once::parse).map(key -> new WriteKey(key, fingerprint()));
  }

  /** Stands for the whole request; two that differ share one with a chance of 2⁻⁶³. */
  private long fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((line + '\n' + new TreeMap<>(query) + '\n').getBytes(StandardCharsets.UTF_8));
      long hash = ByteBuffer.wrap(digest.digest(body)).getLong() & Long.MAX_VALUE;
      return Math.max(1, hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  <T> T body(Class<T> type) {
    return Wire.read(body, type);
  }

  private String variable(String name) {
    return decoded(path.get(name));
  }

  private static String decoded(String encoded) {
    try {
      return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(e, "cannot decode '%s'", encoded);
    }
  }
}
