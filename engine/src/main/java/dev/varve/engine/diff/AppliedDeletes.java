package dev.varve.engine.diff;

import dev.varve.engine.table.ManifestThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;

/**
 * Which delete files apply to which data files of one state of a table, as Iceberg's own planner
 * has it. Reads all manifests of the state, and no data. Immutable.
 */
public final class AppliedDeletes {
  private final Map<String, FileScanTask> tasks = new HashMap<>();
  private final Map<String, Set<String>> deletes = new HashMap<>();

  private AppliedDeletes() {}

  public static AppliedDeletes of(TableMetadata metadata, FileIO io) {
    return of(metadata, io, UnaryOperator.identity());
  }

  /** The same, and the data files keep their column metrics. */
  public static AppliedDeletes withMetrics(TableMetadata metadata, FileIO io) {
    return of(metadata, io, TableScan::includeColumnStats);
  }

  /** The same, and the data files keep the metrics of some columns of the current schema. */
  public static AppliedDeletes withMetrics(
      TableMetadata metadata, FileIO io, Collection<String> columns) {
    return of(metadata, io, scan -> scan.includeColumnStats(columns));
  }

  private static AppliedDeletes of(
      TableMetadata metadata, FileIO io, UnaryOperator<TableScan> refined) {
    AppliedDeletes applied = new AppliedDeletes();
    BaseTable table = new BaseTable(new StaticTableOperations(metadata, io), "planned");
    if (metadata.currentSnapshot() == null) {
      return applied;
    }
    TableScan scan = table.newScan().planWith(ManifestThreads.of(metadata, io));
    try (CloseableIterable<FileScanTask> tasks = refined.apply(scan).planFiles()) {
      tasks.forEach(applied::add);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot plan the files of a table", e);
    }
    return applied;
  }

  private void add(FileScanTask task) {
    String location = task.file().location();
    tasks.put(location, task);
    if (!task.deletes().isEmpty()) {
      Set<String> names = new TreeSet<>();
      for (DeleteFile delete : task.deletes()) {
        names.add(name(delete));
      }
      deletes.put(location, names);
    }
  }

  /** The locations of all live data files. */
  public Set<String> locations() {
    return tasks.keySet();
  }

  /** The data file with its deletes, if the state holds it. */
  public Optional<FileScanTask> task(String location) {
    return Optional.ofNullable(tasks.get(location));
  }

  /** The names of the delete files that apply to a data file; empty if none does. */
  public Set<String> deletes(String location) {
    return deletes.getOrDefault(location, Set.of());
  }

  /** What tells a file from others: its location, and for a deletion vector its place in there. */
  public static String name(ContentFile<?> file) {
    if (file instanceof DeleteFile delete && delete.contentOffset() != null) {
      return file.location() + "#" + delete.contentOffset();
    }
    return file.location();
  }
}
