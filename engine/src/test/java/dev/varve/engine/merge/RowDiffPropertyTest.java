package dev.varve.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.TableMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rows by which states of random tables differ, against an oracle over lists of rows: what a
 * branch did since base, and what tells two branches apart.
 *
 * <p>{@code -Dvarve.seed=…} runs one case, {@code -Dvarve.diffs=…} more of them.
 */
class RowDiffPropertyTest {
  private static final long CASES = Long.getLong("varve.diffs", 250);

  @TempDir(factory = MemoryDirectory.class)
  Path directory;

  private final Map<String, Integer> seen = new TreeMap<>();

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void aDiffIsWhatTheOracleSays() throws IOException {
    Long only = Long.getLong("varve.seed");
    List<AssertionError> failures = new ArrayList<>();
    try (Duck duck = Duck.open(DuckSettings.defaults(directory.resolve("spill")))) {
      for (long seed = only == null ? 0 : only; seed < (only == null ? CASES : only + 1); seed++) {
        try {
          check(duck, RowMergeCase.randomOrSpecial(seed), directory.resolve("t" + seed));
        } catch (RuntimeException | AssertionError e) {
          failures.add(new AssertionError("seed " + seed + ": " + e.getMessage(), e));
        }
      }
    }
    System.out.println("diffs: " + seen);
    assertThat(failures).isEmpty();
    if (only == null) {
      assertThat(seen.keySet()).contains("by key", "as bags", "nothing");
    }
  }

  private void check(Duck duck, RowMergeCase each, Path place) throws IOException {
    RowScript script = each.script();
    AddedColumns added = new AddedColumns();
    TableMetadata empty = script.create(Files.createDirectory(place));
    TableMetadata base = script.run(empty, each.base(), 0, added);
    TableMetadata ours = script.run(base, each.ours(), 0, added);
    TableMetadata theirs = script.run(base, each.theirs(), each.ours().size(), added);
    StateRows rows = new StateRows();
    if (List.of(base, ours, theirs).stream().anyMatch(it -> RowOracle.repeatsKeys(rows, it))) {
      seen.merge("a key is on several rows", 1, Integer::sum);
      return;
    }
    compare(new CheckedDiff(duck, rows), base, ours);
    compare(new CheckedDiff(duck, rows), ours, theirs);
    compare(new CheckedDiff(duck, rows), ours, base);
  }

  private void compare(CheckedDiff diff, TableMetadata before, TableMetadata after) {
    if (CheckedMerge.hasStructOfOtherFields(after.schema(), before, after)) {
      seen.merge("a struct has other fields", 1, Integer::sum);
    } else {
      seen.merge(diff.check(before, after), 1, Integer::sum);
    }
  }
}
