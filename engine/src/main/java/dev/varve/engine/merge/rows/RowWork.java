package dev.varve.engine.merge.rows;

import java.util.List;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;

/**
 * What a merge of rows read and did; or what a merge that changes no rows looked at: key columns of
 * rows that both sides added, columns that one side dropped and the other may have written to, and
 * those of which one side asks what the other's rows may not meet. What is read twice counts twice;
 * a file that the merge wrote, and checks, counts on the side whose rows are checked.
 *
 * @param baseFiles data files of base that were compared, and {@code oursFiles} and {@code
 *     theirsFiles} those of the sides; a file that two sides share counts on both
 * @param rowsRead the rows in these files
 * @param rowsChanged rows, by key or by value, that theirs added, changed or removed
 * @param rowsWritten rows that came to ours anew or in another form
 * @param rowsRemoved rows of ours that went or were replaced
 * @param filesRewritten files of ours that held such rows
 * @param filesSpliced those of them that were put together of columns: of the rows in them only
 *     what changed was read, to count it and to mix the cells of columns that both sides changed
 */
public record RowWork(
    long baseFiles,
    long oursFiles,
    long theirsFiles,
    long rowsRead,
    long rowsChanged,
    long rowsWritten,
    long rowsRemoved,
    long filesRewritten,
    long filesSpliced) {
  /** Some columns of files of the sides were looked at, such as their key. */
  public static RowWork ofFiles(List<DataFile> ours, List<DataFile> theirs) {
    return new RowWork(0, ours.size(), theirs.size(), rows(ours) + rows(theirs), 0, 0, 0, 0, 0);
  }

  /** Columns that one side dropped were compared in files by which the other differs from base. */
  public static RowWork ofColumns(List<StateFiles> lost, StateFiles added, boolean ours) {
    long files = added.files().size();
    return new RowWork(
        lost.stream().mapToLong(part -> part.files().size()).sum(),
        ours ? files : 0,
        ours ? 0 : files,
        lost.stream().mapToLong(StateFiles::rows).sum() + added.rows(),
        0,
        0,
        0,
        0,
        0);
  }

  /** This and more work on the same table. */
  public RowWork plus(RowWork more) {
    return new RowWork(
        baseFiles + more.baseFiles,
        oursFiles + more.oursFiles,
        theirsFiles + more.theirsFiles,
        rowsRead + more.rowsRead,
        rowsChanged + more.rowsChanged,
        rowsWritten + more.rowsWritten,
        rowsRemoved + more.rowsRemoved,
        filesRewritten + more.filesRewritten,
        filesSpliced + more.filesSpliced);
  }

  private static long rows(List<DataFile> files) {
    return files.stream().mapToLong(ContentFile::recordCount).sum();
  }
}
