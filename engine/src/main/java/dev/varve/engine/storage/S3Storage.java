package dev.varve.engine.storage;

import dev.varve.catalog.error.VarveException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.iceberg.aws.s3.S3FileIOProperties;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Client;

/** Opens a warehouse in a bucket of S3, or of a store that speaks its protocol. */
public final class S3Storage {
  private S3Storage() {}

  /**
   * Opens the warehouse, and asks the store once whether it can be used.
   *
   * @param location {@code s3://bucket} or {@code s3://bucket/prefix}
   * @throws VarveException if there is no such bucket, or it cannot be reached or listed
   */
  public static Storage open(String location, S3Settings settings, CacheSettings cache) {
    S3Errors errors = new S3Errors(settings);
    RemoteLocations locations = new RemoteLocations(location);
    Map<String, String> properties = new TreeMap<>(settings.clientProperties());
    properties.put(S3FileIOProperties.CLIENT_FACTORY, S3ClientFactory.class.getName());
    properties.put(S3ClientFactory.TIMEOUT_MILLIS, Long.toString(settings.timeout().toMillis()));
    properties.put(
        S3FileIOProperties.STAGING_DIRECTORY,
        cache.directory().toAbsolutePath().resolve("part").toString());
    S3FileIO io = new S3FileIO();
    try {
      io.initialize(properties);
      probe(io.client(), locations.root());
    } catch (RuntimeException e) {
      io.close();
      throw errors.of(e, locations.root());
    }
    String bucket = locations.root().substring("s3://".length()).split("/", 2)[0];
    S3RequestSigner signer =
        new S3RequestSigner(
            new S3RequestTarget.Parser(bucket, settings.endpoint()),
            new RemoteFiles(io, errors::of)::exists,
            settings.conditionalWrites(),
            DefaultCredentialsProvider.builder().build());
    S3Delegation delegation =
        new S3Delegation(
            signer, settings.role().map(role -> new S3CredentialVendor(role, settings)));
    return RemoteStorage.of(
        new RemoteStorage.Store(
            locations.root(), io, errors::of, settings.clientProperties(), Optional.of(delegation)),
        cache);
  }

  /** Listing is what tells a bucket that is not there from a file that is not. */
  private static void probe(S3Client client, String root) {
    String[] parts = root.substring(root.indexOf("://") + 3).split("/", 2);
    client.listObjectsV2(
        request ->
            request.bucket(parts[0]).prefix(parts.length == 1 ? "" : parts[1] + "/").maxKeys(1));
  }
}
