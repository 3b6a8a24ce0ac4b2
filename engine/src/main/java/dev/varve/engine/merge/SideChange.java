package dev.varve.engine.merge;

import dev.varve.engine.diff.FileCounts;
import dev.varve.engine.diff.FileDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one side of a merge did to a table since base.
 *
 * @param operations how many of its snapshots were made by which Iceberg operation
 * @param deletes the added delete files, and the rows that they list
 */
public record SideChange(
    SortedMap<String, Integer> operations,
    FileCounts added,
    FileCounts removed,
    FileCounts deletes) {
  public SideChange {
    operations = new TreeMap<>(operations);
  }

  /** Nothing but metadata, if that. */
  public static final SideChange NONE =
      new SideChange(new TreeMap<>(), FileCounts.NONE, FileCounts.NONE, FileCounts.NONE);

  /**
   * @param snapshots those that the side made since base
   */
  static SideChange of(List<SideSnapshots.Made> snapshots, FileDelta delta) {
    SortedMap<String, Integer> operations = new TreeMap<>();
    snapshots.forEach(
        it -> operations.merge(String.valueOf(it.snapshot().operation()), 1, Integer::sum));
    return new SideChange(
        operations,
        delta.addedCounts(),
        delta.removedCounts(),
        FileCounts.of(delta.addedDeletes()));
  }

  /** How many snapshots the side made since base. */
  public int snapshots() {
    return operations.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The change in words, such as {@code added 2 files with 1,200 rows (append)}. */
  public String describe() {
    List<String> parts = new ArrayList<>();
    describe("added", added, "", parts);
    describe("removed", removed, "", parts);
    describe("added", deletes, "delete ", parts);
    if (parts.isEmpty()) {
      return "changed no files";
    }
    String made = String.join(", ", operations.keySet());
    return String.join(", ", parts) + (made.isEmpty() ? "" : " (" + made + ")");
  }

  private static void describe(String verb, FileCounts counts, String kind, List<String> parts) {
    if (counts.files() > 0) {
      parts.add(
          String.format(
              Locale.ROOT,
              "%s %,d %sfile%s with %,d row%s",
              verb,
              counts.files(),
              kind,
              counts.files() == 1 ? "" : "s",
              counts.rows(),
              counts.rows() == 1 ? "" : "s"));
    }
  }
}
