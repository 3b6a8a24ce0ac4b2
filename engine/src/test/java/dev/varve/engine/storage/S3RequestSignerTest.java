package dev.varve.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.storage.S3Settings.ConditionalWrites;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

class S3RequestSignerTest {
  private static final String BELOW = "s3://bucket/lake";
  private static final String HERE = "https://bucket.s3.eu-west-1.amazonaws.com/lake/";

  private final Set<String> files = new HashSet<>();
  private final S3RequestSigner signer = signer(ConditionalWrites.ON);

  private S3RequestSigner signer(ConditionalWrites conditions) {
    return new S3RequestSigner(
        new S3RequestTarget.Parser("bucket", Optional.empty()),
        files::contains,
        conditions,
        StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")));
  }

  /** The signed headers of a request to write, by their names in lower case. */
  private Map<String, List<String>> sign(String method, String uri, String... headers) {
    Map<String, List<String>> sent = new TreeMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      sent.computeIfAbsent(headers[i], name -> new ArrayList<>()).add(headers[i + 1]);
    }
    Map<String, List<String>> signed = new TreeMap<>();
    signer
        .sign(new S3Request(method, URI.create(uri), sent, "eu-west-1"), BELOW, true)
        .forEach((name, values) -> signed.put(name.toLowerCase(Locale.ROOT), values));
    return signed;
  }

  @ParameterizedTest
  @ValueSource(strings = {"Host", "host", "HOST"})
  void theHostIsTheOneThatWasChecked(String name) {
    Map<String, List<String>> signed =
        sign("GET", HERE + "a", name, "other.s3.eu-west-1.amazonaws.com");
    assertThat(signed.get("host")).containsExactly("bucket.s3.eu-west-1.amazonaws.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-amz-security-token",
        "x-amz-object-lock-mode",
        "x-amz-object-lock-retain-until-date",
        "X-Amz-Object-Lock-Legal-Hold",
        "x-amz-write-offset-bytes",
        "x-amz-bypass-governance-retention",
        "x-amz-rename-source",
        "x-amz-copy-source",
        "x-amz-acl"
      })
  void aHeaderThatIsNotKnownToBeHarmlessIsRefused(String header) {
    assertThatThrownBy(() -> sign("PUT", HERE + "a", header, "1"))
        .isInstanceOf(VarveException.class)
        .hasMessageContaining(header.toLowerCase(Locale.ROOT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-amz-server-side-encryption",
        "x-amz-server-side-encryption-customer-key",
        "x-amz-checksum-crc32",
        "x-amz-checksum-mode",
        "x-amz-sdk-checksum-algorithm",
        "x-amz-storage-class",
        "x-amz-tagging",
        "x-amz-meta-job",
        "x-amz-request-payer",
        "content-type"
      })
  void whatAClientSaysOfItsOwnFileIsSigned(String header) {
    assertThat(sign("PUT", HERE + "a", header, "1").get("authorization").get(0)).contains(header);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,https://bucket.s3.eu-west-1.amazonaws.com/lake-other/a",
    "GET,https://bucket.s3.eu-west-1.amazonaws.com/lake",
    "GET,https://bucket.s3.eu-west-1.amazonaws.com/lake%2F..%2Fother",
    "GET,https://bucket.s3.eu-west-1.amazonaws.com?list-type=2&prefix=lake",
    "GET,https://bucket.s3.eu-west-1.amazonaws.com?list-type=2&prefix=lake-other/",
    "GET,https://bucket.s3.eu-west-1.amazonaws.com?list-type=2",
    "PUT,https://bucket.s3.eu-west-1.amazonaws.com/lake-other/a",
    "POST,https://bucket.s3.eu-west-1.amazonaws.com/lake-other/a?uploads"
  })
  void whatOnlyBeginsAlikeLiesOutside(String method, String uri) {
    assertThatThrownBy(() -> sign(method, uri)).isInstanceOf(VarveException.class);
  }

  @Test
  void aFileThatIsThereIsNotReplaced() {
    files.add(BELOW + "/a");
    assertThatThrownBy(() -> sign("PUT", HERE + "a")).hasMessageContaining("never change");
    assertThatThrownBy(() -> sign("PUT", HERE + "%61")).hasMessageContaining("never change");
    assertThatThrownBy(() -> sign("POST", HERE + "a?uploads")).hasMessageContaining("never change");
    assertThatThrownBy(() -> sign("POST", HERE + "a?uploadId=x"))
        .hasMessageContaining("never change");
    assertThat(sign("DELETE", HERE + "a?uploadId=x")).containsKey("authorization");
  }

  @ParameterizedTest
  @CsvSource({"PUT,a", "POST,a?uploadId=x"})
  void aWriteThatIsSentAgainReplacesNothing(String method, String rest) {
    Map<String, List<String>> signed = sign(method, HERE + rest, "If-None-Match", "etag");
    assertThat(signed.get("if-none-match")).containsExactly("*");
    assertThat(signed.get("authorization").get(0)).contains("host;if-none-match;");
    assertThat(
            signer(ConditionalWrites.OFF)
                .sign(
                    new S3Request(method, URI.create(HERE + rest), Map.of(), "eu-west-1"),
                    BELOW,
                    true))
        .doesNotContainKey("if-none-match");
  }

  @ParameterizedTest
  @CsvSource({"GET,a", "POST,a?uploads", "PUT,a?partNumber=1&uploadId=x", "DELETE,a?uploadId=x"})
  void whatWritesNoWholeFileHasNoCondition(String method, String rest) {
    assertThat(sign(method, HERE + rest)).doesNotContainKey("if-none-match");
  }
}
