package dev.varve.engine.sql;

import dev.varve.engine.storage.LocalStorage;
import dev.varve.engine.table.CallingThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.DateTimeUtil;

/** An Iceberg table without a catalog, with rows and deletes written by Iceberg's own writers. */
public final class TestTable {
  private final Operations operations;
  private final Table table;

  private TestTable(Operations operations) {
    this.operations = operations;
    this.table = new SmallTable(operations);
  }

  public static TestTable create(Path directory, Schema schema) {
    return create(directory, schema, PartitionSpec.unpartitioned(), 2);
  }

  public static TestTable create(
      Path directory, Schema schema, PartitionSpec spec, int formatVersion) {
    Map<String, String> properties =
        Map.of(
            TableProperties.FORMAT_VERSION,
            Integer.toString(formatVersion),
            TableProperties.PARQUET_COMPRESSION,
            "uncompressed");
    TableMetadata metadata =
        TableMetadata.newTableMetadata(
            schema, spec, SortOrder.unsorted(), directory.toString(), properties);
    return new TestTable(new Operations(metadata));
  }

  /** A table that starts from a state of another one. */
  public static TestTable of(TableMetadata metadata) {
    return new TestTable(new Operations(metadata));
  }

  public Table table() {
    return table;
  }

  public FileIO io() {
    return operations.io();
  }

  public TableMetadata metadata() {
    return operations.current();
  }

  /** A row from values in the order of the current schema's columns. */
  public Record row(Object... values) {
    return row(table.schema(), values);
  }

  public static Record row(Schema schema, Object... values) {
    Record row = GenericRecord.create(schema);
    for (int i = 0; i < values.length; i++) {
      row.set(i, values[i]);
    }
    return row;
  }

  /** Appends one data file; all rows must belong to the partition of the first. */
  public DataFile append(Record... rows) {
    DataFile file = write(rows);
    table.newAppend().appendFile(file).commit();
    return file;
  }

