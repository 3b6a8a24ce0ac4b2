package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
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

  @TempDir Path directory;

  @Test
  void whatWasAcknowledgedSurvivesAnyKill() throws Exception {
    long seed = Long.getLong("varve.seed", System.nanoTime() & 0xFFFFFF);
    Random random = new Random(seed);
    List<Acknowledged> all = new ArrayList<>();
    for (int kill = 0; kill < KILLS; kill++) {
      all.addAll(runAndKill(kill, 1 + random.nextInt(MAX_ACKNOWLEDGED)));
      try (Catalog catalog = Catalog.open(directory, CatalogSettings.defaults())) {
        check(
            catalog.repository(RepositoryName.LAKE), all, "seed %d, kill %d".formatted(seed, kill));
      }
    }
    assertThat(all).hasSizeGreaterThan(KILLS);
  }

  /** What the process said before it died. */
  private List<Acknowledged> runAndKill(int round, int count) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
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
        if (line.endsWith(".")) {
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
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(count);
    return acknowledged;
  }

  private static void check(Repository lake, List<Acknowledged> all, String when) {
    Wholeness.check(lake);
    History history = new History(lake);
    List<Commit> log = new ArrayList<>();
    lake.graph()
        .log(List.of(history.resolve("main")), Ancestry.FIRST_PARENT)
        .forEachRemaining(log::add);
    Map<ObjectId, Integer> places = new HashMap<>();
    log.forEach(commit -> places.put(commit.id(), places.size()));

    Map<String, Integer> lastOfThread = new HashMap<>();
    Set<String> branches = new HashSet<>();
    for (Acknowledged one : all) {
      if (one.kind.equals("branch")) {
        branches.add(one.name);
        continue;
      }
      Integer place = places.get(ObjectId.parse(one.commit));
      assertThat(place).as("%s: the commit %s is there", when, one).isNotNull();
      Integer before = lastOfThread.put(one.name, place);
      assertThat(before == null || before > place).as("%s: %s is in order", when, one).isTrue();
    }
    for (String branch : branches) {
      RefName name = RefName.parse(branch);
      assertThat(lake.refs().find(name)).as("%s: branch %s", when, branch).isPresent();
      Wholeness.checkReflog(lake, name, Optional.of(history.resolve(branch)));
    }
    long moves = lake.refs().reflogSize(RefName.MAIN);
    assertThat(moves).as("%s: one entry of the reflog a commit", when).isEqualTo(log.size());
  }

  /**
   * One line of the process.
   *
   * @param name the thread that committed, or the branch that was created
   */
  private record Acknowledged(String kind, String name, String commit) {

    static Acknowledged parse(String line) {
      String[] words = line.substring(0, line.length() - 1).split(" ", -1);
      return new Acknowledged(words[0], words[1], words[2]);
    }
  }
}
