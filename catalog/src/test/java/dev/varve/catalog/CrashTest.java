package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.fsck.ContentCheck;
import dev.varve.catalog.fsck.Finding;
import dev.varve.catalog.fsck.FsckScope;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process that commits under load, again and again, and looks at what it left. More kills:
 * {@code -Dvarve.kills=100}.
 */
class CrashTest {
  private static final int KILLS = Integer.getInteger("varve.kills", 10);

  /** Acknowledgements to wait for before the kill, at the most: some 100 ms of load. */
  private static final int MAX_ACKNOWLEDGED = 400;

  /** After so many kills everything is read again; later only now and then, and at the end. */
  private static final int ALWAYS_WHOLE = 10;

  private static final int WHOLE_EVERY = 10;

  @TempDir Path directory;

  @Test
  void whatWasAcknowledgedSurvivesAnyKill() throws Exception {
    long seed = Long.getLong("varve.seed", System.nanoTime() & 0xFFFFFF);
    Random random = new Random(seed);
    System.out.printf("CrashTest: %d kills, -Dvarve.seed=%d%n", KILLS, seed);
    List<Acknowledged> all = new ArrayList<>();
    Survivors survivors = new Survivors();
    for (int kill = 1; kill <= KILLS; kill++) {
      all.addAll(runAndKill(kill, 1 + random.nextInt(MAX_ACKNOWLEDGED)));
      boolean whole = kill <= ALWAYS_WHOLE || kill % WHOLE_EVERY == 0 || kill == KILLS;
      if (whole) {
        survivors = new Survivors();
      }
      try (Catalog catalog = Catalog.open(directory, CatalogSettings.defaults())) {
        Repository lake = catalog.repository(RepositoryName.LAKE);
        survivors.check(lake, all, "seed %d, kill %d".formatted(seed, kill));
        if (whole) {
          requireClean(lake);
        }
      }
    }
    System.out.printf("CrashTest: %d writes were acknowledged%n", all.size());
    assertThat(all).hasSizeGreaterThan(KILLS);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> left = Files.walk(directory)) {
      for (Path file : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void requireClean(Repository lake) {
    List<Finding> findings = new ArrayList<>();
    lake.fsck(FsckScope.EVERYTHING, ContentCheck.NONE, findings::add);
    assertThat(findings).isEmpty();
  }

  /** What the process said before it died. */
  private List<Acknowledged> runAndKill(int round, int count) throws IOException {
    // Whoever is killed leaves the native library that it unpacked.
    Path temp = Files.createTempDirectory("doomed");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temp,
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CrashingWriter.class.getName(),
                directory.toString(),
                String.valueOf(round))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<Acknowledged> acknowledged = new ArrayList<>();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = output.readLine();
      while (line != null) {
        if (Acknowledged.isWhole(line)) {
          acknowledged.add(Acknowledged.parse(line));
        }
        if (acknowledged.size() == count) {
          // By its handle: that leaves what it has printed to be read.
          process.toHandle().destroyForcibly();
        }
        line = output.readLine();
      }
    } finally {
      process.destroyForcibly();
    }
    process.onExit().join();
    delete(temp);
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(count);
    return acknowledged;
  }
}
