package dev.varve.engine.change;

import dev.varve.catalog.CommitResult;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableErrors;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import dev.varve.engine.write.WrittenFiles;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.DataFileSet;
import org.apache.iceberg.util.DeleteFileSet;

/**
 * The commit that takes data files out of a table and puts others in.
 *
 * @param base the state that the change was computed on
 * @param removed the files that go; deletes that apply to nothing else go with them
 * @param added the files that come
 * @param filter what rows the statement looked at
 * @param appends whether a concurrently added row that matches {@code filter} contradicts it
 */
public record Replacement(
    LoadedTable base,
    List<ScanFile> removed,
    WrittenFiles added,
    Expression filter,
    Appends appends) {
  /** What rows that others add meanwhile mean to the statement. */
  public enum Appends {
    /** The statement saw the table as it was; new rows are as if added afterwards. */
    WELCOME,
    /** They could have the key of a row that is added. */
    CONFLICT
  }

  /**
   * Commits, or deletes the added files.
   *
   * @throws VarveException with a conflict if others changed the same files, or deleted rows of
   *     them; nothing was committed
   */
  public Optional<CommitResult> commit(Tables tables, WriteOptions options) {
    try {
      BaseTable table = tables.open(options, base.name());
      operation(table).commit();
      return Tables.lastCommit(table);
    } catch (CommitStateUnknownException e) {
      throw TableErrors.toVarve(e);
    } catch (ValidationException e) {
      throw added.discardAfter(conflict(options, e));
    } catch (RuntimeException e) {
      VarveException ours = TableErrors.toVarve(e);
      if (ours.code() != ErrorCode.OUTCOME_UNKNOWN) {
        throw added.discardAfter(ours);
      }
      throw ours;
    }
  }

  private OverwriteFiles operation(BaseTable table) {
    DataFileSet files = DataFileSet.create();
    DeleteFileSet deletes = DeleteFileSet.create();
    for (ScanFile file : removed) {
      files.add(file.file());
      file.deletes().stream().filter(Replacement::belongsToOneFile).forEach(deletes::add);
    }
    OverwriteFiles overwrite = table.newOverwrite();
    if (!files.isEmpty()) {
      overwrite.deleteFiles(files, deletes);
    }
    added.files().forEach(overwrite::addFile);
    overwrite.conflictDetectionFilter(filter).validateNoConflictingDeletes();
    if (base.metadata().currentSnapshot() != null) {
      overwrite.validateFromSnapshot(base.metadata().currentSnapshot().snapshotId());
    }
    return appends == Appends.CONFLICT ? overwrite.validateNoConflictingData() : overwrite;
  }

  /** A deletion vector, or positions in a single data file: of no use once that is gone. */
  private static boolean belongsToOneFile(DeleteFile delete) {
    return ContentFileUtil.isDV(delete) || ContentFileUtil.isFileScoped(delete);
  }

  private VarveException conflict(WriteOptions options, ValidationException e) {
    return new VarveException(
        ErrorCode.COMMIT_CONFLICT,
        "cannot change '%s' on '%s': another commit changed the same rows meanwhile (%s)"
            .formatted(base.name(), options.branch(), e.getMessage()),
        "nothing was committed; run it again",
        Map.of("table", base.name().toString(), "branch", options.branch().toString()),
        e);
  }
}
