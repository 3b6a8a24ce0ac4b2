package dev.varve.engine.merge;

import dev.varve.engine.diff.AppliedDeletes;
import dev.varve.engine.table.MemoryOperations;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Types;

/**
 * Iceberg tables with real manifests whose data and delete files exist by name only; what they
 * would hold is kept beside, so that the rows of any state can be told. Each row is one of its
 * kind, however often files that hold it are rewritten.
 */
final class SketchedTable {
  static final Schema SCHEMA =
      new Schema(
          Types.NestedField.required(1, "part", Types.IntegerType.get()),
          Types.NestedField.required(2, "value", Types.IntegerType.get()));

  /** A row that is told from all others by its id. */
  record Row(long id, int part, int value) {}

  private final FileIO io;
  private final PartitionSpec spec;
  private final TableMetadata empty;
  private final Map<String, List<Row>> dataFiles = new HashMap<>();
  private final Map<String, Set<Row>> deleteFiles = new HashMap<>();
  private final Map<String, Integer> equalityDeletes = new HashMap<>();
  private final Set<String> picked = new HashSet<>();
  private long ids;
  private int names;

  SketchedTable(int formatVersion, boolean partitioned) {
    this(formatVersion, partitioned, new InMemoryFileIO());
  }

  SketchedTable(int formatVersion, boolean partitioned, FileIO io) {
    this.io = io;
    PartitionSpec.Builder builder = PartitionSpec.builderFor(SCHEMA);
    this.spec = (partitioned ? builder.identity("part") : builder).build();
    this.empty =
        TableMetadata.newTableMetadata(
            SCHEMA, spec, "memory://lake/t", Map.of("format-version", "" + formatVersion));
  }

  FileIO io() {
    return io;
  }

  TableMetadata empty() {
    return empty;
  }

  /** The state after an update through Iceberg's own API. */
  TableMetadata change(TableMetadata state, Consumer<Table> update) {
    MemoryOperations operations = new MemoryOperations(state, io);
    update.accept(new BaseTable(operations, "t"));
    return operations.current();
  }

  Row row(int part, int value) {
    return new Row(ids++, part, value);
  }

  DataFile dataFile(List<Row> rows) {
    String name = "memory://lake/data/" + names++ + ".parquet";
    dataFiles.put(name, List.copyOf(rows));
    DataFiles.Builder file =
        DataFiles.builder(spec)
            .withPath(name)
            .withFormat(FileFormat.PARQUET)
            .withFileSizeInBytes(100)
            .withRecordCount(rows.size());
    if (spec.isPartitioned()) {
      file.withPartition(partition(rows.get(0).part()));
    }
    return file.build();
  }

  /** A data file that will be appended to several branches. */
  DataFile picked(List<Row> rows) {
    DataFile file = dataFile(rows);
    picked.add(file.location());
    return file;
  }

  /** Whether some file was put into both sides by commits of their own. */
  boolean hasPicked() {
    return !picked.isEmpty();
  }

  private PartitionData partition(int part) {
    PartitionData partition = new PartitionData(spec.partitionType());
    partition.set(0, part);
    return partition;
  }

  /** A file of positional deletes, or a deletion vector, of some rows of one data file. */
  DeleteFile positionDeletes(TableMetadata state, DataFile of, Set<Row> rows) {
    boolean vector = state.formatVersion() >= 3;
    String name = "memory://lake/data/" + names++ + (vector ? ".puffin" : ".parquet");
    FileMetadata.Builder file =
        FileMetadata.deleteFileBuilder(spec)
            .ofPositionDeletes()
            .withPath(name)
            .withFormat(vector ? FileFormat.PUFFIN : FileFormat.PARQUET)
            .withReferencedDataFile(of.location())
            .withFileSizeInBytes(10)
            .withRecordCount(rows.size());
    if (spec.isPartitioned()) {
      file.withPartition(of.partition());
    }
    if (vector) {
      file.withContentOffset(4).withContentSizeInBytes(6);
    }
    deleteFiles.put(vector ? name + "#4" : name, Set.copyOf(rows));
    return file.build();
  }

  /** A file of positional deletes that does not say which data files of a partition it is of. */
  DeleteFile positionDeletes(DataFile like, Set<Row> rows) {
    String name = "memory://lake/data/" + names++ + ".parquet";
    deleteFiles.put(name, Set.copyOf(rows));
    FileMetadata.Builder file =
        FileMetadata.deleteFileBuilder(spec)
            .ofPositionDeletes()
            .withPath(name)
            .withFormat(FileFormat.PARQUET)
            .withFileSizeInBytes(10)
            .withRecordCount(rows.size());
    if (spec.isPartitioned()) {
      file.withPartition(like.partition());
    }
    return file.build();
  }

  /** A file that deletes all earlier rows of a partition with one value. */
  DeleteFile equalityDeletes(int part, int value) {
    String name = "memory://lake/data/" + names++ + ".parquet";
    equalityDeletes.put(name, value);
    FileMetadata.Builder file =
        FileMetadata.deleteFileBuilder(spec)
            .ofEqualityDeletes(2)
            .withPath(name)
            .withFormat(FileFormat.PARQUET)
            .withFileSizeInBytes(10)
            .withRecordCount(1);
    if (spec.isPartitioned()) {
      file.withPartition(partition(part));
    }
    return file.build();
  }

  /** The rows that a file of positional deletes lists. */
  Set<Row> deletedBy(DeleteFile file) {
    return deleteFiles.get(AppliedDeletes.name(file));
  }

  /** The data files of a state with their deletes. */
  List<FileScanTask> files(TableMetadata state) {
    AppliedDeletes applied = AppliedDeletes.of(state, io);
    return applied.locations().stream()
        .sorted()
        .map(location -> applied.task(location).orElseThrow())
        .toList();
  }

  /** The rows of one data file that its deletes leave. */
  List<Row> rows(FileScanTask task) {
    List<Row> rows = new ArrayList<>(dataFiles.get(task.file().location()));
    for (DeleteFile delete : task.deletes()) {
      if (delete.content() == FileContent.EQUALITY_DELETES) {
        int value = equalityDeletes.get(delete.location());
        rows.removeIf(row -> row.value() == value);
      } else {
        rows.removeAll(deletedBy(delete));
      }
    }
    return rows;
  }

  /** The rows of a state, each as often as it is there. */
  List<Row> rows(TableMetadata state) {
    List<Row> rows = new ArrayList<>();
    files(state).forEach(task -> rows.addAll(rows(task)));
    rows.sort(Comparator.comparingLong(Row::id));
    return rows;
  }

  /** What a merge of rows must give: one set, since each row is one of its kind. */
  List<Row> mergedRows(TableMetadata base, TableMetadata ours, TableMetadata theirs) {
    Set<Row> merged = new HashSet<>(rows(ours));
    List<Row> ofBase = rows(base);
    List<Row> ofTheirs = rows(theirs);
    merged.removeIf(row -> ofBase.contains(row) && !ofTheirs.contains(row));
    ofTheirs.stream().filter(row -> !ofBase.contains(row)).forEach(merged::add);
    return merged.stream().sorted(Comparator.comparingLong(Row::id)).toList();
  }
}
