package dev.varve.engine.merge;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.tree.ContentId;
import dev.varve.engine.diff.FileDelta;
import dev.varve.engine.diff.FileDiff;
import dev.varve.engine.merge.rows.RowMergeResult;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.storage.LocalFiles;
import dev.varve.engine.write.WrittenFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/**
 * What of a merge's rows another engine compares: what it is still to do, and what it did. One
 * instance serves one merge; for one thread at a time.
 */
public final class RowsElsewhere {
  private final Map<ContentId, TableMetadata> states = new HashMap<>();
  private final Map<ContentId, RowTask> left = new LinkedHashMap<>();

  /** Notes the state that another engine left of the target of a task. */
  public void add(ContentId table, TableMetadata state) {
    states.put(table, state);
  }

  /** The tasks that are not done, in the order in which the merge came upon them. */
  public List<RowTask> left() {
    return List.copyOf(left.values());
  }

  /** The task of a table that is not done, by the table's name. */
  public Optional<RowTask> left(String table) {
    return left.values().stream().filter(task -> task.table().toString().equals(table)).findFirst();
  }

  /** Whether a state of a task's target is what came of the task. */
  public static boolean isDone(String task, TableMetadata state) {
    Snapshot snapshot = state.currentSnapshot();
    return snapshot != null && task.equals(snapshot.summary().get(RowTask.DONE));
  }

  /** Whether a task of a table is done. */
  boolean isDone(ContentId table, String task) {
    return Optional.ofNullable(states.get(table)).filter(state -> isDone(task, state)).isPresent();
  }

  /**
   * What came of a task; empty if it is not done, and then it is among those {@link #left}.
   *
   * @param target the metadata of the task's target
   * @throws VarveException if other files were changed than the task's
   */
  Optional<RowMergeResult.Merged> result(RowTask task, TableMetadata target, FileIO io) {
    TableMetadata state = states.get(task.content());
    if (state == null || !isDone(task.id(), state)) {
      left.put(task.content(), task);
      return Optional.empty();
    }
    FileDelta change = FileDiff.between(target, state, io);
    Map<String, ScanFile> affected = new HashMap<>();
    task.plan()
        .files()
        .oursAffected()
        .files()
        .forEach(file -> affected.put(file.file().location(), file));
    List<ScanFile> removed = new ArrayList<>();
    for (DataFile file : change.removed()) {
      removed.add(
          Optional.ofNullable(affected.get(file.location()))
              .orElseThrow(() -> otherFiles(task, "'" + file.location() + "' was removed")));
    }
    if (!change.addedDeletes().isEmpty()) {
      throw otherFiles(task, "delete files were added");
    }
    Map<String, String> summary = new TreeMap<>(state.currentSnapshot().summary());
    return Optional.of(
        new RowMergeResult.Merged(
            removed,
            new WrittenFiles(change.added(), LocalFiles.of(io)),
            task.plan()
                .work(
                    number(summary, RowTask.CHANGED),
                    number(summary, RowTask.WRITTEN),
                    number(summary, RowTask.REMOVED),
                    removed.size(),
                    0)));
  }

  private static VarveException otherFiles(RowTask task, String what) {
    return new VarveException(
        ErrorCode.INVALID_REQUEST,
        "cannot take over the rows of '%s': %s, which is no part of the merge"
            .formatted(task.table(), what),
        "abandon the prepared merge, prepare it again, and commit nothing to this table on it",
        Map.of("table", task.table().toString()),
        null);
  }

  /** Counts are for people: one that is missing or no number is told as zero. */
  private static long number(Map<String, String> summary, String name) {
    try {
      return Long.parseLong(summary.getOrDefault(name, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
