package dev.varve.engine.storage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.varve.catalog.CacheStatistics;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.io.Closeable;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;
import software.amazon.awssdk.services.sts.model.Credentials;

/**
 * Gives out credentials that end within the hour and reach the files below one location (AWS STS
 * AssumeRole with a session policy).
 *
 * <p>They read, list and write; they delete nothing, for files are shared by branches and by the
 * whole history. Credentials are given to several clients for half of their life. Safe for use by
 * many threads.
 */
public final class S3CredentialVendor implements Closeable {
  private static final Duration LIFE = Duration.ofHours(1);
  private static final long KEPT_BYTES = 8L << 20;

  /** Of an entry but for the characters of its texts. */
  private static final int EMPTY_ENTRY_BYTES = 400;

  private static final Pattern SPECIAL = Pattern.compile("[*?$]");

  private final S3Role role;
  private final StsClient client;
  private final Cache<Scope, Vended> kept =
      Caffeine.newBuilder()
          .maximumWeight(KEPT_BYTES)
          .weigher(S3CredentialVendor::weight)
          .expireAfterWrite(LIFE.dividedBy(2))
          .executor(Runnable::run)
          .recordStats()
          .build();

  private record Scope(String below, boolean writable) {}

  /**
   * Credentials of a client.
   *
   * @param below the location that they are good for, without a slash at its end
   * @param end when they are good for nothing any more
   */
  public record Vended(
      String below, String accessKeyId, String secretAccessKey, String sessionToken, Instant end) {
    /** Does not show the secrets. */
    @Override
    public String toString() {
      return "credentials " + accessKeyId + " for " + below + " until " + end;
    }
  }

  S3CredentialVendor(S3Role role, S3Settings settings) {
    this.role = role;
    StsClientBuilder builder =
        StsClient.builder()
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(settings.timeout())
                    .socketTimeout(settings.timeout()));
    role.endpoint().ifPresent(builder::endpointOverride);
    settings.region().map(Region::of).ifPresent(builder::region);
    this.client = builder.build();
  }

  /**
   * Credentials for the files below a location.
   *
   * @param below such as {@code s3://bucket/lake}
   * @param writable whether they may write
   * @throws VarveException with {@link ErrorCode#STORAGE_FAILED} if the role cannot be taken on
   */
  public Vended vend(String below, boolean writable) {
    return kept.get(new Scope(below, writable), this::assume);
  }

  /** What the cache of credentials did. */
  CacheStatistics cache() {
    return CacheStatistics.of(kept);
  }

  /** In bytes of memory, about: the location is one text that key and value share. */
  private static int weight(Scope scope, Vended vended) {
    int characters =
        scope.below().length()
            + vended.accessKeyId().length()
            + vended.secretAccessKey().length()
            + vended.sessionToken().length();
    return EMPTY_ENTRY_BYTES + 2 * characters;
  }

  private Vended assume(Scope scope) {
    try {
      Credentials given =
          client
              .assumeRole(
                  request ->
                      request
                          .roleArn(role.arn())
                          .roleSessionName("varve")
                          .durationSeconds(Math.toIntExact(LIFE.toSeconds()))
                          .policy(policy(scope.below(), scope.writable(), partition()).toString()))
              .credentials();
      return new Vended(
          scope.below(),
          given.accessKeyId(),
          given.secretAccessKey(),
          given.sessionToken(),
          given.expiration());
    } catch (SdkException e) {
      throw new VarveException(
          ErrorCode.STORAGE_FAILED,
          "cannot take on the role '%s' for a client: %s".formatted(role.arn(), e.getMessage()),
          "the server's own credentials must be allowed 'sts:AssumeRole' on the setting 's3.role'",
          Map.of(),
          e);
    }
  }

  /** What is left of the role: the intersection of its own policies with this one. */
  static ObjectNode policy(String below, boolean writable, String partition) {
    String[] place = below.substring("s3://".length()).split("/", 2);
    String bucket = "arn:" + partition + ":s3:::" + place[0];
    String files = literal(place[1]) + "/*";
    ObjectNode policy = JsonNodeFactory.instance.objectNode();
    policy.put("Version", "2012-10-17");
    ArrayNode statements = policy.putArray("Statement");
    ObjectNode access = statements.addObject();
    access.put("Effect", "Allow");
    ArrayNode actions = access.putArray("Action").add("s3:GetObject");
    if (writable) {
      actions.add("s3:PutObject").add("s3:AbortMultipartUpload");
    }
    access.put("Resource", bucket + "/" + files);
    ObjectNode list = statements.addObject();
    list.put("Effect", "Allow");
    list.putArray("Action").add("s3:ListBucket");
    list.put("Resource", bucket);
    list.putObject("Condition").putObject("StringLike").putArray("s3:prefix").add(files);
    ObjectNode where = statements.addObject();
    where.put("Effect", "Allow");
    where.putArray("Action").add("s3:GetBucketLocation");
    where.put("Resource", bucket);
    return policy;
  }

  /** Text that stands for itself in a policy, where stars are any text and dollars variables. */
  private static String literal(String text) {
    return SPECIAL.matcher(text).replaceAll("\\${$0}");
  }

  private String partition() {
    return role.arn().split(":", -1)[1];
  }

  @Override
  public void close() {
    client.close();
  }
}
