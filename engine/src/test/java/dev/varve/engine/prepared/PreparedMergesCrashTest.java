package dev.varve.engine.prepared;

import static dev.varve.engine.table.LakeFixture.ADA;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.DoomedProcess;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.ingest.IngestFixture;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.NamedFiles;
import dev.varve.engine.ingest.ProgressListener;
import dev.varve.engine.merge.ConflictOptions;
import dev.varve.engine.merge.Merges;
import dev.varve.engine.prepared.PreparedMerge.State;
import dev.varve.engine.prepared.Resolution.Take;
import dev.varve.engine.table.LakeFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that keeps conflicts, resolves them and publishes merges is killed: each kept merge is
 * whole or absent, the branch stands before a merge or after it, and no file is left of which
 * nobody knows.
 */
class PreparedMergesCrashTest {
  private static final int ROUNDS = Integer.getInteger("varve.kills", 4);

  /** What a merge goes through: kept, resolved, finished, published. */
  private static final int STEPS = 4;

  @TempDir Path directory;

  @Test
  void aKeptMergeIsWholeOrAbsent() throws Exception {
    long seed = Long.getLong("varve.seed", System.nanoTime() & 0xFFFFFF);
    System.out.printf("PreparedMergesCrashTest: -Dvarve.seed=%d%n", seed);
    Random random = new Random(seed);
    try (IngestFixture lake = new IngestFixture(directory)) {
      lake.ingest()
          .ingest(
              IngestFixture.text("id,a\n1,0\n2,0\n")
                  .with(new NewTable(List.of("id"), List.of(), List.of())),
              ProgressListener.NONE);
    }
    for (int round = 0; round < ROUNDS; round++) {
      Optional<String> last = mergeUntilKilled(random.nextInt(STEPS + 1), random.nextInt(100));

      try (IngestFixture lake = new IngestFixture(directory)) {
        String when = "seed %d, round %d, after %s".formatted(seed, round, last);
        long value = value(lake);
        if (last.isPresent() && last.get().startsWith("published")) {
          assertThat(value)
              .as(when)
              .isGreaterThanOrEqualTo(Long.parseLong(last.get().substring("published ".length())));
        }
        NamedFiles.requireAllKnown(lake.lake(), directory, when);
        publishAll(lake, when);
        NamedFiles.requireAllKnown(lake.lake(), directory, when);
      }
    }
  }

  /** What is kept can be brought to its end, whatever the step that it was killed in. */
  private static void publishAll(IngestFixture lake, String when) {
    PreparedMerges prepared = prepared(lake);
    for (PreparedMerge each : prepared.list()) {
      if (each.state() == State.CONFLICTED) {
        assertThat(each.conflicts()).as(when).hasSize(1);
        KeptConflict.Rows rows = each.conflicts().get(0).rows().orElseThrow();
        assertThat(rows.count()).as(when).isEqualTo(1);
        assertThat(lake.lake().tables().find(each.commit().id(), rows.table()))
            .as(when)
            .isPresent();
        assertThat(prepared.open(each).get(0).open()).as(when).isBetween(0L, 1L);
      }
      finish(prepared, each);
      assertThat(value(lake) % 2).as(when).isEqualTo(1);
    }
    assertThat(prepared.list()).as(when).isEmpty();
  }

  private static void finish(PreparedMerges prepared, PreparedMerge each) {
    if (each.state() == State.CONFLICTED) {
      resolve(prepared, each.name());
      prepared.finish(each.name(), ADA);
    }
    if (prepared.list().stream().noneMatch(it -> it.name().equals(each.name()))) {
      return; // The same merge was published beside it, so that nothing was left to finish.
    }
    while (prepared.publish(each.name(), ADA) instanceof Publication.PreparedAgain) {
      // It was prepared again, because the branch had moved.
      if (prepared.load(each.name()).state() == State.CONFLICTED) {
        resolve(prepared, each.name());
        prepared.finish(each.name(), ADA);
      }
    }
  }

  private static void resolve(PreparedMerges prepared, RefName name) {
    prepared.resolve(
        name,
        new Resolution(
            IngestFixture.T, List.of(), "true", Optional.empty(), Take.THEIRS, Optional.empty()),
        ADA);
  }

  private static PreparedMerges prepared(IngestFixture lake) {
    LakeFixture fixture = lake.lake();
    return new PreparedMerges(
        fixture.tables(),
        new Merges(fixture.tables(), new Diffs(fixture.tables(), lake::duck), lake::duck),
        lake.ingest(),
        new TableEdits(fixture.tables(), lake::duck),
        lake::duck,
        lake.temp());
  }

  /** The one cell that everybody changes: odd after a merge, even after a change on the branch. */
  private static long value(IngestFixture lake) {
    return lake.rows().stream()
        .filter(row -> row.startsWith("1|"))
        .mapToLong(row -> Long.parseLong(row.substring(2)))
        .findFirst()
        .orElseThrow();
  }

  /** Returns what was last said to be done. */
  private Optional<String> mergeUntilKilled(int acknowledged, int laterMillis) throws Exception {
    List<String> done = new ArrayList<>();
    try (DoomedProcess merger = DoomedProcess.start(Merger.class, directory)) {
      assertThat(merger.line()).isEqualTo("begun");
      for (int i = 0; i < acknowledged; i++) {
        done.add(merger.line());
      }
      // Anywhere within the next step.
      done.addAll(merger.killAfter(Duration.ofMillis(laterMillis)));
    }
    return done.isEmpty() ? Optional.empty() : Optional.of(done.get(done.size() - 1));
  }

  /** Merges branches that conflict, one after the other, for ever. */
  static final class Merger {
    private Merger() {}

    public static void main(String[] args) {
      try (IngestFixture lake = new IngestFixture(Path.of(args[0]))) {
        TableEdits edits = new TableEdits(lake.lake().tables(), lake::duck);
        PreparedMerges prepared = prepared(lake);
        for (int number = branches(lake) + 1; ; number++) {
          RefName branch = RefName.parse("exp" + number);
          lake.lake().branch(branch);
          long next = 2 * (value(lake) / 2 + 1);
          edits.update(on(branch), IngestFixture.T, set(next + 1), "id = 1");
          edits.update(on(MAIN), IngestFixture.T, set(next), "id = 1");
          System.out.println("begun");
          RefName name = keep(prepared, branch);
          System.out.println("kept");
          resolve(prepared, name);
          System.out.println("resolved");
          prepared.finish(name, ADA);
          System.out.println("finished");
          prepared.publish(name, ADA);
          System.out.println("published " + (next + 1));
        }
      }
    }

    private static Map<String, String> set(long value) {
      return Map.of("a", Long.toString(value));
    }

    private static RefName keep(PreparedMerges prepared, RefName branch) {
      return prepared
          .merge(
              on(MAIN),
              Revision.of(branch),
              MergeMode.NO_FAST_FORWARD,
              Optional.empty(),
              ConflictOptions.NONE)
          .prepared()
          .orElseThrow()
          .name();
    }

    private static int branches(IngestFixture lake) {
      Set<String> names = new HashSet<>();
      lake.lake()
          .repository()
          .refs()
          .list(RefKind.BRANCH, "exp", Optional.empty(), 1000)
          .forEach(ref -> names.add(ref.name().text()));
      return names.size();
    }
  }
}
