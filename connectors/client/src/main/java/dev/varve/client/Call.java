package dev.varve.client;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A method and an address, put together piece by piece with every piece encoded. */
final class Call {
  private final String method;
  private final StringBuilder path;
  private final StringBuilder query = new StringBuilder();

  Call(String method, String path) {
    this.method = method;
    this.path = new StringBuilder(path);
  }

  /** Appends {@code /name} with every reserved character of the name encoded. */
  Call segment(String name) {
    path.append('/').append(encode(name));
    return this;
  }

  /** Appends {@code /name}, keeping the slashes within the name of a ref or revision. */
  Call refSegments(String name) {
    path.append('/').append(encode(name).replace("%2F", "/"));
    return this;
  }

  Call fixed(String text) {
    path.append(text);
    return this;
  }

  Call with(String name, String value) {
    query.append(query.isEmpty() ? '?' : '&').append(name).append('=').append(encode(value));
    return this;
  }

  Call with(String name, Optional<?> value) {
    value.ifPresent(present -> with(name, present.toString()));
    return this;
  }

  Call with(CommitOptions options) {
    with("author", options.author()).with("message", options.message());
    options.properties().forEach((key, value) -> with("property", key + "=" + value));
    return this;
  }

  String method() {
    return method;
  }

  URI uri(URI base) {
    String prefix = base.toString();
    return URI.create(
        (prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix) + path + query);
  }

  // URLEncoder writes forms, where a space is '+'; in a path that would be a plus.
  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A");
  }
}
