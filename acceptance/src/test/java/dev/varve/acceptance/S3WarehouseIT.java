package dev.varve.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of tables in a bucket of a real S3 server. */
class S3WarehouseIT extends WarehouseSuite {
  @TempDir static Path stores;
  private static S3Server s3;

  @BeforeAll
  static void startStore() throws IOException {
    s3 = S3Server.start(Files.createDirectory(stores.resolve("shared")));
  }

  @AfterAll
  static void stopStore() {
    s3.close();
  }

  @Override
  List<String> settings() {
    return s3.settings("s3://lake/some/" + directory.getFileName());
  }

  @Override
  Map<String, String> environment() {
    return S3Server.CREDENTIALS;
  }

  /** The server tells the rest; credentials are the client's own. */
  @Override
  Map<String, String> clientProperties() {
    return Map.of(
        "s3.access-key-id", "varve",
        "s3.secret-access-key", "sediment",
        "client.region", "us-east-1",
        "s3.client-factory-impl", "org.apache.iceberg.aws.s3.DefaultS3FileIOAwsClientFactory",
        "http-client.type", "urlconnection");
  }

  @Test
  void aServerThatCannotUseTheBucketSaysWhyAndDoesNotStart() {
    assertThatThrownBy(() -> start("s3://nobody/lake", S3Server.CREDENTIALS))
        .hasMessageContaining("there is no bucket 'nobody' at " + s3.endpoint());
    Map<String, String> stranger = new TreeMap<>(S3Server.CREDENTIALS);
    stranger.put("AWS_SECRET_ACCESS_KEY", "wrong");
    assertThatThrownBy(() -> start("s3://lake/lake", stranger))
        .hasMessageContaining("AWS_ACCESS_KEY_ID");
  }

  @Test
  void aStoreThatFailsChangesNothing() throws Exception {
    S3Server failing = S3Server.start(Files.createDirectory(stores.resolve("failing")));
    List<String> settings = failing.settings("s3://lake/some");
    try (Processes varve = Processes.start(directory, settings, S3Server.CREDENTIALS)) {
      varve.bash(directory, "printf 'id,name\\n1,apple\\n' | varve ingest fruit -");
      String head = varve.bash(directory, "varve log --json | head -n 1");
      failing.close();

      String failed =
          varve.bash(
              directory, "printf 'id,name\\n2,pear\\n' | varve ingest fruit - 2>&1 || echo failed");

      assertThat(failed).contains("failed").contains("the store at").contains("cannot be reached");
      assertThat(varve.bash(directory, "varve log --json | head -n 1")).isEqualTo(head);
      assertThat(varve.bash(directory, "varve sql 'FROM fruit' --format csv"))
          .contains("1,apple") // from the cache
          .doesNotContain("pear");
    }
    assertThatThrownBy(() -> Processes.start(directory, settings, S3Server.CREDENTIALS).close())
        .hasMessageContaining("the store at " + failing.endpoint() + " cannot be reached")
        .hasMessageContaining("--s3.endpoint");
  }

  @Test
  void aFileThatIsGoneFromTheBucketIsFoundThoughACopyIsHere() throws Exception {
    try (Processes varve = start()) {
      varve.bash(directory, "printf 'id,name\\n1,apple\\n' | varve ingest fruit -");
      try (Stream<Path> objects =
          Files.walk(s3.bucket("lake").resolve("some/" + directory.getFileName()))) {
        Files.delete(
            objects.filter(it -> it.toString().endsWith(".parquet")).findFirst().orElseThrow());
      }
      assertThat(varve.bash(directory, "varve fsck --level files || true"))
          .contains("file-missing")
          .contains("s3://lake/some/" + directory.getFileName() + "/lake/data/");
    }
  }

  private void start(String warehouse, Map<String, String> environment) throws IOException {
    Processes.start(directory, s3.settings(warehouse), environment).close();
  }
}
