package dev.varve.benchmarks.load;

import static org.apache.iceberg.types.Types.NestedField.optional;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;

/**
 * Appends of one data file by Iceberg's own client, as an engine makes them: it writes a manifest
 * and a manifest list, and retries by itself when another client was faster. What it costs is taken
 * from the same machine.
 */
final class AppendTarget implements Target {
  private static final Schema SCHEMA = new Schema(optional(1, "n", Types.LongType.get()));

  private final boolean each;
  private final RESTCatalog catalog = new RESTCatalog();
  private final List<Table> tables = new ArrayList<>();

  /**
   * @param each whether each client has a table of its own
   */
  AppendTarget(URI server, boolean each) {
    this.each = each;
    catalog.initialize(
        "varve",
        Map.of(
            "uri",
            server + "/iceberg",
            "warehouse",
            "lake",
            "io-impl",
            LocalIO.class.getName(),
            "rest.client.max-connections-per-route",
            "256",
            "rest.client.max-connections",
            "256"));
  }

  @Override
  public String name() {
    return each ? "iceberg-append" : "iceberg-append-one-table";
  }

  @Override
  public void prepare(int clients) {
    Namespace namespace = Namespace.of("append_" + System.nanoTime());
    catalog.createNamespace(namespace);
    for (int client = 0; client < clients; client++) {
      TableIdentifier table = TableIdentifier.of(namespace, each ? "t" + client : "shared");
      // Each client loads the table for itself, and learns of others' commits from conflicts alone.
      tables.add(
          each || client == 0 ? catalog.createTable(table, SCHEMA) : catalog.loadTable(table));
    }
  }

  @Override
  public void perform(int client, long sequence) {
    Table table = tables.get(client);
    table.newFastAppend().appendFile(file(table, client, sequence)).commit();
  }

  /** A data file that exists by name only. */
  private static DataFile file(Table table, int client, long sequence) {
    return DataFiles.builder(table.spec())
        .withPath(table.locationProvider().newDataLocation(client + "-" + sequence + ".parquet"))
        .withFileSizeInBytes(1_000)
        .withRecordCount(10)
        .build();
  }

  @Override
  public void close() throws IOException {
    catalog.close();
  }
}
