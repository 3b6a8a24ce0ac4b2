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
import dev.varve.engine.table.TableName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that keeps conflicts, resolves them and publishes merges of two tables is killed: each
 * kept merge is whole or absent, the branch stands before a merge or after it with both tables, and
 * no file is left of which nobody knows, nor when what was kept is abandoned.
 *
 * <p>In {@code t} both sides set one cell, which is a conflict; in {@code u} each sets another cell
 * of one row, which is merged, cell a to what theirs has in {@code t}.
 */
class PreparedMergesCrashTest {
  private static final int ROUNDS = Integer.getInteger("varve.kills", 4);

  /** What a merge goes through: kept, resolved, finished, published. */
  private static final int STEPS = 4;

  private static final TableName U = TableName.parse("u");

  @TempDir Path directory;

  @Test
  void aKeptMergeIsWholeOrAbsent() throws Exception {
    long seed = Long.getLong("varve.seed", System.nanoTime() & 0xFFFFFF);
    System.out.printf("PreparedMergesCrashTest: -Dvarve.seed=%d%n", seed);
    Random random = new Random(seed);
    try (IngestFixture lake = new IngestFixture(directory)) {
      NewTable byId = new NewTable(List.of("id"), List.of(), List.of());
      lake.ingest()
          .ingest(IngestFixture.text("id,a\n1,0\n2,0\n").with(byId), ProgressListener.NONE);
      lake.ingest()
          .ingest(
              IngestFixture.text(U, "id,a,b\n1,0,0\n2,0,0\n").with(byId), ProgressListener.NONE);
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
        requireBothTables(lake, when);
        NamedFiles.requireAllKnown(lake.lake(), directory, when);
        if (round % 2 == 0) {
          publishAll(lake, when);
        } else {
          abandonAll(lake, when);
        }
        requireBothTables(lake, when);
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

  /** What is kept can be given up, and then nothing was merged. */
  private static void abandonAll(IngestFixture lake, String when) {
    PreparedMerges prepared = prepared(lake);
    long before = value(lake);
    prepared.list().forEach(each -> prepared.abandon(each.name(), ADA));
    assertThat(prepared.list()).as(when).isEmpty();
    assertThat(value(lake)).as(when).isEqualTo(before);
  }

  /** A merge came to both tables, or to none. */
  private static void requireBothTables(IngestFixture lake, String when) {
    long value = value(lake);
    long[] other = other(lake);
    if (value % 2 == 1) {
      assertThat(other[0]).as("%s: the cell that theirs set", when).isEqualTo(value);
      assertThat(other[1]).as("%s: the cell that ours set", when).isEqualTo(value - 1);
    } else {
      assertThat(other[0]).as("%s: the cell that theirs set", when).isLessThan(Math.max(value, 1));
    }
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

  /** The two cells of the other table that are changed: by theirs, and by ours. */
  private static long[] other(IngestFixture lake) {
    return lake.rows(lake.lake().find(MAIN, U).orElseThrow()).stream()
        .filter(row -> row.startsWith("1|"))
        .map(row -> Stream.of(row.split("\\|", -1)).mapToLong(Long::parseLong).toArray())
        .map(cells -> new long[] {cells[1], cells[2]})
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
          edits.update(on(branch), IngestFixture.T, set("a", next + 1), "id = 1");
          edits.update(on(branch), U, set("a", next + 1), "id = 1");
          edits.update(on(MAIN), U, set("b", next), "id = 1");
          edits.update(on(MAIN), IngestFixture.T, set("a", next), "id = 1");
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

    private static Map<String, String> set(String column, long value) {
      return Map.of(column, Long.toString(value));
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
