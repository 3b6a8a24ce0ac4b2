package dev.varve.engine.storage;

import dev.varve.catalog.error.FullDisk;
import dev.varve.catalog.error.VarveException;
import java.net.SocketException;
import java.net.URI;
import org.apache.iceberg.exceptions.NotFoundException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** What a failure of S3 means for whoever runs the server. */
final class S3Errors {
  private final S3Settings settings;

  S3Errors(S3Settings settings) {
    this.settings = settings;
  }

  /** The error for a failure with a location; that a file is not there stays Iceberg's error. */
  RuntimeException of(Exception failure, String location) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof VarveException known) {
        return known;
      } else if (cause instanceof NoSuchKeyException missing) {
        return new NotFoundException(missing, "file '%s' does not exist", location);
      } else if (cause instanceof AwsServiceException told) {
        return told(told, location, failure);
      } else if (cause instanceof SdkClientException untold) {
        return untold(untold, location, failure);
      } else if (cause instanceof SocketException broken) {
        return unreached(String.valueOf(broken.getMessage()), location, failure);
      }
    }
    if (FullDisk.caused(failure)) {
      return FullDisk.error("the disk with the copies of remote files is full", failure);
    }
    return StorageErrors.failed(
        "use", location, String.valueOf(failure.getMessage()), "retry, or see the log", failure);
  }

  private VarveException told(AwsServiceException told, String location, Exception failure) {
    String bucket = bucket(location);
    String code = told.awsErrorDetails() == null ? "" : told.awsErrorDetails().errorCode();
    return switch (String.valueOf(code)) {
      case "NoSuchBucket" ->
          error(
              location,
              "there is no bucket '%s'%s".formatted(bucket, at()),
              "create it, or name another one with '--warehouse s3://BUCKET/PREFIX'",
              failure);
      case "AccessDenied", "403 Forbidden", "Forbidden" ->
          error(
              location,
              "access to the bucket '%s'%s is denied".formatted(bucket, at()),
              "allow the server's credentials s3:ListBucket, s3:GetObject, s3:PutObject and"
                  + " s3:DeleteObject there",
              failure);
      case "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken" ->
          error(
              location,
              "the credentials are refused%s (%s)".formatted(at(), code),
              "give the server others, for instance by AWS_ACCESS_KEY_ID and"
                  + " AWS_SECRET_ACCESS_KEY in its environment",
              failure);
      case "PermanentRedirect", "AuthorizationHeaderMalformed" ->
          error(
              location,
              "the bucket '%s' is in another region".formatted(bucket),
              "name its region with '--s3.region'",
              failure);
      default ->
          told.statusCode() == 403
              ? error(
                  location,
                  "access to the bucket '%s'%s is denied".formatted(bucket, at()),
                  "check the server's credentials and what they may do there",
                  failure)
              : error(
                  location,
                  "the store%s answered %d %s".formatted(at(), told.statusCode(), code).strip(),
                  "retry; if it stays, ask who runs the store",
                  failure);
    };
  }

  private VarveException untold(SdkClientException untold, String location, Exception failure) {
    String message = String.valueOf(untold.getMessage());
    if (message.contains("load credentials")) {
      return error(
          location,
          "there are no credentials for it",
          "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the server's environment, or"
              + " AWS_PROFILE, or run it where it has a role",
          failure);
    } else if (message.contains("Unable to load region")) {
      return error(
          location,
          "the bucket's region is not known",
          "name it with '--s3.region', or AWS_REGION in the server's environment",
          failure);
    }
    return unreached(message, location, failure);
  }

  private VarveException unreached(String message, String location, Exception failure) {
    return error(
        location,
        "the store%s cannot be reached: %s".formatted(at(), message),
        settings.endpoint().isPresent()
            ? "check '--s3.endpoint' and '--s3.addressing', and that the store runs"
            : "check the network and '--s3.region'",
        failure);
  }

  private static VarveException error(String location, String why, String hint, Exception failure) {
    return StorageErrors.failed("use", location, why, hint, failure);
  }

  private String at() {
    return settings.endpoint().map(URI::toString).map(" at "::concat).orElse("");
  }

  private static String bucket(String location) {
    return location.substring(location.indexOf("://") + 3).split("/", 2)[0];
  }
}
