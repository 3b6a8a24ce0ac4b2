package dev.varve.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The files of tables in a real HDFS; its 106 MB are only there in the profile engines. */
@EnabledIfSystemProperty(named = "varve.hdfs", matches = "true")
class HdfsWarehouseIT extends WarehouseSuite {
  @TempDir static Path stores;
  private static HdfsCluster hdfs;

  @BeforeAll
  static void startStore() throws IOException, InterruptedException {
    hdfs = HdfsCluster.start(Files.createDirectory(stores.resolve("shared")));
  }

  @AfterAll
  static void stopStore() {
    hdfs.close();
  }

  @Override
  List<String> settings() {
    return List.of("--warehouse", hdfs.address() + "/some/" + directory.getFileName());
  }

  @Override
  Map<String, String> environment() {
    return Map.of();
  }

  /** The server tells all that is needed. */
  @Override
  Map<String, String> clientProperties() {
    return Map.of();
  }

  @Test
  void aClusterThatFailsChangesNothing() throws Exception {
    HdfsCluster failing = HdfsCluster.start(Files.createDirectory(stores.resolve("failing")));
    List<String> settings = List.of("--warehouse", failing.address() + "/lake");
    try (Processes varve = Processes.start(directory, settings, Map.of())) {
      varve.bash(directory, "printf 'id,name\\n1,apple\\n' | varve ingest fruit -");
      String head = varve.bash(directory, "varve log --json | head -n 1");
      failing.close();

      String failed =
          varve.bash(
              directory, "printf 'id,name\\n2,pear\\n' | varve ingest fruit - 2>&1 || echo failed");

      assertThat(failed).contains("failed").contains("HDFS at " + failing.address());
      assertThat(varve.bash(directory, "varve log --json | head -n 1")).isEqualTo(head);
      assertThat(varve.bash(directory, "varve sql 'FROM fruit' --format csv"))
          .contains("1,apple") // from the cache
          .doesNotContain("pear");
    }
    assertThatThrownBy(() -> Processes.start(directory, settings, Map.of()).close())
        .hasMessageContaining("HDFS at " + failing.address())
        .hasMessageContaining("--warehouse");
  }
}