  public DataFile write(Record... rows) {
    StructLike partition = partition(rows[0]);
    GenericFileWriterFactory writers = new GenericFileWriterFactory.Builder(table).build();
    DataWriter<Record> writer =
        writers.newDataWriter(newFile(table.spec(), partition), table.spec(), partition);
    try (writer) {
      Stream.of(rows).forEach(writer::write);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDataFile();
  }

  /** Deletes rows of one file with a positional delete file. */
  public void deletePositions(DataFile file, long... positions) {
    GenericFileWriterFactory writers = new GenericFileWriterFactory.Builder(table).build();
    PartitionSpec spec = table.specs().get(file.specId());
    PositionDeleteWriter<Record> writer =
        writers.newPositionDeleteWriter(newFile(spec, file.partition()), spec, file.partition());
    try (writer) {
      for (long position : positions) {
        writer.write(PositionDelete.<Record>create().set(file.location(), position));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    commit(List.of(writer.toDeleteFile()));
  }

  /** Deletes the first row of each file, all of one partition, with one positional delete file. */
  public void deleteFirst(List<DataFile> files) {
    DataFile any = files.get(0);
    GenericFileWriterFactory writers = new GenericFileWriterFactory.Builder(table).build();
    PartitionSpec spec = table.specs().get(any.specId());
    PositionDeleteWriter<Record> writer =
        writers.newPositionDeleteWriter(newFile(spec, any.partition()), spec, any.partition());
    try (writer) {
      files.stream()
          .map(DataFile::location)
          .sorted()
          .forEach(location -> writer.write(PositionDelete.<Record>create().set(location, 0)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    commit(List.of(writer.toDeleteFile()));
  }

  /** Deletes rows of one file that has no deletes yet with a deletion vector. */
  public void deleteVector(DataFile file, long... positions) {
    deleteVector(file, List.of(), positions);
  }

  /** Deletes rows of a file with a deletion vector that replaces all its positional deletes. */
  public void deleteVector(FileScanTask task, long... positions) {
    List<DeleteFile> former =
        task.deletes().stream().filter(it -> it.content() == FileContent.POSITION_DELETES).toList();
    deleteVector(task.file(), former, positions);
  }

  private void deleteVector(DataFile file, List<DeleteFile> former, long... positions) {
    OutputFileFactory files =
        OutputFileFactory.builderFor(table, 1, 1).format(FileFormat.PUFFIN).build();
    BaseDeleteLoader loader = new BaseDeleteLoader(it -> io().newInputFile(it.location()));
    BaseDVFileWriter writer =
        new BaseDVFileWriter(
            files,
            location -> former.isEmpty() ? null : loader.loadPositionDeletes(former, location));
    for (long position : positions) {
      writer.delete(file.location(), position, table.specs().get(file.specId()), file.partition());
    }
    try {
      writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    RowDelta delta = table.newRowDelta().validateFromSnapshot(table.currentSnapshot().snapshotId());
    writer.result().deleteFiles().forEach(delta::addDeletes);
    writer.result().rewrittenDeleteFiles().forEach(delta::removeDeletes);
    delta.commit();
  }

  /** Deletes rows that equal one of {@code rows} in the given fields, in the partition of these. */
  public void deleteEqual(Schema columns, Record... rows) {
    deleteEqual(columns, partition(rows[0]), rows);
  }

  public void deleteEqual(Schema columns, StructLike partition, Record... rows) {
    deleteEqual(leaves(columns), columns, table.spec(), partition, rows);
  }

  /** Deletes rows by some fields of the columns that the delete file holds. */
  public void deleteEqual(Set<Integer> by, Schema columns, Record... rows) {
    deleteEqual(by, columns, table.spec(), partition(rows[0]), rows);
  }

  /** Deletes rows in all partitions; the table must have been without partitions once. */
  public void deleteEqualEverywhere(Schema columns, Record... rows) {
    PartitionSpec whole =
        table.specs().values().stream()
            .filter(PartitionSpec::isUnpartitioned)
            .findFirst()
            .orElseThrow();
    deleteEqual(leaves(columns), columns, whole, null, rows);
  }

  private static Set<Integer> leaves(Schema columns) {
    return columns.idToName().keySet().stream()
        .filter(id -> columns.findType(id).isPrimitiveType())
        .collect(Collectors.toSet());
  }

  private void deleteEqual(
      Set<Integer> by, Schema columns, PartitionSpec spec, StructLike partition, Record... rows) {
    int[] ids = by.stream().mapToInt(Integer::intValue).toArray();
    GenericFileWriterFactory writers =
        new GenericFileWriterFactory.Builder(table)
            .equalityFieldIds(ids)
            .equalityDeleteRowSchema(columns)
            .build();
    EqualityDeleteWriter<Record> writer =
        writers.newEqualityDeleteWriter(newFile(spec, partition), spec, partition);
    try (writer) {
      Stream.of(rows).forEach(writer::write);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    commit(List.of(writer.toDeleteFile()));
  }

  private void commit(List<DeleteFile> deletes) {
    RowDelta delta = table.newRowDelta();
    deletes.forEach(delta::addDeletes);
    delta.commit();
  }

  /** Computes partitions of rows in the current spec, whose columns may have been widened. */
  public PartitionKey partitionKey() {
    return new PartitionKey(table.spec().toUnbound().bind(table.schema()), table.schema());
  }

  /** The partition of a row in the current spec, null if that has none. */
  public StructLike partition(Record row) {
    if (table.spec().isUnpartitioned()) {
      return null;
    }
    PartitionKey key = partitionKey();
    key.partition(new InternalRecordWrapper(table.schema().asStruct()).wrap(row));
    return key;
  }

  private EncryptedOutputFile newFile(PartitionSpec spec, StructLike partition) {
    OutputFileFactory files = OutputFileFactory.builderFor(table, 1, 1).build();
    return partition == null || spec.isUnpartitioned()
        ? files.newOutputFile()
        : files.newOutputFile(spec, partition);
  }

  /** What Iceberg's own reader reads. */
  public List<Record> rows() {
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
      List<Record> list = new ArrayList<>();
      rows.forEach(list::add);
      return list;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@link #rows()}, with the location of each row's file in {@code _file}. */
  public List<Record> rowsWithFile() {
    if (table.currentSnapshot() == null) {
      return List.of();
    }
    Schema schema = TypeUtil.join(table.schema(), new Schema(MetadataColumns.FILE_PATH));
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).project(schema).build()) {
      List<Record> list = new ArrayList<>();
      rows.forEach(row -> list.add(withTimes(row.copy())));
      return list;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Iceberg's reader gives times of nanoseconds by which files are partitioned as numbers. */
  private static Record withTimes(Record row) {
    for (Types.NestedField column : row.struct().fields()) {
      if (column.type() instanceof Types.TimestampNanoType type
          && row.getField(column.name()) instanceof Long nanos) {
        row.setField(
            column.name(),
            type.shouldAdjustToUTC()
                ? DateTimeUtil.timestamptzFromNanos(nanos)
                : DateTimeUtil.timestampFromNanos(nanos));
      }
    }
    return row;
  }

  /** Reads manifests where they are asked for: Iceberg's pool is waited for in steps of 10 ms. */
  private static final class SmallTable extends BaseTable {
    SmallTable(Operations operations) {
      super(operations, "test");
    }

    @Override
    public TableScan newScan() {
      return super.newScan().planWith(CallingThread.INSTANCE);
    }

    @Override
    public AppendFiles newAppend() {
      return super.newAppend().scanManifestsWith(CallingThread.INSTANCE);
    }

    @Override
    public OverwriteFiles newOverwrite() {
      return super.newOverwrite().scanManifestsWith(CallingThread.INSTANCE);
    }

    @Override
    public RewriteFiles newRewrite() {
      return super.newRewrite().scanManifestsWith(CallingThread.INSTANCE);
    }

    @Override
    public RowDelta newRowDelta() {
      return super.newRowDelta().scanManifestsWith(CallingThread.INSTANCE);
    }
  }

  /** Keeps the metadata in memory. */
  private static final class Operations implements TableOperations {
    private final FileIO io;
    private TableMetadata current;

    Operations(TableMetadata current) {
      Path root = Path.of(current.location());
      this.io = LocalStorage.copyOf(root, root).io();
      this.current = current;
    }

    @Override
    public TableMetadata current() {
      return current;
    }

    @Override
    public TableMetadata refresh() {
      return current;
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
      current = metadata;
    }

    @Override
    public FileIO io() {
      return io;
    }

    @Override
    public String metadataFileLocation(String fileName) {
      return current.location() + "/metadata/" + fileName;
    }

    @Override
    public LocationProvider locationProvider() {
      return LocationProviders.locationsFor(current.location(), current.properties());
    }
  }
}
