package dev.varve.engine.prepared;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.catalog.CommitRequest;
import dev.varve.catalog.Repository;
import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.change.KeyChange.Put;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.ContentType;
import dev.varve.engine.merge.RowTask;
import dev.varve.engine.merge.RowsElsewhere;
import dev.varve.engine.merge.WholeRows;
import dev.varve.engine.merge.rows.DifferingFiles;
import dev.varve.engine.merge.rows.StateFiles;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableContent;
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
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
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
 *
 * <p>The engine either writes the target, or makes a table of conflicts as the server does: with
 * the columns of {@code ComparedRows.conflictRows}, and the task's id as the property {@value
 * RowTask#DONE}.
 */
final class RowTasks {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The property of a table of conflicts that tells why rows could not be compared. */
  private static final String PROBLEM = "varve.rows-problem";

  /** What a table of conflicts has beside the rows of the sides. */
  private static final List<String> COLUMNS = List.of("cell", "kind", "base", "take", "value");

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
    commit(
        options,
        new Put(
            task.table().key(),
            Optional.of(ours.content()),
            task.target().type(),
            task.target().id(),
            task.target().value()),
        task.target().counters());
  }

  /** Whether it is a task that another engine has done. */
  boolean isDone(PreparedMerge prepared, KeptConflict conflict) {
    return conflict.task().isPresent()
        && tables
            .find(prepared.commit().id(), TableName.parse(conflict.subject()))
            .filter(table -> RowsElsewhere.isDone(conflict.task().get().id(), table.metadata()))
            .isPresent();
  }

  /** Whether a table has the columns by which conflicts are told and resolved. */
  static boolean holdsConflicts(LoadedTable table) {
    return COLUMNS.stream().allMatch(column -> table.metadata().schema().findField(column) != null);
  }

  /** A conflict with what another engine found, if it compared the rows; else as it is. */
  KeptConflict asFound(ObjectId commit, KeptConflict conflict) {
    return conflict
        .task()
        .flatMap(
            task ->
                tables
                    .find(commit, task.conflicts())
                    .filter(
                        table -> task.id().equals(table.metadata().properties().get(RowTask.DONE)))
                    .map(table -> found(commit, conflict, table)))
        .orElse(conflict);
  }

  private KeptConflict found(ObjectId commit, KeptConflict conflict, LoadedTable found) {
    String problem = found.metadata().properties().get(PROBLEM);
    if (problem != null || !holdsConflicts(found)) {
      return new KeptConflict(
          conflict.subject(),
          "row-keys-unclear",
          "cannot merge '%s': %s"
              .formatted(
                  conflict.subject(),
                  Optional.ofNullable(problem)
                      .orElse("'" + found.name() + "' is no table of conflicts")),
          "leave one row of each key, then merge again",
          conflict.details(),
          Optional.empty(),
          conflict.task(),
          conflict.choice());
    }
    long count = count(found.metadata());
    boolean keyed = found.metadata().schema().findField("key") != null;
    return new KeptConflict(
        conflict.subject(),
        "rows-conflict",
        keyed ? differently(count, conflict.subject()) : WholeRows.found(conflict.subject(), count),
        "say who wins with 'varve prepared resolve', then let them be merged on Spark again",
        keyed ? conflict.details() : WholeRows.foundDetails(),
        Optional.of(
            new KeptConflict.Rows(
                found.name(),
                tables
                    .find(commit, TableName.parse(conflict.subject()))
                    .map(table -> table.content().id())
                    .orElse(found.content().id()),
                count)),
        conflict.task(),
        conflict.choice());
  }

  private static String differently(long count, String table) {
    return (count == 1
            ? "1 cell or row of '%2$s' was changed differently on both sides"
            : "%1$,d cells or rows of '%2$s' were changed differently on both sides")
        .formatted(count, table);
  }

  private static long count(TableMetadata table) {
    Snapshot snapshot = table.currentSnapshot();
    return snapshot == null
        ? 0
        : Long.parseLong(snapshot.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0"));
  }

  /** Puts beside a task what was said before of conflicts of its table, to be looked at again. */
  void carry(WriteOptions options, KeptConflict conflict, Said said) {
    Optional<LoadedTable> before =
        said.conflicts().stream()
            .filter(it -> it.subject().equals(conflict.subject()))
            .flatMap(it -> it.table().stream())
            .findFirst()
            .flatMap(name -> tables.find(said.commit(), name))
            .filter(RowTasks::holdsConflicts);
    if (before.isPresent()) {
      byte[] value = TableContent.encode(before.get().metadata());
      tables.writeMetadataFile(value);
      commit(
          options,
          new Put(
              conflict.task().orElseThrow().conflicts().key(),
              Optional.empty(),
              ContentType.ICEBERG_TABLE,
              before.get().content().id(),
              value),
          List.of());
    }
  }

  private void commit(WriteOptions options, Put change, List<CounterRaise> counters) {
    repository.commit(
        new CommitRequest(
            options.branch(),
            new CommitDetails(
                options.message().orElse("leave rows to another engine"),
                options.author(),
                options.author(),
                options.properties()),
            List.of(change),
            counters,
            Optional.empty()));
  }
}
