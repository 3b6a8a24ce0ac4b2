package dev.varve.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class S3CredentialVendorTest {
  private static JsonNode policy(String below, boolean writable) {
    return S3CredentialVendor.policy(below, writable, "aws");
  }

  @Test
  void aWriterReadsListsAndWritesBelowItsPlace() {
    assertThat(policy("s3://bucket/some/lake", true))
        .hasToString(
            """
            {"Version":"2012-10-17","Statement":[\
            {"Effect":"Allow",\
            "Action":["s3:GetObject","s3:PutObject","s3:AbortMultipartUpload"],\
            "Resource":"arn:aws:s3:::bucket/some/lake/*"},\
            {"Effect":"Allow","Action":["s3:ListBucket"],"Resource":"arn:aws:s3:::bucket",\
            "Condition":{"StringLike":{"s3:prefix":["some/lake/*"]}}},\
            {"Effect":"Allow","Action":["s3:GetBucketLocation"],\
            "Resource":"arn:aws:s3:::bucket"}]}""");
  }

  @Test
  void aReaderWritesNothing() {
    assertThat(policy("s3://bucket/lake", false).toString())
        .contains("s3:GetObject", "s3:ListBucket")
        .doesNotContain("s3:Put", "s3:Abort", "s3:Delete");
  }

  @Test
  void whatAPolicyWouldReadAsManyPlacesStandsForItself() {
    JsonNode policy = policy("s3://bucket/a*/${aws:username}/lake", true);
    String place = "a${*}/${$}{aws:username}/lake/*";
    assertThat(policy.at("/Statement/0/Resource").asText())
        .isEqualTo("arn:aws:s3:::bucket/" + place);
    assertThat(policy.at("/Statement/1/Condition/StringLike/s3:prefix/0").asText())
        .isEqualTo(place);
  }
}
