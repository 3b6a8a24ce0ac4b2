package dev.varve.engine.storage;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a request to S3 would do, and where.
 *
 * @param location of the file; of a list, what the listed locations begin with
 */
record S3RequestTarget(Action action, String location) {

  /** What a request does to a store. */
  enum Action {
    READ,
    LIST,
    WRITE,
    BEGIN_UPLOAD,
    PART_OF_UPLOAD,
    END_UPLOAD,
    ABORT_UPLOAD,
    DELETE,
    OTHER
  }

  /** Reads requests to one bucket. */
  static final class Parser {
    /**
     * The addresses of S3 itself, and of nothing that has a bucket, such as {@code s3-backups}, or
     * another service in its name.
     */
    private static final Pattern AWS =
        Pattern.compile(
            "s3(-fips|-accelerate)?(\\.dualstack)?([.-][a-z]{2}(-[a-z]+)+-[0-9]+)?"
                + "\\.amazonaws\\.com(\\.cn)?");

    /** A replacement stands for bytes that are no text, which stores read in different ways. */
    private static final Pattern AMBIGUOUS = Pattern.compile("[?#\\x00-\\x1f\\x7f\\ufffd]");

    private static final Set<String> PARAMETERS_OF_LISTS =
        Set.of(
            "list-type",
            "prefix",
            "delimiter",
            "max-keys",
            "continuation-token",
            "start-after",
            "encoding-type",
            "fetch-owner");

    private final String bucket;
    private final Optional<URI> endpoint;

    /**
     * @param endpoint another store than AWS's
     */
    Parser(String bucket, Optional<URI> endpoint) {
      this.bucket = bucket;
      this.endpoint = endpoint;
    }

    /**
     * Tells a request's meaning.
     *
     * @throws VarveException with {@link ErrorCode#FORBIDDEN} if it goes to another store or bucket
     */
    S3RequestTarget parse(S3Request request) {
      String key = key(request.uri());
      Map<String, String> query = query(request.uri());
      Action action = action(request, key, query);
      String path = action == Action.LIST ? query.getOrDefault("prefix", "") : key;
      if (AMBIGUOUS.matcher(path).find()) {
        throw elsewhere(request.uri());
      }
      for (String element : path.split("/", -1)) {
        if (element.equals("..") || element.equals(".")) {
          throw elsewhere(request.uri());
        }
      }
      return new S3RequestTarget(action, "s3://" + bucket + "/" + path);
    }

    /** What follows the bucket, decoded once, as the store does. */
    private String key(URI uri) {
      String host = authority(uri);
      String path = uri.getRawPath() == null ? "" : uri.getRawPath();
      String encoded;
      if (host.startsWith(bucket + ".") && isStore(host.substring(bucket.length() + 1))) {
        encoded = path.startsWith("/") ? path.substring(1) : path;
      } else if (isStore(host) && (path + "/").startsWith("/" + bucket + "/")) {
        encoded = path.length() <= bucket.length() + 2 ? "" : path.substring(bucket.length() + 2);
      } else {
        throw elsewhere(uri);
      }
      return decoded(encoded, uri);
    }

    private static String authority(URI uri) {
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      if (!web || uri.getRawAuthority() == null || uri.getRawUserInfo() != null) {
        throw elsewhere(uri);
      }
      return uri.getRawAuthority().toLowerCase(Locale.ROOT);
    }

    private boolean isStore(String host) {
      return endpoint
          .map(store -> store.getRawAuthority().equalsIgnoreCase(host))
          .orElseGet(() -> AWS.matcher(host).matches());
    }

    private static Map<String, String> query(URI uri) {
      Map<String, String> parameters = new HashMap<>();
      String raw = uri.getRawQuery() == null ? "" : uri.getRawQuery();
      if (raw.indexOf('+') >= 0) {
        throw elsewhere(uri); // a plus to some stores, a space to others
      }
      for (String pair : raw.split("&", -1)) {
        if (!pair.isEmpty()) {
          int equals = pair.indexOf('=');
          String name = decoded(equals < 0 ? pair : pair.substring(0, equals), uri);
          String value = equals < 0 ? "" : decoded(pair.substring(equals + 1), uri);
          if (parameters.put(name, value) != null) {
            throw elsewhere(uri);
          }
        }
      }
      return parameters;
    }

    private static String decoded(String text, URI uri) {
      try {
        // A plus stands for itself in a path; nobody but a form makes a space of it.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw elsewhere(uri);
      }
    }

    private static Action action(S3Request request, String key, Map<String, String> query) {
      Set<String> names = query.keySet();
      boolean whole = names.isEmpty() && !key.isEmpty();
      return switch (request.method()) {
        case "HEAD" -> whole ? Action.READ : Action.OTHER;
        case "GET" ->
            whole
                ? Action.READ
                : key.isEmpty() && PARAMETERS_OF_LISTS.containsAll(names)
                    ? Action.LIST
                    : Action.OTHER;
        case "PUT" ->
            whole
                ? Action.WRITE
                : names.equals(Set.of("partNumber", "uploadId"))
                    ? Action.PART_OF_UPLOAD
                    : Action.OTHER;
        case "POST" ->
            names.equals(Set.of("uploads"))
                ? Action.BEGIN_UPLOAD
                : names.equals(Set.of("uploadId"))
                    ? Action.END_UPLOAD
                    : names.equals(Set.of("delete")) ? Action.DELETE : Action.OTHER;
        case "DELETE" -> names.equals(Set.of("uploadId")) ? Action.ABORT_UPLOAD : Action.DELETE;
        default -> Action.OTHER;
      };
    }

    private static VarveException elsewhere(URI uri) {
      return new VarveException(
          ErrorCode.FORBIDDEN,
          "cannot sign a request for '%s': it does not lead to the warehouse".formatted(uri));
    }
  }
}
