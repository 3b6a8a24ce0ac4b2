package dev.varve.client;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How a client reaches its server.
 *
 * @param url where the server listens, for instance {@code http://127.0.0.1:19130}; a path is kept
 *     as a prefix of every call
 * @param connectTimeout how long opening a connection may take
 * @param readTimeout how long a look-up may take until its answer starts
 * @param workTimeout how long an ingest, a query, a merge or another write may take until its
 *     answer starts
 * @param retries how often a call is repeated that the server refused as busy (429 or 503); at most
 *     10
 * @param longestWait the longest time to wait before such a repetition; a server that asks for more
 *     makes the call fail at once
 * @param credential who the client is, for a server that asks
 */
public record ClientSettings(
    URI url,
    Duration connectTimeout,
    Duration readTimeout,
    Duration workTimeout,
    int retries,
    Duration longestWait,
    Optional<Credential> credential) {

  /** The address that a server on this machine listens on unless told otherwise. */
  public static final URI DEFAULT_URL = URI.create("http://127.0.0.1:19130");

  public ClientSettings {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https")) || url.getHost() == null) {
      throw new IllegalArgumentException("'" + url + "' is not an http or https address");
    }
    if (retries < 0 || retries > 10) {
      throw new IllegalArgumentException("retries must be between 0 and 10, not " + retries);
    }
  }

  /** The defaults for a server: 5 s to connect, 60 s to read, 6 h to work, 4 retries. */
  public static ClientSettings of(URI url) {
    return new ClientSettings(
        url,
        Duration.ofSeconds(5),
        Duration.ofSeconds(60),
        Duration.ofHours(6),
        4,
        Duration.ofSeconds(30),
        Optional.empty());
  }

  /** These settings with another number of retries. */
  public ClientSettings withRetries(int newRetries) {
    return new ClientSettings(
        url, connectTimeout, readTimeout, workTimeout, newRetries, longestWait, credential);
  }

  /** These settings for a client that says who it is. */
  public ClientSettings withCredential(Credential own) {
    return new ClientSettings(
        url, connectTimeout, readTimeout, workTimeout, retries, longestWait, Optional.of(own));
  }
}
