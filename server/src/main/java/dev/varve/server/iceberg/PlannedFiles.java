package dev.varve.server.iceberg;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.FileScanTask;

/** The files that a scan reads, gathered one by one, and what they take in memory. */
final class PlannedFiles {
  /** A task and its file, but for what grows: fields, headers, a partition. */
  private static final int FILE_BYTES = 500;

  /** A count of a column: its map's node, id and number. */
  private static final int COUNT_BYTES = 80;

  /** A bound of a column, but for its bytes. */
  private static final int BOUND_BYTES = 136;

  private final List<FileScanTask> tasks = new ArrayList<>();

  /** Delete files that were counted: one may apply to any number of data files. */
  private final Set<ContentFile<?>> deletes = Collections.newSetFromMap(new IdentityHashMap<>());

  private long bytes;

  void add(FileScanTask task) {
    tasks.add(task);
    bytes += bytes(task.file());
    for (ContentFile<?> delete : task.deletes()) {
      bytes += Long.BYTES;
      if (deletes.add(delete)) {
        bytes += bytes(delete);
      }
    }
  }

  List<FileScanTask> tasks() {
    return Collections.unmodifiableList(tasks);
  }

  /** What all of it takes in memory, about. */
  long bytes() {
    return bytes;
  }

  private static long bytes(ContentFile<?> file) {
    return FILE_BYTES
        + 2L * file.location().length()
        + counts(file.columnSizes())
        + counts(file.valueCounts())
        + counts(file.nullValueCounts())
        + counts(file.nanValueCounts())
        + bounds(file.lowerBounds())
        + bounds(file.upperBounds());
  }

  private static long counts(Map<Integer, Long> byColumn) {
    return byColumn == null ? 0 : (long) COUNT_BYTES * byColumn.size();
  }

  private static long bounds(Map<Integer, ByteBuffer> byColumn) {
    return byColumn == null
        ? 0
        : byColumn.values().stream().mapToLong(it -> BOUND_BYTES + it.capacity()).sum();
  }
}
