package dev.varve.engine.storage;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.apache.iceberg.aws.AwsClientProperties;
import org.apache.iceberg.aws.s3.S3FileIOAwsClientFactory;
import org.apache.iceberg.aws.s3.S3FileIOProperties;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Makes the client that Iceberg's S3FileIO asks for, which finds this class by its name. Iceberg's
 * own factory wants the clients of other AWS services on the class path.
 */
public final class S3ClientFactory implements S3FileIOAwsClientFactory {
  /** The property with the bound for a connection and for each answer. */
  static final String TIMEOUT_MILLIS = "varve.s3.timeout-ms";

  private static final long serialVersionUID = 1L;

  private transient Map<String, String> properties = Map.of();

  @Override
  public void initialize(Map<String, String> given) {
    properties = Map.copyOf(given);
  }

  @Override
  public S3Client s3() {
    Duration timeout = Duration.ofMillis(Long.parseLong(properties.get(TIMEOUT_MILLIS)));
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                UrlConnectionHttpClient.builder().connectionTimeout(timeout).socketTimeout(timeout))
            .forcePathStyle(
                Boolean.parseBoolean(properties.get(S3FileIOProperties.PATH_STYLE_ACCESS)));
    String region = properties.get(AwsClientProperties.CLIENT_REGION);
    if (region != null) {
      builder.region(Region.of(region));
    }
    String endpoint = properties.get(S3FileIOProperties.ENDPOINT);
    if (endpoint != null) {
      // Not every other store knows the checksums that AWS has added to its protocol.
      builder
          .endpointOverride(URI.create(endpoint))
          .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED);
    }
    return builder.build();
  }

  @Override
  public S3AsyncClient s3Async() {
    throw new UnsupportedOperationException("files are read as a whole, by the other client");
  }
}
