package dev.varve.engine.sql;

import dev.varve.engine.storage.LocalCopies;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.io.FileIO;
import org.duckdb.DuckDBAppender;

/**
 * Positional deletes and deletion vectors, as a temporary table of the positions that are deleted
 * in each data file.
 */
final class PositionDeletes {
  private final DuckSession session;
  private final FileIO io;
  private final LocalCopies copies;

  PositionDeletes(DuckSession session, FileIO io, LocalCopies copies) {
    this.session = session;
    this.io = io;
    this.copies = copies;
  }

  /** The join that drops the deleted rows of files that are read in this order. */
  String antiJoin(List<ScanFile> files) {
    String table = session.freshName("varve_deleted");
    session.execute("CREATE TEMP TABLE " + table + " (file UBIGINT, pos BIGINT)");
    try (DuckDBAppender rows = session.connection().createAppender("temp", "main", table)) {
      for (int i = 0; i < files.size(); i++) {
        appendVectors(rows, i, files.get(i));
      }
    } catch (SQLException e) {
      throw DuckErrors.of(e);
    }
    insertListed(table, files);
    return " ANTI JOIN %s AS deleted ON deleted.file = data.file_index AND deleted.pos = data.pos"
        .formatted(table);
  }

  private void appendVectors(DuckDBAppender rows, int index, ScanFile file) throws SQLException {
    for (DeleteFile delete : file.deletes()) {
      if (delete.format() == FileFormat.PUFFIN) {
        for (long position : DeletionVector.positions(io, delete)) {
          rows.beginRow().append((long) index).append(position).endRow();
        }
      }
    }
  }

  /**
   * A positional delete file names the data files of its rows. It counts only for those to which
   * the planner assigned it.
   */
  private void insertListed(String table, List<ScanFile> files) {
    Map<Path, Integer> listed = new LinkedHashMap<>();
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      for (DeleteFile delete : files.get(i).deletes()) {
        if (delete.content() == FileContent.POSITION_DELETES
            && delete.format() != FileFormat.PUFFIN) {
          int number =
              listed.computeIfAbsent(copies.path(DeleteFiles.parquet(delete)), p -> listed.size());
          String location = SqlText.literal(files.get(i).file().location());
          pairs.add("(%d, %d, %s)".formatted(number, i, location));
        }
      }
    }
    if (!pairs.isEmpty()) {
      String deletes =
          FileGroup.readParquet(
              List.copyOf(listed.keySet()),
              List.of(MetadataColumns.DELETE_FILE_PATH, MetadataColumns.DELETE_FILE_POS));
      session.execute(insert(table, deletes, String.join(", ", pairs)));
    }
  }

  private static String insert(String table, String deletes, String pairs) {
    String path = FileGroup.inner(MetadataColumns.DELETE_FILE_PATH);
    String position = FileGroup.inner(MetadataColumns.DELETE_FILE_POS);
    return """
        INSERT INTO %s
        SELECT pairs.file, deletes.%s
        FROM (SELECT *, file_index FROM %s) AS deletes
        JOIN (VALUES %s) AS pairs (listed, file, location)
          ON pairs.listed = deletes.file_index AND pairs.location = deletes.%s"""
        .formatted(table, position, deletes, pairs, path);
  }
}
