package dev.varve.engine.diff;

import java.util.Collection;
import org.apache.iceberg.ContentFile;

/** How many files, the rows in them and their size; deletes that apply to them are not counted. */
public record FileCounts(long files, long rows, long sizeBytes) {
  public static final FileCounts NONE = new FileCounts(0, 0, 0);

  public static FileCounts of(Collection<? extends ContentFile<?>> files) {
    long rows = 0;
    long sizeBytes = 0;
    for (ContentFile<?> file : files) {
      rows += file.recordCount();
      sizeBytes += file.fileSizeInBytes();
    }
    return new FileCounts(files.size(), rows, sizeBytes);
  }

  FileCounts plus(FileCounts more) {
    return new FileCounts(files + more.files, rows + more.rows, sizeBytes + more.sizeBytes);
  }
}
