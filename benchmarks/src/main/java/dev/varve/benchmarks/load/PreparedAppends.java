package dev.varve.benchmarks.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.varve.engine.table.CallingThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestWriter;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.UpdateRequirements;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.requests.UpdateTableRequest;

/**
 * The commits of appends of one data file, as Iceberg's own client makes them, with manifest and
 * manifest list: made before, all on the empty table, so that what is measured is the server. But
 * for the first of a table, each is stale, and put on top of the newest state by the server.
 */
final class PreparedAppends implements HttpTarget.Operation {
  private static final ObjectMapper JSON = mapper();

  /** What a server that takes a thousand a second is sent in six seconds, if 64 clients ask. */
  private static final int REQUESTS = 100;

  private static final String SCHEMA =
      "{\"type\":\"struct\",\"schema-id\":0,\"fields\":"
          + "[{\"id\":1,\"name\":\"n\",\"required\":false,\"type\":\"long\"}]}";

  private final String path;
  private final boolean each;
  private final List<TableMetadata> tables = new ArrayList<>();

  /**
   * @param namespace the path of one that no other run uses
   * @param each whether each client has a table of its own
   */
  PreparedAppends(String namespace, boolean each) {
    this.path = namespace + "/tables";
    this.each = each;
  }

  private static ObjectMapper mapper() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE);
    RESTSerializers.registerAll(mapper);
    return mapper;
  }

  @Override
  public int sequences() {
    return REQUESTS;
  }

  @Override
  public void prepare(HttpTarget.Setup setup, int clients) throws IOException {
    int slash = path.indexOf("/namespaces/");
    String name = path.substring(slash + "/namespaces/".length(), path.lastIndexOf('/'));
    setup.send(
        HttpConnection.post(
            path.substring(0, slash) + "/namespaces", "{\"namespace\":[\"" + name + "\"]}"));
    for (int client = 0; client < (each ? clients : 1); client++) {
      String created =
          setup.send(
              HttpConnection.post(
                  path, "{\"name\":\"%s\",\"schema\":%s}".formatted(table(client), SCHEMA)));
      String metadata = JSON.readTree(created).get("metadata").toString();
      tables.add(TableMetadataParser.fromJson(metadata));
    }
  }

  @Override
  public byte[] request(int client, long sequence) {
    Empty table = new Empty(tables.get(each ? client : 0));
    String file = client + "-" + sequence + ".parquet";
    new BaseTable(table, "append")
        .newFastAppend()
        .scanManifestsWith(CallingThread.INSTANCE)
        .appendManifest(manifest(table, file))
        .commit();
    try {
      return HttpConnection.post(
          path + "/" + table(client), JSON.writeValueAsString(table.request()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write a request", e);
    }
  }

  private String table(int client) {
    return each ? "t" + client : "shared";
  }

  /** Written here, as Iceberg's append of files waits 10 ms for its threads. */
  private static ManifestFile manifest(Empty table, String file) {
    OutputFile to = table.io().newOutputFile(table.metadataFileLocation(file + ".avro"));
    ManifestWriter<DataFile> manifest =
        ManifestFiles.write(table.current().formatVersion(), table.current().spec(), to, null);
    try (manifest) {
      manifest.add(file(table, file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a manifest", e);
    }
    return manifest.toManifestFile();
  }

  /** A data file that exists by name only. */
  private static DataFile file(Empty table, String name) {
    return DataFiles.builder(table.current().spec())
        .withPath(table.locationProvider().newDataLocation(name))
        .withFileSizeInBytes(1_000)
        .withRecordCount(10)
        .build();
  }

  /** A table without rows, and what a commit to it would send. */
  private static final class Empty implements TableOperations {
    private final TableMetadata empty;
    private TableMetadata committed;

    Empty(TableMetadata empty) {
      this.empty = empty;
      this.committed = empty;
    }

    UpdateTableRequest request() {
      return new UpdateTableRequest(
          UpdateRequirements.forUpdateTable(empty, committed.changes()), committed.changes());
    }

    @Override
    public TableMetadata current() {
      return committed;
    }

    @Override
    public TableMetadata refresh() {
      return committed;
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
      committed = metadata;
    }

    @Override
    public FileIO io() {
      return new LocalIO();
    }

    @Override
    public String metadataFileLocation(String fileName) {
      return empty.property(TableProperties.WRITE_METADATA_LOCATION, empty.location())
          + "/"
          + fileName;
    }

    @Override
    public LocationProvider locationProvider() {
      return LocationProviders.locationsFor(empty.location(), empty.properties());
    }
  }
}
