package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher script, in a directory of its own whose name has a space, with a Java and a Maven
 * that only write down how they were called.
 */
class LauncherIT {
  private static final Path SCRIPT = Path.of("../../varve").toAbsolutePath().normalize();

  private static final String JAVA =
      """
      #!/bin/bash
      case "$*" in
        *-XshowSettings*) echo "    java.home = $FAKE_HOME" >&2 ;;
        -version) echo "openjdk version \\"$FAKE_VERSION\\" 2026-01-01" >&2 ;;
        *) echo "java $*"; exit "${FAKE_EXIT:-0}" ;;
      esac
      """;

  private static final String MAVEN =
      """
      #!/bin/bash
      echo "mvn $*" >>"$FAKE_LOG"
      [ -z "${FAKE_MAVEN_FAILS:-}" ] || { echo "[ERROR] no such symbol"; exit 1; }
      root=$(dirname "$4")
      for module in connectors/cli server; do
        mkdir -p "$root/$module/target/lib"
        touch "$root/$module/target/varve-${module##*/}.jar" "$root/$module/target/lib/a.jar"
      done
      """;

  @TempDir private Path directory;
  private Path root;
  private Path bin;
  private Path mavenLog;

  private record Outcome(int code, String out, String err) {}

  @BeforeEach
  void layOut() throws IOException {
    root = Files.createDirectories(directory.resolve("my lake"));
    bin = Files.createDirectories(directory.resolve("jdk/bin"));
    mavenLog = directory.resolve("mvn.log");
    Files.copy(SCRIPT, root.resolve("varve"));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    for (String module :
        List.of("connectors/client", "connectors/cli", "catalog", "engine", "server")) {
      Files.createDirectories(root.resolve(module + "/src/main"));
      Files.writeString(root.resolve(module + "/pom.xml"), "<project/>");
      Files.writeString(root.resolve(module + "/src/main/A.java"), "class A {}");
    }
    program("java", JAVA);
    program("javac", "#!/bin/bash\n");
    program("mvn", MAVEN);
  }

  private void program(String name, String text) throws IOException {
    Path file = Files.writeString(bin.resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Outcome launch(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return launch(root.resolve("varve"), environment, arguments);
  }

  private Outcome launch(Path script, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", script.toString()));
    command.addAll(List.of(arguments));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeAll(List.of("JAVA_HOME", "VARVE_JAVA_OPTS"));
    builder.environment().put("PATH", bin + ":/usr/bin:/bin");
    builder.environment().put("FAKE_HOME", bin.getParent().toString());
    builder.environment().put("FAKE_VERSION", "17.0.1");
    builder.environment().put("FAKE_LOG", mavenLog.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
    return new Outcome(process.exitValue(), read(out), read(err));
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private long builds() throws IOException {
    return Files.exists(mavenLog) ? Files.readAllLines(mavenLog).size() : 0;
  }

  @Test
  void buildsOnFirstUseAndThenOnlyWhenSourcesChanged() throws Exception {
    Outcome first = launch(Map.of(), "log", "--grep", "a b");

    assertThat(first.err()).contains("building the command line", "downloads about");
    assertThat(first.out()).contains("dev.varve.cli.Main log --grep a b");
    assertThat(read(mavenLog)).contains("-pl connectors/cli -am package");
    assertThat(launch(Map.of(), "log").err()).isEmpty();
    assertThat(builds()).isEqualTo(1);

    Files.setLastModifiedTime(
        root.resolve("connectors/client/src/main/A.java"),
        FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(launch(Map.of(), "log").err()).contains("sources have changed");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void serveBuildsAndRunsTheServerOnly() throws Exception {
    Outcome served = launch(Map.of("VARVE_JAVA_OPTS", "-Xmx1g -Xms1g"), "serve", "--port", "0");

    assertThat(served.out())
        .contains(
            "-Xmx1g -Xms1g", "server/target/varve-server.jar", "dev.varve.server.Main --port 0");
    assertThat(read(mavenLog)).contains("-pl server -am package").doesNotContain("cli");
  }

  @Test
  void whatWorksWithoutAServerRunsWithItsClasses() throws Exception {
    assertThat(launch(Map.of(), "fsck", "--data", "my data").out())
        .contains("dev.varve.server.Main fsck --data my data");
    assertThat(launch(Map.of(), "restore", "backups", "--data=new").out())
        .contains("dev.varve.server.Main restore backups --data=new");
    assertThat(launch(Map.of(), "credential", "etl", "--file", "known").out())
        .contains("dev.varve.server.Main credential etl --file known");
    assertThat(launch(Map.of(), "fsck").out()).contains("dev.varve.cli.Main fsck");
    assertThat(launch(Map.of(), "restore", "--help").out()).contains("dev.varve.cli.Main restore");
  }

  @Test
  void helpOfServeComesFromTheCommandLine() throws Exception {
    assertThat(launch(Map.of(), "serve", "--help").out())
        .contains("dev.varve.cli.Main serve --help");
  }

  @Test
  void newerJavasAreToldOfNativeLibraries() throws Exception {
    Outcome served = launch(Map.of("FAKE_VERSION", "25"), "serve");

    assertThat(served.out()).contains("--enable-native-access=ALL-UNNAMED");
    assertThat(launch(Map.of(), "serve").out()).contains("--enable-native-access");
  }

  @Test
  void worksThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("my lake/varve"));

    assertThat(launch(link, Map.of(), "version").out()).contains("dev.varve.cli.Main version");
  }

  @Test
  void theExitCodeIsJavas() throws Exception {
    launch(Map.of(), "log");

    assertThat(launch(Map.of("FAKE_EXIT", "3"), "log").code()).isEqualTo(3);
  }

  @Test
  void anOldJavaIsRefused() throws Exception {
    Outcome refused = launch(Map.of("FAKE_VERSION", "1.8.0_392"), "log");

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains("is Java 8, and Varve needs 17 or newer", "hint: install a JDK");
  }

  @Test
  void aWrongJavaHomeIsNamed() throws Exception {
    assertThat(launch(Map.of("JAVA_HOME", "/nowhere"), "log").err())
        .contains("error: JAVA_HOME is '/nowhere', but there is no bin/java in it");
  }

  @Test
  void aJavaThatCannotCompileIsNotEnough() throws Exception {
    Files.delete(bin.resolve("javac"));

    assertThat(launch(Map.of(), "log").err())
        .contains("that cannot compile", "hint: install a JDK");
  }

  @Test
  void aBuildThatFailsShowsItsErrorsAndIsTriedAgain() throws Exception {
    Outcome failed = launch(Map.of("FAKE_MAVEN_FAILS", "yes"), "log");

    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err())
        .contains("[ERROR] no such symbol", "the build of the command line failed");
    assertThat(launch(Map.of(), "log").code()).isZero();
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void aLauncherThatWasKilledDoesNotBlockTheNext() throws Exception {
    Path lock = Files.createDirectories(root.resolve("target/launcher/lock"));
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Files.writeString(lock.resolve("pid"), gone.pid() + "\n");

    assertThat(launch(Map.of(), "log").code()).isZero();
    assertThat(lock).doesNotExist();
  }
}
