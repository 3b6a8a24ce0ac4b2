package dev.varve.spark;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What came of {@code spark-submit} of the built jar: Spark's own launcher in a process that has
 * nothing but Spark's jars on its class path, as in an installation of Spark.
 */
record SubmittedJob(int exit, String out, String err) {
  /** Runs {@link MergeJob} to its end. */
  static SubmittedJob run(Path directory, String... arguments)
      throws IOException, InterruptedException {
    return run(MergeJob.class, directory, arguments);
  }

  /** Runs a job to its end. */
  static SubmittedJob run(Class<?> job, Path directory, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(TestServer.java());
    command.add("-Xmx1g");
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-") || argument.startsWith("-Djdk."))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-cp",
            jars().filter(jar -> !isIceberg(jar)).collect(Collectors.joining(File.pathSeparator)),
            "org.apache.spark.deploy.SparkSubmit",
            "--master",
            "local[2]",
            "--conf",
            "spark.ui.enabled=false",
            "--conf",
            "spark.driver.bindAddress=127.0.0.1",
            "--conf",
            "spark.driver.host=127.0.0.1",
            "--conf",
            "spark.sql.shuffle.partitions=2",
            "--jars",
            jars().filter(SubmittedJob::isIceberg).findFirst().orElseThrow(),
            "--class",
            job.getName(),
            System.getProperty("varve.spark.jar")));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(directory, "job", ".out");
    Path err = Files.createTempFile(directory, "job", ".err");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException("the job does not end: " + Files.readString(err));
    }
    return new SubmittedJob(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** The jars of the tests, and none of the build's own classes. */
  private static Stream<String> jars() {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(classPath.split(File.pathSeparator))
        .filter(path -> path.endsWith(".jar") && !path.contains("varve-"));
  }

  private static boolean isIceberg(String jar) {
    return Path.of(jar).getFileName().toString().startsWith("iceberg-spark-runtime");
  }
}
