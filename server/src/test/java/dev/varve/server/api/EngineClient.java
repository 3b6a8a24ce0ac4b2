package dev.varve.server.api;

import dev.varve.server.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
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
    Record values = GenericRecord.create(table.schema()).copy(row);
    String location = table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet");
    try {
      DataWriter<Record> writer =
          Parquet.writeData(table.io().newOutputFile(location))
              .schema(table.schema())
              .withSpec(PartitionSpec.unpartitioned())
              .createWriterFunc(GenericParquetWriter::create)
              .build();
      try (writer) {
        writer.write(values);
      }
      return writer.toDataFile();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Appends one row. */
  static void append(Table table, Map<String, Object> row) {
    table.newAppend().appendFile(file(table, row)).commit();
  }
}
