package dev.varve.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.storage.S3RequestTarget.Action;
import dev.varve.engine.storage.S3RequestTarget.Parser;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3RequestTargetTest {
  private static final String PATH = "http://127.0.0.1:9000/lake";
  private static final Parser OWN =
      new Parser("lake", Optional.of(URI.create("http://127.0.0.1:9000")));
  private static final Parser AWS = new Parser("lake", Optional.empty());

  private static S3Request request(String method, String uri) {
    return new S3Request(method, URI.create(uri), Map.of(), "us-east-1");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/a/b.parquet,READ,a/b.parquet",
    "HEAD,/a/b.parquet,READ,a/b.parquet",
    "GET,/a/b%20c%2Bd+e%C3%A4,READ,a/b c+d+eä",
    "PUT,/a/b,WRITE,a/b",
    "PUT,/a/b?partNumber=1&uploadId=x,PART_OF_UPLOAD,a/b",
    "POST,/a/b?uploads,BEGIN_UPLOAD,a/b",
    "POST,/a/b?uploadId=x,END_UPLOAD,a/b",
    "DELETE,/a/b?uploadId=x,ABORT_UPLOAD,a/b",
    "DELETE,/a/b,DELETE,a/b",
    "DELETE,/a/b?versionId=1,DELETE,a/b",
    "POST,?delete,DELETE,''",
    "GET,?list-type=2&prefix=a%2F,LIST,a/",
    "GET,/?list-type=2&prefix=a/b&max-keys=1,LIST,a/b",
    "GET,?acl,OTHER,''",
    "GET,/a/b?acl,OTHER,a/b",
    "PUT,/a/b?acl,OTHER,a/b",
    "PUT,/a/b?tagging,OTHER,a/b",
    "PUT,,OTHER,''",
    "DELETE,,DELETE,''",
    "HEAD,,OTHER,''",
    "PATCH,/a/b,OTHER,a/b"
  })
  void tellsWhatARequestDoes(String method, String rest, Action action, String key) {
    String uri = PATH + (rest == null ? "" : rest);
    assertThat(OWN.parse(request(method, uri)))
        .isEqualTo(new S3RequestTarget(action, "s3://lake/" + key));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://lake.s3.eu-central-1.amazonaws.com/a",
        "https://lake.s3.amazonaws.com/a",
        "https://lake.s3.dualstack.eu-west-1.amazonaws.com/a",
        "https://s3.eu-central-1.amazonaws.com/lake/a",
        "https://s3-fips.us-east-1.amazonaws.com/lake/a",
        "https://s3-us-west-2.amazonaws.com/lake/a",
        "https://s3.us-gov-west-1.amazonaws.com/lake/a",
        "https://lake.s3-fips.dualstack.us-gov-east-1.amazonaws.com/a",
        "https://lake.s3.cn-north-1.amazonaws.com.cn/a",
        "https://lake.s3-accelerate.dualstack.amazonaws.com/a"
      })
  void findsTheBucketInTheHostAndInThePath(String uri) {
    assertThat(AWS.parse(request("GET", uri)))
        .isEqualTo(new S3RequestTarget(Action.READ, "s3://lake/a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://other.s3.amazonaws.com/a",
        "https://s3.amazonaws.com/other/a",
        "https://s3.amazonaws.com/lakes/a",
        "https://lake.s3.amazonaws.com.example.org/a",
        "https://lake.s3.amazonaws.com:8080/a",
        "https://s3-backups.s3.amazonaws.com/lake/a",
        "https://s3.backups.s3.eu-west-1.amazonaws.com/lake/a",
        "https://s3-control.us-east-1.amazonaws.com/lake/a",
        "https://s3-website.us-east-1.amazonaws.com/lake/a",
        "https://lake.s3-accesspoint.us-east-1.amazonaws.com/a",
        "https://lake.s3-object-lambda.us-east-1.amazonaws.com/a",
        "https://example.org/lake/a",
        "https://lake@s3.amazonaws.com/other/a",
        "ftp://s3.amazonaws.com/lake/a",
        "https://s3.amazonaws.com/lake/a/../b",
        "https://s3.amazonaws.com/lake/a/%2e%2e/b",
        "https://s3.amazonaws.com/lake/..%2Fother/b",
        "https://s3.amazonaws.com/lake?list-type=2&prefix=a/../b",
        "https://s3.amazonaws.com/lake?prefix=a&prefix=b",
        "https://s3.amazonaws.com/lake?prefix=a+b",
        "https://s3.amazonaws.com/lake/a%3Fb",
        "https://s3.amazonaws.com/lake/a%23b",
        "https://s3.amazonaws.com/lake/a%00b",
        "https://s3.amazonaws.com/lake/a%FFb",
        "https://s3.amazonaws.com/lake/%C0%AE%C0%AE/b",
        "file:///lake/a"
      })
  void whatLeadsElsewhereIsRefused(String uri) {
    assertThatThrownBy(() -> AWS.parse(request("GET", uri))).isInstanceOf(VarveException.class);
  }

  @Test
  void anotherStoreIsReachedAtItsOwnAddressOnly() {
    assertThatThrownBy(() -> OWN.parse(request("GET", "http://127.0.0.1:9001/lake/a")))
        .isInstanceOf(VarveException.class);
    assertThatThrownBy(() -> OWN.parse(request("GET", "https://lake.s3.amazonaws.com/a")))
        .isInstanceOf(VarveException.class);
  }
}
