package dev.varve.engine.prepared;

import static dev.varve.engine.table.LakeFixture.ADA;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Commit;
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
import dev.varve.engine.table.TableName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that rebases branches and merges their rows is killed: each branch stands where it was
 * or is wholly rebased, a rebase that conflicts is kept or is not, the branch that is merged into
 * stands before the merge or after it, both of its tables alike, and no file is left of which
 * nobody knows.
 *
 * <p>In round n a branch sets cell a of rows 1 to 3 to 100 n + id, by a commit each, and by a
 * fourth cell a of a second table to n, while the other branch sets b of all rows of both to n; in
 * even rounds it also changes a cell that the second commit sets. Both rewrite each table's one
 * file, so every step is decided by rows.
 */
class RebaseCrashTest {
  private static final int ROUNDS = Integer.getInteger("varve.kills", 4);

  /** The most that a round acknowledges: kept, resolved, finished, rebased, merged. */
  private static final int STEPS = 5;

  private static final int COMMITS = 3;

  private static final TableName U = TableName.parse("u");

  @TempDir Path directory;

  @Test
  void aRebaseIsWholeOrAbsentAndSoIsAMergeOfRows() throws Exception {
    long seed = Long.getLong("varve.seed", System.nanoTime() & 0xFFFFFF);
    System.out.printf("RebaseCrashTest: -Dvarve.seed=%d%n", seed);
    Random random = new Random(seed);
    try (IngestFixture lake = new IngestFixture(directory)) {
      for (TableName table : List.of(IngestFixture.T, U)) {
        lake.ingest()
            .ingest(
                IngestFixture.text(table, "id,a,b\n1,0,0\n2,0,0\n3,0,0\n4,0,0\n")
                    .with(new NewTable(List.of("id"), List.of(), List.of())),
                ProgressListener.NONE);
      }
    }
    int rebased = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<String> done = workUntilKilled(random.nextInt(STEPS), random.nextInt(200));

      try (IngestFixture lake = new IngestFixture(directory)) {
        String when = "seed %d, round %d, after %s".formatted(seed, round, done);
        NamedFiles.requireAllKnown(lake.lake(), directory, when);
        for (int number = 1; number <= branches(lake); number++) {
          rebased += requireWhole(lake, number, when) ? 1 : 0;
        }
        requireAcknowledged(lake, done, when);
        bringToTheirEnd(lake, when);
        NamedFiles.requireAllKnown(lake.lake(), directory, when);
      }
    }
    System.out.printf("RebaseCrashTest: looked at %d rebased branches%n", rebased);
  }

  /** Returns whether the branch of a round is rebased; else it stands where it was. */
  private static boolean requireWhole(IngestFixture lake, int number, String when) {
    RefName branch = branch(number);
    List<String> steps = new ArrayList<>();
    Commit commit = lake.lake().headCommit(branch);
    while (commit.message().startsWith("step ")) {
      steps.add(commit.message());
      commit = lake.lake().repository().commit(commit.firstParent().orElseThrow());
    }
    if (steps.size() <= COMMITS || !isBegun(lake, number)) {
      return false; // It was killed before there was anything to rebase.
    }
    assertThat(steps).as(when).containsExactly("step 4", "step 3", "step 2", "step 1");
    List<long[]> rows = rows(lake, branch);
    boolean rebased = rows.get(0)[2] == number;
    for (int id = 1; id <= COMMITS; id++) {
      assertThat(rows.get(id - 1)[1]).as(when).isEqualTo(100L * number + id);
    }
    for (long[] row : rows) {
      assertThat(row[2] == number)
          .as("%s: row %d of '%s'", when, row[0], branch)
          .isEqualTo(rebased);
    }
    for (long[] row : rows(lake, branch, U)) {
      assertThat(row[1]).as("%s: u of '%s'", when, branch).isEqualTo(number);
      assertThat(row[2] == number).as("%s: u of '%s'", when, branch).isEqualTo(rebased);
    }
    return rebased;
  }

  /** Whether main has the change that a round's branch is to be rebased onto. */
  private static boolean isBegun(IngestFixture lake, int number) {
    return rows(lake, MAIN).get(0)[2] >= number;
  }

  private static void requireAcknowledged(IngestFixture lake, List<String> done, String when) {
    PreparedMerges prepared = prepared(lake);
    for (String line : done) {
      int number = Integer.parseInt(line.substring(line.indexOf(' ') + 1));
      boolean rebased = requireWhole(lake, number, when);
      if (line.startsWith("rebased") || line.startsWith("merged")) {
        assertThat(rebased).as(when).isTrue();
      } else if (!line.startsWith("begun") && !rebased) {
        assertThat(prepared.list()).as(when).hasSize(1);
      }
      if (line.startsWith("merged")) {
        assertThat(rows(lake, MAIN).get(0)[1]).as(when).isGreaterThanOrEqualTo(100L * number + 1);
      }
    }
    List<long[]> main = rows(lake, MAIN);
    long merged = main.get(0)[1] / 100;
    for (int id = 1; id <= COMMITS; id++) {
      boolean changedByMain = id == 2 && main.get(1)[1] < 0;
      if (!changedByMain) {
        assertThat(main.get(id - 1)[1])
            .as("%s: row %d", when, id)
            .isEqualTo(merged == 0 ? 0 : 100 * merged + id);
      }
    }
    assertThat(rows(lake, MAIN, U)).as(when).allMatch(row -> row[1] == merged);
  }

  /** What is kept can be gone on with, whatever the step that it was killed in. */
  private static void bringToTheirEnd(IngestFixture lake, String when) {
    PreparedMerges prepared = prepared(lake);
    for (PreparedMerge kept : prepared.list()) {
      RefName name = kept.name();
      RefName branch = kept.intent().into();
      int number = Integer.parseInt(branch.text().substring("exp".length()));
      assertThat(requireWhole(lake, number, when)).as(when).isFalse();
      while (prepared.load(name).state() != State.READY) {
        if (prepared.load(name).state() == State.CONFLICTED) {
          resolve(prepared, name);
        }
        prepared.finish(name, ADA);
      }
      assertThat(prepared.publish(name, ADA)).as(when).isInstanceOf(Publication.Published.class);
      assertThat(requireWhole(lake, number, when)).as(when).isTrue();
    }
    assertThat(prepared.list()).as(when).isEmpty();
  }

  private static void resolve(PreparedMerges prepared, RefName name) {
    prepared.resolve(
        name,
        new Resolution(
            IngestFixture.T, List.of(), "true", Optional.empty(), Take.THEIRS, Optional.empty()),
        ADA);
  }

  private static PreparedMerges prepared(IngestFixture lake) {
    return new PreparedMerges(
        lake.lake().tables(),
        merges(lake),
        lake.ingest(),
        new TableEdits(lake.lake().tables(), lake::duck),
        lake::duck,
        lake.temp());
  }

  private static Merges merges(IngestFixture lake) {
    return new Merges(
        lake.lake().tables(), new Diffs(lake.lake().tables(), lake::duck), lake::duck);
  }

  private static RefName branch(int number) {
    return RefName.parse("exp" + number);
  }

  private static int branches(IngestFixture lake) {
    return lake.lake()
        .repository()
        .refs()
        .list(RefKind.BRANCH, "exp", Optional.empty(), 1000)
        .size();
  }

  private static List<long[]> rows(IngestFixture lake, RefName branch) {
    return rows(lake, branch, IngestFixture.T);
  }

  /** A table's rows in the order of their ids. */
  private static List<long[]> rows(IngestFixture lake, RefName branch, TableName table) {
    return lake.rows(lake.lake().find(branch, table).orElseThrow()).stream()
        .map(
            row -> {
              String[] cells = row.split("\\|", -1);
              return new long[] {
                Long.parseLong(cells[0]), Long.parseLong(cells[1]), Long.parseLong(cells[2])
              };
            })
        .toList();
  }

  /** Returns all that it said, the last of it at any place of a later step. */
  private List<String> workUntilKilled(int acknowledged, int laterMillis) throws Exception {
    List<String> done = new ArrayList<>();
    try (DoomedProcess worker = DoomedProcess.start(Worker.class, directory)) {
      done.add(worker.line());
      assertThat(done.get(0)).startsWith("begun");
      for (int i = 0; i < acknowledged; i++) {
        done.add(worker.line());
      }
      done.addAll(worker.killAfter(Duration.ofMillis(laterMillis)));
    }
    return done;
  }

  /** Rebases branches and merges them, one after the other, for ever. */
  static final class Worker {
    private Worker() {}

    public static void main(String[] args) {
      try (IngestFixture lake = new IngestFixture(Path.of(args[0]))) {
        TableEdits edits = new TableEdits(lake.lake().tables(), lake::duck);
        for (int number = branches(lake) + 1; ; number++) {
          round(lake, edits, number);
        }
      }
    }

    private static void round(IngestFixture lake, TableEdits edits, int number) {
      RefName branch = branch(number);
      lake.lake().branch(branch);
      for (int id = 1; id <= COMMITS; id++) {
        edits.update(
            on(branch).withMessage("step " + id),
            IngestFixture.T,
            Map.of("a", Integer.toString(100 * number + id)),
            "id = " + id);
      }
      edits.update(
          on(branch).withMessage("step 4"), U, Map.of("a", Integer.toString(number)), "true");
      edits.update(on(MAIN), U, Map.of("b", Integer.toString(number)), "true");
      boolean conflicts = number % 2 == 0;
      if (conflicts) {
        edits.update(on(MAIN), IngestFixture.T, Map.of("a", "-" + number), "id = 2");
      }
      edits.update(on(MAIN), IngestFixture.T, Map.of("b", Integer.toString(number)), "true");
      System.out.println("begun " + number);
      if (conflicts) {
        keep(prepared(lake), branch, number);
      } else {
        new Rebase(lake.lake().repository(), merges(lake))
            .run(
                branch,
                Revision.of(MAIN),
                ADA,
                Optional.empty(),
                ConflictOptions.NONE,
                Rebase.Run.REAL);
      }
      System.out.println("rebased " + number);
      edits.update(on(MAIN), IngestFixture.T, Map.of("a", Integer.toString(-number)), "id = 4");
      merges(lake)
          .merge(
              on(MAIN),
              Revision.of(branch),
              MergeMode.FAST_FORWARD_OR_MERGE,
              Optional.empty(),
              ConflictOptions.NONE);
      System.out.println("merged " + number);
    }

    private static void keep(PreparedMerges prepared, RefName branch, int number) {
      RefName name =
          prepared
              .rebase(branch, Revision.of(MAIN), ADA, Optional.empty(), ConflictOptions.NONE)
              .prepared()
              .orElseThrow()
              .name();
      System.out.println("kept " + number);
      resolve(prepared, name);
      System.out.println("resolved " + number);
      prepared.finish(name, ADA);
      System.out.println("finished " + number);
      prepared.publish(name, ADA);
    }
  }
}
