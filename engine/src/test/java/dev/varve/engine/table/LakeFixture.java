package dev.varve.engine.table;

import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;

/** A repository on a real RocksDB with a real warehouse, and tables of numbers in it. */
public final class LakeFixture implements AutoCloseable {
  public static final RefName MAIN = RefName.MAIN;
  public static final RefName EXP = RefName.parse("exp");
  public static final Author ADA = Author.parse("Ada <ada@example.org>");
  public static final Schema NUMBERS =
      new Schema(Types.NestedField.required(1, "n", Types.LongType.get()));

  private final Path directory;
  private final Catalog catalog;
  private final Repository repository;
  private final Warehouse warehouse;
  private final Tables tables;

  public LakeFixture(Path directory) {
    this.directory = directory;
    this.catalog = Catalog.open(directory.resolve("catalog"), CatalogSettings.defaults());
    this.repository =
        catalog.repositories().isEmpty()
            ? catalog.create(RepositoryName.LAKE)
            : catalog.repository(RepositoryName.LAKE);
    this.warehouse = Warehouse.local(directory.resolve("warehouse"));
    this.tables = new Tables(repository, warehouse, TableSettings.defaults());
  }

  Catalog catalog() {
    return catalog;
  }

  public Repository repository() {
    return repository;
  }

  public Warehouse warehouse() {
    return warehouse;
  }

  public Tables tables() {
    return tables;
  }

  /** The same repository with other settings. */
  Tables tables(TableSettings settings) {
    return new Tables(repository, warehouse, settings);
  }

  /** The same repository with another way to its files. */
  public Tables tables(FileIO other) {
    return tables(warehouse.with(other));
  }

  Tables tables(Warehouse other) {
    return new Tables(repository, other, TableSettings.defaults());
  }

  public static WriteOptions on(RefName branch) {
    return WriteOptions.on(branch, ADA);
  }

  public ObjectId head(RefName branch) {
    return Heads.of(repository, branch);
  }

  public Commit headCommit(RefName branch) {
    return repository.commit(head(branch));
  }

  public void branch(RefName branch) {
    repository.createBranch(branch, head(MAIN), ADA, "test");
  }

  /** A table with one column {@code n}, created empty. */
  public TableName create(String name) {
    TableName table = TableName.parse(name);
    begin(table, Map.of()).commitTransaction();
    return table;
  }

  public Transaction begin(TableName table, Map<String, String> properties) {
    return tables.create(
        on(MAIN), table, NUMBERS, PartitionSpec.unpartitioned(), SortOrder.unsorted(), properties);
  }

  public Table open(RefName branch, TableName name) {
    return tables.open(on(branch), name);
  }

  public void append(RefName branch, TableName name, long... numbers) {
    Table table = open(branch, name);
    table.newAppend().appendFile(file(table, numbers)).commit();
  }

  /** Writes a data file of a table; other columns are left null. */
  public static DataFile file(Table table, long... numbers) {
    List<Record> records = new ArrayList<>();
    for (long number : numbers) {
      Record record = GenericRecord.create(table.schema());
      record.setField("n", number);
      records.add(record);
    }
    return file(table, records);
  }

  /** Deletes the rows of a table without partitions that have no value in a column. */
  public static void deleteByNull(Table table, String column) {
    Schema by = table.schema().select(column);
    String location = table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet");
    try {
      EqualityDeleteWriter<Record> writer =
          Parquet.writeDeletes(table.io().newOutputFile(location))
              .rowSchema(by)
              .withSpec(PartitionSpec.unpartitioned())
              .createWriterFunc(GenericParquetWriter::create)
              .equalityFieldIds(by.findField(column).fieldId())
              .buildEqualityWriter();
      try (writer) {
        writer.write(GenericRecord.create(by));
      }
      table.newRowDelta().addDeletes(writer.toDeleteFile()).commit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static DataFile file(Table table, List<Record> records) {
    String location = table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet");
    DataWriter<Record> writer;
    try {
      writer =
          Parquet.writeData(table.io().newOutputFile(location))
              .schema(table.schema())
              .withSpec(PartitionSpec.unpartitioned())
              .createWriterFunc(GenericParquetWriter::create)
              .build();
      try (writer) {
        records.forEach(writer::write);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return writer.toDataFile();
  }

  /** What column {@code n} holds at the head of a branch, in order. */
  public List<Long> numbers(RefName branch, TableName name) {
    return numbers(tables.load(head(branch), name));
  }

  public List<Long> numbers(LoadedTable table) {
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(tables.open(table)).select("n").build()) {
      List<Long> numbers = new ArrayList<>();
      rows.forEach(row -> numbers.add((Long) row.getField("n")));
      numbers.sort(null);
      return numbers;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static List<Long> longs(long... numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }

  public Optional<LoadedTable> find(RefName branch, TableName name) {
    return tables.find(head(branch), name);
  }

  /** Closes the catalog and opens it again, as a restart does. */
  public LakeFixture reopen() {
    close();
    return new LakeFixture(directory);
  }

  @Override
  public void close() {
    catalog.close();
  }
}
