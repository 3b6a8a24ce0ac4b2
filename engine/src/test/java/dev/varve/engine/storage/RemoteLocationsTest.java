package dev.varve.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteLocationsTest {
  private final RemoteLocations locations = new RemoteLocations("s3a://bucket/a lake%20/");

  @Test
  void aLocationIsTakenLiterallyAndHasOneForm() {
    assertThat(locations.root()).isEqualTo("s3://bucket/a lake%20");
    assertThat(locations.normal("s3://bucket/a lake%20/x=%2F/f.parquet"))
        .isEqualTo("s3://bucket/a lake%20/x=%2F/f.parquet");
    assertThat(locations.normal("S3N://bucket/a lake%20/f..g/...")).endsWith("/f..g/...");
    assertThat(locations.normal("s3a://bucket/a lake%20")).isEqualTo(locations.root());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://bucket/a lake%20x/f",
        "s3://bucket/f",
        "s3://bucket",
        "s3://other/a lake%20/f",
        "s3://bucket@other/a lake%20/f",
        "s3://BUCKET/a lake%20/f",
        "s3://bucket/a lake%20/../f",
        "s3://bucket/a lake%20/x/../../f",
        "s3://bucket/a lake%20/./f",
        "s3://bucket/a lake%20/..",
        "s3://bucket/a lake%20/f?versionId=1",
        "s3://bucket/a lake%20/f#x",
        "s3:///a lake%20/f",
        "s3:/bucket/a lake%20/f",
        "file:///a lake%20/f",
        "hdfs://bucket/a lake%20/f",
        "https://bucket/a lake%20/f",
        "/etc/passwd",
        "a lake%20/f",
        ""
      })
  void otherPlacesAreRefused(String location) {
    assertThatThrownBy(() -> locations.normal(location))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN));
  }
}
