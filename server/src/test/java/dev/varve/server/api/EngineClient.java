package dev.varve.server.api;

import dev.varve.server.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.rest.RESTCatalog;

/** What an engine does, by Iceberg's own client: a catalog, and data files with real rows. */
final class EngineClient {
  private EngineClient() {}

  /** The catalog of a warehouse such as {@code lake/exp}. */
  static RESTCatalog connect(TestServer server, String warehouse) {
    RESTCatalog catalog = new RESTCatalog();
    catalog.initialize(
        "test",
        Map.of(
            "uri",
            server.server().uri().resolve("/iceberg").toString(),
            "warehouse",
            warehouse,
            "io-impl",
            "dev.varve.server.iceberg.LocalIO"));
    return catalog;
  }

  /** Writes a data file of one row. */
  static DataFile file(Table table, Map<String, Object> row) {
    return file(table, List.of(row));
  }

  /** Writes a data file. */
  static DataFile file(Table table, List<Map<String, Object>> rows) {
    String location = table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet");
    try {
      DataWriter<Record> writer =
          Parquet.writeData(table.io().newOutputFile(location))
              .schema(table.schema())
              .withSpec(PartitionSpec.unpartitioned())
              .createWriterFunc(GenericParquetWriter::create)
              .build();
      try (writer) {
        rows.forEach(row -> writer.write(GenericRecord.create(table.schema()).copy(row)));
      }
      return writer.toDataFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file that deletes the rows with some values in one column. */
  static DeleteFile equalityDeletes(Table table, String column, List<?> values) {
    Schema columns = table.schema().select(column);
    String location = table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet");
    try {
      EqualityDeleteWriter<Record> writer =
          Parquet.writeDeletes(table.io().newOutputFile(location))
              .rowSchema(columns)
              .withSpec(PartitionSpec.unpartitioned())
              .equalityFieldIds(columns.findField(column).fieldId())
              .createWriterFunc(GenericParquetWriter::create)
              .buildEqualityWriter();
      try (writer) {
        values.forEach(
            value -> writer.write(GenericRecord.create(columns).copy(Map.of(column, value))));
      }
      return writer.toDeleteFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Appends one row. */
  static void append(Table table, Map<String, Object> row) {
    append(table, List.of(row));
  }

  /** Appends rows. */
  static void append(Table table, List<Map<String, Object>> rows) {
    table.newAppend().appendFile(file(table, rows)).commit();
  }

  /** All rows, each as the text of its values. */
  static List<String> rows(Table table) {
    try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
      List<String> rows = new ArrayList<>();
      for (Record record : records) {
        rows.add(
            IntStream.range(0, record.size())
                .mapToObj(column -> String.valueOf(record.get(column)))
                .collect(Collectors.joining("|")));
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
