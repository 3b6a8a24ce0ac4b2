package dev.varve.engine.diff;

import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.table.LoadedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/**
 * The data files, with their deletes, that two states of a table do not have in common: those that
 * one of them lacks, and those to which other deletes apply.
 *
 * @param before as the earlier state has them, {@code after} as the later one
 */
public record ChangedFiles(List<ScanFile> before, List<ScanFile> after) {
  public ChangedFiles {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** The files by which two states of one table differ, with their column metrics. */
  public static ChangedFiles between(LoadedTable before, LoadedTable after) {
    FileDelta delta = FileDiff.between(before.metadata(), after.metadata(), after.io());
    boolean deletes =
        hasDeletes(before.metadata(), before.io()) || hasDeletes(after.metadata(), after.io());
    return deletes
        ? planned(before, after)
        : new ChangedFiles(plain(delta.removed()), plain(delta.added()));
  }

  /** All files of a state, with their column metrics. */
  public static List<ScanFile> all(LoadedTable table) {
    AppliedDeletes applied = AppliedDeletes.withMetrics(table.metadata(), table.io());
    return applied.locations().stream()
        .flatMap(location -> applied.task(location).stream())
        .map(ScanFile::of)
        .toList();
  }

  private static boolean hasDeletes(TableMetadata metadata, FileIO io) {
    Snapshot current = metadata.currentSnapshot();
    return current != null && !current.deleteManifests(io).isEmpty();
  }

  private static List<ScanFile> plain(List<DataFile> files) {
    return files.stream().map(file -> new ScanFile(file, List.of())).toList();
  }

  private static ChangedFiles planned(LoadedTable before, LoadedTable after) {
    AppliedDeletes was = AppliedDeletes.withMetrics(before.metadata(), before.io());
    AppliedDeletes is = AppliedDeletes.withMetrics(after.metadata(), after.io());
    return new ChangedFiles(notIn(is, was), notIn(was, is));
  }

  private static List<ScanFile> notIn(AppliedDeletes other, AppliedDeletes state) {
    List<ScanFile> files = new ArrayList<>();
    for (String location : state.locations()) {
      Optional<FileScanTask> there = other.task(location);
      if (there.isEmpty() || !other.deletes(location).equals(state.deletes(location))) {
        state.task(location).map(ScanFile::of).ifPresent(files::add);
      }
    }
    return files;
  }
}
