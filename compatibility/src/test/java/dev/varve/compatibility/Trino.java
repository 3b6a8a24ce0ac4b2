package dev.varve.compatibility;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Trino server of one node, out of its stock archive, and a JDBC session with it. */
final class Trino implements AutoCloseable {

  private static final int OLDEST_JAVA = 24;
  private static final int SECONDS_TO_START = 180;

  private final Process process;
  private final Connection connection;

  private Trino(Process process, Connection connection) {
    this.process = process;
    this.connection = connection;
  }

  /**
   * Starts a server; returns when it answers.
   *
   * @param archive its {@code trino-server-….tar.gz}
   * @param scratch an empty directory for its settings and log
   */
  static Trino start(Path archive, Path scratch) throws IOException, InterruptedException {
    Path home = unpacked(archive);
    int port = freePort();
    Path log = scratch.resolve("trino.log");
    Process process =
        new ProcessBuilder(
                jdk().resolve("bin/java").toString(),
                "-Xmx1500m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djdk.attach.allowAttachSelf=true",
                "-Dconfig=" + settings(scratch, home, port),
                "-cp",
                home.resolve("lib") + "/*",
                "io.trino.server.TrinoServer")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      awaitStart(process, log);
      Properties user = new Properties();
      user.setProperty("user", "trino");
      String url = "jdbc:trino://127.0.0.1:" + port;
      return new Trino(process, DriverManager.getConnection(url, user));
    } catch (IOException | InterruptedException | SQLException e) {
      process.destroyForcibly();
      throw new IOException("Trino did not start; its log: " + Files.readString(log), e);
    }
  }

  private static String settings(Path scratch, Path home, int port) throws IOException {
    Path settings = scratch.resolve("config.properties");
    Files.writeString(
        settings,
        """
        node.id=one
        node.environment=test
        node.bind-ip=127.0.0.1
        node.internal-address=127.0.0.1
        coordinator=true
        node-scheduler.include-coordinator=true
        http-server.http.port=%1$d
        http-server.log.enabled=false
        discovery.uri=http://127.0.0.1:%1$d
        plugin.dir=%2$s
        catalog.management=dynamic
        catalog.store=memory
        """
            .formatted(port, home.resolve("plugin")));
    return settings.toString();
  }

  /** The archive hard-links files across plugins: all of it is unpacked, then most is removed. */
  private static Path unpacked(Path archive) throws IOException, InterruptedException {
    Path kept = archive.resolveSibling("trino");
    if (Files.exists(kept)) {
      return kept;
    }
    Path unpacked = Files.createTempDirectory(archive.getParent(), "unpacked");
    run("tar", "-xzf", archive.toString(), "-C", unpacked.toString(), "--strip-components=1");
    Path trimmed = Files.createTempDirectory(archive.getParent(), "trimmed");
    Files.createDirectory(trimmed.resolve("plugin"));
    Files.move(unpacked.resolve("lib"), trimmed.resolve("lib"));
    Files.move(unpacked.resolve("plugin/iceberg"), trimmed.resolve("plugin/iceberg"));
    run("rm", "-r", unpacked.toString());
    return Files.move(trimmed, kept);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException("failed: " + String.join(" ", command));
    }
  }

  /**
   * A JDK that is new enough: the one that is given, the one that runs this, or an installed one.
   */
  private static Path jdk() throws IOException {
    String given = System.getProperty("varve.trino.jdk", "");
    if (!given.isEmpty()) {
      return Path.of(given);
    }
    if (Runtime.version().feature() >= OLDEST_JAVA) {
      return Path.of(System.getProperty("java.home"));
    }
    try (Stream<Path> installed = Files.list(Path.of("/usr/lib/jvm"))) {
      return installed
          .filter(jdk -> version(jdk) >= OLDEST_JAVA)
          .max(Comparator.comparingInt(Trino::version))
          .orElseThrow(
              () ->
                  new IOException(
                      "Trino needs a JDK "
                          + OLDEST_JAVA
                          + " or newer; install one, or give it as -Dtrino.jdk=DIRECTORY"));
    }
  }

  private static int version(Path jdk) {
    Properties release = new Properties();
    try (var in = Files.newInputStream(jdk.resolve("release"))) {
      release.load(in);
      String version = release.getProperty("JAVA_VERSION", "0").replace("\"", "");
      return Runtime.Version.parse(version).feature();
    } catch (IOException | IllegalArgumentException e) {
      return 0; // not a JDK
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void awaitStart(Process process, Path log)
      throws IOException, InterruptedException {
    for (int i = 0; i < SECONDS_TO_START; i++) {
      if (process.waitFor(1, TimeUnit.SECONDS)) {
        throw new IOException("it exited with " + process.exitValue());
      }
      if (Files.readString(log).contains("SERVER STARTED")) {
        return;
      }
    }
    throw new IOException("it took more than " + SECONDS_TO_START + " s");
  }

  /** Makes {@code warehouse} of the catalog server at {@code uri} known as {@code name}. */
  void catalog(String name, String uri, String warehouse) {
    run(
        """
        CREATE CATALOG %s USING iceberg WITH (
          "iceberg.catalog.type" = 'rest',
          "iceberg.rest-catalog.uri" = '%s',
          "iceberg.rest-catalog.warehouse" = '%s',
          "iceberg.rest-catalog.nested-namespace-enabled" = 'true',
          "iceberg.expire-snapshots.min-retention" = '0s',
          "iceberg.remove-orphan-files.min-retention" = '0s',
          "fs.native-local.enabled" = 'true',
          "local.location" = '/')
        """
            .formatted(name, uri, warehouse));
  }

  /** Runs a statement to its end. */
  void run(String sql) {
    rows(sql);
  }

  /** The rows of a statement, each as the text of its values. */
  List<String> rows(String sql) {
    try (Statement statement = connection.createStatement()) {
      List<String> rows = new ArrayList<>();
      if (statement.execute(sql)) {
        ResultSet result = statement.getResultSet();
        while (result.next()) {
          StringBuilder row = new StringBuilder();
          for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
            row.append(i == 1 ? "" : "|").append(result.getString(i));
          }
          rows.add(row.toString());
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(sql + " failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    process.destroy();
    try {
      if (process.waitFor(30, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly().onExit().join();
  }
}
