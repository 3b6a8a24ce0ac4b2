package dev.varve.engine.prepared;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.catalog.CommitRequest;
import dev.varve.catalog.Repository;
import dev.varve.catalog.change.KeyChange.Put;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.engine.merge.RowTask;
import dev.varve.engine.merge.RowsElsewhere;
import dev.varve.engine.merge.rows.DifferingFiles;
import dev.varve.engine.merge.rows.StateFiles;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.TableMetadata;

/**
 * Merges of rows that another engine does, on the branch of a prepared merge: the table itself is
 * the target there, and the files to compare are a table beside it.
 *
 * <p>That table has a row for each file, of text columns:
 *
 * <pre>
 * part     base-lost-by-theirs, theirs-new, base-lost-by-ours, ours-new or ours-kept
 * schema   of the state that the file is of, and
 * spec     by which it is partitioned, as Iceberg's JSON
 * file     the data file as JSON of Iceberg's REST specification
 * deletes  the deletes that apply to it, as an array of {spec, file}
 * </pre>
 */
final class RowTasks {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Tables tables;
  private final Repository repository;

  RowTasks(Tables tables) {
    this.tables = tables;
    this.repository = tables.repository();
  }

  /** Writes the files of a task as JSON lines. */
  static void write(RowTask task, Path lines) {
    DifferingFiles files = task.plan().files();
    try (BufferedWriter out = Files.newBufferedWriter(lines)) {
      for (StateFiles part : files.lostByTheirs()) {
        write("base-lost-by-theirs", part, out);
      }
      write("theirs-new", files.theirsNew(), out);
      for (StateFiles part : files.lostByOurs()) {
        write("base-lost-by-ours", part, out);
      }
      write("ours-new", files.oursNew(), out);
      write("ours-kept", files.oursKept(), out);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write '" + lines + "'", e);
    }
  }

  private static void write(String part, StateFiles files, BufferedWriter out) throws IOException {
    String schema = SchemaParser.toJson(files.state().schema());
    for (ScanFile file : files.files()) {
      PartitionSpec spec = files.state().spec(file.file().specId());
      ObjectNode line = JSON.createObjectNode();
      line.put("part", part);
      line.put("schema", schema);
      line.put("spec", PartitionSpecParser.toJson(spec));
      line.put("file", ContentFileParser.toJson(file.file(), spec));
      line.put("deletes", deletes(files.state(), file.deletes()).toString());
      out.write(line.toString());
      out.newLine();
    }
  }

  private static ArrayNode deletes(TableMetadata state, List<DeleteFile> deletes)
      throws IOException {
    ArrayNode all = JSON.createArrayNode();
    for (ContentFile<?> delete : deletes) {
      PartitionSpec spec = state.spec(delete.specId());
      ObjectNode one = all.addObject();
      one.set("spec", JSON.readTree(PartitionSpecParser.toJson(spec)));
      one.set("file", JSON.readTree(ContentFileParser.toJson(delete, spec)));
    }
    return all;
  }

  /** Puts the target of a task in the place of the table. */
  void putTarget(WriteOptions options, RowTask task) {
    tables.writeMetadataFile(task.target().value());
    LoadedTable ours = tables.loadHead(options.branch(), task.table());
    repository.commit(
        new CommitRequest(
            options.branch(),
            new CommitDetails(
                options.message().orElse("leave the rows of " + task.table()),
                options.author(),
                options.author(),
                options.properties()),
            List.of(
                new Put(
                    task.table().key(),
                    Optional.of(ours.content()),
                    task.target().type(),
                    task.target().id(),
                    task.target().value())),
            task.target().counters(),
            Optional.empty()));
  }

  /** Whether another engine has done a task. */
  boolean isDone(PreparedMerge prepared, KeptConflict conflict) {
    return tables
        .find(prepared.commit().id(), TableName.parse(conflict.subject()))
        .filter(table -> RowsElsewhere.isDone(conflict.task().orElseThrow().id(), table.metadata()))
        .isPresent();
  }
}
