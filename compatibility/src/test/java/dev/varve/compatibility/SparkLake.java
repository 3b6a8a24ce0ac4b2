package dev.varve.compatibility;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** An empty lake in a server, and stock Spark with its main branch as the catalog {@code lake}. */
abstract class SparkLake {
  @TempDir static Path dir;
  static VarveServer server;
  static Spark spark;

  @BeforeAll
  static void startServerAndSpark() throws IOException {
    server = VarveServer.start(Files.createDirectory(dir.resolve("data")));
    spark = new Spark(server.icebergUri(), dir);
    spark.catalog("lake", "lake", Map.of());
  }

  @AfterAll
  static void stopSparkAndServer() {
    if (spark != null) {
      spark.close();
    }
    if (server != null) {
      server.close();
    }
  }
}
