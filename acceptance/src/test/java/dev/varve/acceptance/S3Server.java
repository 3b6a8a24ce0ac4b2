package dev.varve.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** S3Proxy as a process, over a local directory; it checks signatures. */
final class S3Server implements AutoCloseable {
  /** The environment of whoever may use it. */
  static final Map<String, String> CREDENTIALS =
      Map.of(
          "AWS_ACCESS_KEY_ID", "varve",
          "AWS_SECRET_ACCESS_KEY", "sediment",
          "AWS_REGION", "us-east-1");

  private static final Path CLASS_PATH = Path.of("s3proxy", "target", "s3proxy.classpath");
  private static final Pattern LISTENS = Pattern.compile("Started ServerConnector.*:(\\d+)}");
  private static final String LOGBACK =
      """
      <configuration>
        <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%msg%n</pattern></encoder>
        </appender>
        <root level="info"><appender-ref ref="out"/></root>
      </configuration>
      """;

  private final Path directory;
  private final Process process;
  private final String endpoint;

  private S3Server(Path directory, Process process, String endpoint) {
    this.directory = directory;
    this.process = process;
    this.endpoint = endpoint;
  }

  /** Starts it with one bucket, {@code lake}, and waits until it listens. */
  static S3Server start(Path directory) throws IOException {
    // It does not know the checksums that AWS has added to its protocol; clients here send none.
    System.setProperty("aws.requestChecksumCalculation", "WHEN_REQUIRED");
    Path buckets = Files.createDirectories(directory.resolve("buckets"));
    Files.createDirectories(buckets.resolve("lake"));
    Path settings =
        Files.writeString(
            directory.resolve("s3proxy.conf"),
            """
            s3proxy.endpoint=http://127.0.0.1:0
            s3proxy.authorization=aws-v2-or-v4
            s3proxy.identity=varve
            s3proxy.credential=sediment
            s3proxy.ignore-unknown-headers=true
            jclouds.provider=filesystem-nio2
            jclouds.filesystem.basedir=%s
            """
                .formatted(buckets));
    Path logback = Files.writeString(directory.resolve("s3proxy-logback.xml"), LOGBACK);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dlogback.configurationFile=" + logback,
                "-cp",
                Files.readString(CLASS_PATH).strip(),
                "org.gaul.s3proxy.Main",
                "--properties",
                settings.toString())
            .redirectErrorStream(true)
            .start();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder told = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher listens = LISTENS.matcher(line);
      if (listens.find()) {
        Thread drain = new Thread(() -> lines.lines().forEach(rest -> {}), "s3proxy-output");
        drain.setDaemon(true);
        drain.start();
        return new S3Server(directory, process, "http://127.0.0.1:" + listens.group(1));
      }
      told.append(line).append('\n');
    }
    throw new IllegalStateException("the S3 server did not start: " + told);
  }

  String endpoint() {
    return endpoint;
  }

  /** What a Varve server is started with to use a place in it. */
  List<String> settings(String warehouse) {
    return List.of("--warehouse", warehouse, "--s3.endpoint", endpoint, "--s3.addressing", "path");
  }

  /** Where the objects of a bucket lie as files. */
  Path bucket(String name) {
    return directory.resolve("buckets").resolve(name);
  }

  /** Nobody answers at its address when this returns. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
