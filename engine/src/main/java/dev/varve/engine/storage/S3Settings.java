package dev.varve.engine.storage;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How an S3 store is reached. Credentials are not here: they come from where AWS's own tools take
 * them, the environment, {@code ~/.aws}, a web identity, or the machine's role.
 *
 * @param endpoint another store than AWS's
 * @param region empty to find it as AWS's own tools do
 * @param addressing where the bucket's name goes
 * @param timeout how long to wait for a connection, and for each answer
 * @param conditionalWrites whether the store knows them
 * @param role what clients' credentials are taken from; without one they are given none
 */
public record S3Settings(
    Optional<URI> endpoint,
    Optional<String> region,
    Addressing addressing,
    Duration timeout,
    ConditionalWrites conditionalWrites,
    Optional<S3Role> role) {
  /** A store that knows conditional writes and gives clients no credentials. */
  public S3Settings(
      Optional<URI> endpoint, Optional<String> region, Addressing addressing, Duration timeout) {
    this(endpoint, region, addressing, timeout, ConditionalWrites.ON, Optional.empty());
  }

  /** Whether a write can be made to fail where there is a file ({@code If-None-Match: *}). */
  public enum ConditionalWrites {
    /** As AWS does. */
    ON,
    /** The store answers 501 to such a write, or another error. */
    OFF
  }

  /** Where the bucket's name goes. */
  public enum Addressing {
    /** Into the host, as AWS wants it. */
    HOST,
    /** Into the path, as many other stores want it. */
    PATH
  }

  /** AWS's own S3. */
  public static S3Settings defaults() {
    return new S3Settings(
        Optional.empty(), Optional.empty(), Addressing.HOST, Duration.ofSeconds(30));
  }

  /** What an Iceberg client sets to reach the same store, in the words of its S3FileIO. */
  public Map<String, String> clientProperties() {
    Map<String, String> properties = new TreeMap<>();
    properties.put("io-impl", "org.apache.iceberg.aws.s3.S3FileIO");
    endpoint.ifPresent(uri -> properties.put("s3.endpoint", uri.toString()));
    region.ifPresent(name -> properties.put("client.region", name));
    if (addressing == Addressing.PATH) {
      properties.put("s3.path-style-access", "true");
    }
    return properties;
  }
}
