package dev.varve.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Hadoop's small cluster, a name node and a data node, as a process. */
final class HdfsCluster implements AutoCloseable {
  /** Written down by the module beside this one, in the profile {@code engines}. */
  static final Path CLASS_PATH = Path.of("hdfs", "target", "hdfs.classpath");

  private static final Pattern ADDRESS = Pattern.compile("\"?namenode_port\"?\\s*:\\s*(\\d+)");
  private static final int PATIENCE_SECONDS = 300;

  private final Process process;
  private final String address;

  private HdfsCluster(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /** Starts it over a new directory, and waits until it takes files. */
  static HdfsCluster start(Path directory) throws IOException, InterruptedException {
    Path details = directory.resolve("details.json");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                Files.readString(CLASS_PATH).strip(),
                "org.apache.hadoop.mapreduce.MiniHadoopClusterManager",
                "-nomr",
                "-format",
                "-writeDetails",
                details.toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("hdfs.out").toFile())
            .start();
    for (int i = 0; i < PATIENCE_SECONDS * 10 && process.isAlive(); i++) {
      Matcher port = ADDRESS.matcher(Files.exists(details) ? Files.readString(details) : "");
      if (port.find()) {
        return new HdfsCluster(process, "hdfs://127.0.0.1:" + port.group(1));
      }
      Thread.sleep(100);
    }
    process.destroyForcibly();
    throw new IllegalStateException(
        "the cluster did not start: " + Files.readString(directory.resolve("hdfs.out")));
  }

  /** The address of its name node. */
  String address() {
    return address;
  }

  /** Nobody writes into its directory when this returns. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
