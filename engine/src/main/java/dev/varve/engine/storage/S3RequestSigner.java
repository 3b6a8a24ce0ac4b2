package dev.varve.engine.storage;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.storage.S3RequestTarget.Action;
import dev.varve.engine.storage.S3Settings.ConditionalWrites;
import java.io.Closeable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Signs requests to S3 for clients that have no credentials of their own (AWS Signature Version 4,
 * without the payload).
 *
 * <p>What it signs reads files, lists them, or writes new ones below one location. It signs nothing
 * that deletes a file, replaces one, or changes what the store knows about it: files are shared by
 * branches and by the whole history. A signature can be used again for minutes, so one that writes
 * carries {@code If-None-Match: *}: the store refuses it once there is a file. Safe for use by many
 * threads.
 */
public final class S3RequestSigner implements Closeable {
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,32}");

  /** Set by the client's own code after signing, or differently at each attempt. */
  private static final Set<String> UNSIGNED = Set.of("x-amz-date", "x-amz-content-sha256");

  /**
   * Without the range: clients use one signature for all parts of a file. Without the host: that of
   * the address is signed, for that one was checked.
   */
  private static final Set<String> SIGNED = Set.of("content-type", "content-md5");

  private static final String OF_THE_STORE = "x-amz-";

  /**
   * What a client may say of a file that it reads or writes. Others of the store's headers copy
   * another file, append to one, keep it from being deleted, or change who may read it.
   */
  private static final Pattern HARMLESS =
      Pattern.compile(
          "x-amz-(meta-.+|checksum-.+|sdk-checksum-algorithm|trailer|decoded-content-length|te"
              + "|server-side-encryption(-.+)?|storage-class|tagging|request-payer"
              + "|expected-bucket-owner|mp-object-size|user-agent)");

  private final S3RequestTarget.Parser targets;
  private final AwsCredentialsProvider credentials;
  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
  private final FileExists files;
  private final ConditionalWrites conditions;

  /** Tells whether there is a file at a location. */
  @FunctionalInterface
  interface FileExists {
    boolean at(String location);
  }

  /**
   * @param conditions whether the store is asked, too, to replace no file
   * @param credentials closed with this, if it can be
   */
  S3RequestSigner(
      S3RequestTarget.Parser targets,
      FileExists files,
      ConditionalWrites conditions,
      AwsCredentialsProvider credentials) {
    this.targets = targets;
    this.files = files;
    this.conditions = conditions;
    this.credentials = credentials;
  }

  /**
   * The headers that make a request valid, those that were signed among them.
   *
   * @param below the location that it must stay below, such as {@code s3://bucket/lake/tables}
   * @param writable whether it may write
   * @throws VarveException with {@link ErrorCode#FORBIDDEN} for what is not signed
   */
  public Map<String, List<String>> sign(S3Request request, String below, boolean writable) {
    if (!REGION.matcher(request.region()).matches()) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST, "cannot sign for the region '%s'".formatted(request.region()));
    }
    S3RequestTarget target = targets.parse(request);
    check(target, below, writable);
    SdkHttpRequest unsigned =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.fromValue(request.method()))
            .uri(request.uri())
            .headers(signed(request, target))
            .build();
    try {
      AwsCredentials identity = credentials.resolveCredentials();
      return signer
          .sign(
              it ->
                  it.identity(identity)
                      .request(unsigned)
                      .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
                      .putProperty(AwsV4HttpSigner.REGION_NAME, request.region())
                      .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                      .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
                      .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false))
          .request()
          .headers();
    } catch (SdkException e) {
      throw new VarveException(
          ErrorCode.STORAGE_FAILED,
          "the server has no credentials to sign requests with: " + e.getMessage(),
          "give it some where AWS's own tools look for them, or configure the client with its own",
          Map.of(),
          e);
    }
  }

  private void check(S3RequestTarget target, String below, boolean writable) {
    String location = target.location();
    if (!location.startsWith(below + "/")) {
      throw refused(location, "it lies outside of '" + below + "'");
    }
    switch (target.action()) {
      case READ, LIST -> {}
      case WRITE, BEGIN_UPLOAD, END_UPLOAD -> {
        requireWritable(writable, location);
        if (files.at(location)) {
          throw refused(location, "there is a file already, and files never change");
        }
      }
      case PART_OF_UPLOAD, ABORT_UPLOAD -> requireWritable(writable, location);
      case DELETE ->
          throw refused(
              location,
              "branches and older commits share files, so clients delete none; the server knows"
                  + " which are free");
      case OTHER -> throw refused(location, "a catalog's client has no need of it");
    }
  }

  private static void requireWritable(boolean writable, String location) {
    if (!writable) {
      throw refused(location, "nothing can be written at this revision");
    }
  }

  private static VarveException refused(String location, String reason) {
    return new VarveException(
        ErrorCode.FORBIDDEN, "cannot sign a request for '%s': %s".formatted(location, reason));
  }

  private Map<String, List<String>> signed(S3Request request, S3RequestTarget target) {
    Map<String, List<String>> headers = new TreeMap<>();
    request
        .headers()
        .forEach(
            (name, values) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (lower.startsWith(OF_THE_STORE) && !UNSIGNED.contains(lower)) {
                if (!HARMLESS.matcher(lower).matches()) {
                  throw refused(
                      target.location(), "a catalog's client has no need of '" + lower + "'");
                }
                headers.put(lower, values);
              } else if (SIGNED.contains(lower)) {
                headers.put(lower, values);
              }
            });
    boolean writes = target.action() == Action.WRITE || target.action() == Action.END_UPLOAD;
    if (writes && conditions == ConditionalWrites.ON) {
      headers.put("if-none-match", List.of("*"));
    }
    return headers;
  }

  @Override
  public void close() {
    if (credentials instanceof SdkAutoCloseable closeable) {
      closeable.close();
    }
  }
}
