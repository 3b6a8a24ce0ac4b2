package dev.varve.engine.merge;

import dev.varve.engine.merge.SketchedTable.Row;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.util.ContentFileUtil;

/** Random commits to a sketched table, as engines would make them. */
final class RandomEdits {
  private static final int PARTS = 2;
  private static final int VALUES = 5;

  private final SketchedTable table;
  private final Random random;
  private final boolean deleteFiles;

  RandomEdits(SketchedTable table, Random random, boolean deleteFiles) {
    this.table = table;
    this.random = random;
    this.deleteFiles = deleteFiles;
  }

  TableMetadata edits(TableMetadata state, int count) {
    TableMetadata edited = state;
    for (int i = 0; i < count; i++) {
      edited = edit(edited);
    }
    return edited;
  }

  private TableMetadata edit(TableMetadata state) {
    List<FileScanTask> files = table.files(state);
    if (files.isEmpty()) {
      return append(state);
    }
    FileScanTask file = files.get(random.nextInt(files.size()));
    return switch (random.nextInt(deleteFiles ? 9 : 6)) {
      case 0, 1 -> append(state);
      case 2 -> table.change(state, t -> t.newDelete().deleteFile(file.file()).commit());
      case 3 -> rewrite(state, file);
      case 4 -> compact(state, file);
      case 5 -> property(state);
      case 6, 7 -> deletePositions(state, file);
      default -> deleteByValue(state);
    };
  }

  private TableMetadata append(TableMetadata state) {
    DataFile file = table.dataFile(newRows(random.nextInt(PARTS)));
    return table.change(state, t -> t.newFastAppend().appendFile(file).commit());
  }

  private List<Row> newRows(int part) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      rows.add(table.row(part, random.nextInt(VALUES)));
    }
    return rows;
  }

  /** Replaces some rows of a file by new ones, copy-on-write. */
  private TableMetadata rewrite(TableMetadata state, FileScanTask file) {
    List<Row> rows = new ArrayList<>(table.rows(file));
    int part = rows.isEmpty() ? 0 : rows.get(0).part();
    rows.removeIf(row -> random.nextBoolean());
    if (state.spec().isUnpartitioned() || !rows.isEmpty()) {
      rows.addAll(newRows(part));
    }
    return table.change(
        state,
        t -> {
          var overwrite = t.newOverwrite().deleteFile(file.file());
          if (!rows.isEmpty()) {
            overwrite.addFile(table.dataFile(rows));
          }
          overwrite.commit();
        });
  }

  /** Writes a file's rows to a new one, deletes applied; the rows stay what they are. */
  private TableMetadata compact(TableMetadata state, FileScanTask file) {
    List<Row> rows = table.rows(file);
    return table.change(
        state,
        t -> {
          RewriteFiles rewrite = t.newRewrite().deleteFile(file.file());
          rewrite.validateFromSnapshot(state.currentSnapshot().snapshotId());
          if (!rows.isEmpty()) {
            rewrite.addFile(table.dataFile(rows));
          }
          rewrite.commit();
        });
  }

  private TableMetadata property(TableMetadata state) {
    String name = "p" + random.nextInt(1000);
    return table.change(state, t -> t.updateProperties().set(name, "1").commit());
  }

  private TableMetadata deletePositions(TableMetadata state, FileScanTask file) {
    List<Row> rows = table.rows(file);
    if (rows.isEmpty()) {
      return state;
    }
    Set<Row> gone = new HashSet<>(Set.of(rows.get(random.nextInt(rows.size()))));
    List<DeleteFile> replaced = file.deletes().stream().filter(ContentFileUtil::isDV).toList();
    if (!replaced.isEmpty()) {
      rows.stream().filter(row -> random.nextBoolean()).forEach(gone::add);
      gone.addAll(table.deletedBy(replaced.get(0)));
    }
    boolean ofPartition = state.formatVersion() == 2 && random.nextInt(3) == 0;
    DeleteFile delete =
        ofPartition
            ? table.positionDeletes(file.file(), gone)
            : table.positionDeletes(state, file.file(), gone);
    return table.change(
        state,
        t -> {
          RowDelta delta = t.newRowDelta().addDeletes(delete);
          replaced.forEach(delta::removeDeletes);
          delta.validateFromSnapshot(state.currentSnapshot().snapshotId()).commit();
        });
  }

  private TableMetadata deleteByValue(TableMetadata state) {
    DeleteFile delete = table.equalityDeletes(random.nextInt(PARTS), random.nextInt(VALUES));
    return table.change(state, t -> t.newRowDelta().addDeletes(delete).commit());
  }
}
