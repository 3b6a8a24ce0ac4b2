package dev.varve.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Iceberg's own client, without credentials for the bucket of a real S3 server. */
class DelegationIT {
  private static final TableIdentifier FRUIT = TableIdentifier.of("shop", "fruit ä/+%");
  private static final Schema SCHEMA =
      new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir Path directory;
  private S3Server s3;

  @BeforeEach
  void startStore() throws IOException {
    s3 = S3Server.start(directory);
  }

  @AfterEach
  void stopStore() {
    s3.close();
  }

  private Processes start(String... more) throws IOException {
    List<String> settings = new ArrayList<>(s3.settings("s3://lake/some/prefix"));
    settings.addAll(List.of(more));
    return Processes.start(directory, settings, S3Server.CREDENTIALS);
  }

  private static RESTCatalog client(Processes varve, String warehouse, String delegation) {
    Map<String, String> properties = new TreeMap<>();
    properties.put("uri", varve.url() + "/iceberg");
    properties.put("warehouse", warehouse);
    properties.put("client.region", "us-east-1");
    properties.put("http-client.type", "urlconnection");
    properties.put(
        "s3.client-factory-impl", "org.apache.iceberg.aws.s3.DefaultS3FileIOAwsClientFactory");
    properties.put("header.X-Iceberg-Access-Delegation", delegation);
    RESTCatalog catalog = new RESTCatalog();
    catalog.initialize("lake", properties);
    return catalog;
  }

  private static Table create(RESTCatalog catalog) {
    catalog.createNamespace(Namespace.of("shop"));
    return catalog.createTable(FRUIT, SCHEMA);
  }

  private static DataFile append(Table table, long id) throws IOException {
    DataWriter<Record> writer =
        Parquet.writeData(
                table
                    .io()
                    .newOutputFile(table.locationProvider().newDataLocation(id + " ä+.parquet")))
            .schema(table.schema())
            .createWriterFunc(GenericParquetWriter::create)
            .withSpec(table.spec())
            .build();
    try (writer) {
      writer.write(GenericRecord.create(table.schema()).copy("id", id));
    }
    table.newAppend().appendFile(writer.toDataFile()).commit();
    return writer.toDataFile();
  }

  private static List<Object> ids(Table table) throws IOException {
    List<Object> ids = new ArrayList<>();
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
      rows.forEach(row -> ids.add(row.getField("id")));
    }
    return ids.stream().sorted().toList();
  }

  @Test
  void theServerSignsWhatReadsAndWritesAndNothingThatDestroys() throws Exception {
    try (Processes varve = start();
        RESTCatalog catalog = client(varve, "lake", "remote-signing")) {
      Table table = create(catalog);
      DataFile file = append(table, 1);
      append(table, 2);
      assertThat(ids(catalog.loadTable(FRUIT))).containsExactly(1L, 2L);
      assertThat(varve.bash(directory, "varve fsck --level files")).contains("clean");

      assertThatThrownBy(() -> table.io().deleteFile(file.location()))
          .hasMessageContaining("clients delete none");
      assertThatThrownBy(() -> write(table, file.location()))
          .hasStackTraceContaining("there is a file already");
      assertThatThrownBy(() -> write(table, "s3://lake/some/prefix/other/data/x"))
          .hasStackTraceContaining("lies outside");
      assertThatThrownBy(() -> write(table, "s3://lake/elsewhere"))
          .hasStackTraceContaining("lies outside");
      assertThatThrownBy(() -> write(table, "s3://another/some/prefix/lake/data/x"))
          .hasStackTraceContaining("does not lead to the warehouse");
      assertThat(ids(catalog.loadTable(FRUIT))).containsExactly(1L, 2L);

      varve.bash(directory, "varve tag create v1");
      try (RESTCatalog tag = client(varve, "lake/v1", "remote-signing")) {
        Table past = tag.loadTable(FRUIT);
        assertThat(ids(past)).containsExactly(1L, 2L);
        assertThatThrownBy(() -> write(past, file.location() + "-new"))
            .hasStackTraceContaining("nothing can be written at this revision");
      }
    }
  }

  @Test
  void aSignedWriteThatIsSentAgainReplacesNothing() throws Exception {
    try (Processes varve = start();
        RESTCatalog catalog = client(varve, "lake", "remote-signing")) {
      Table table = create(catalog);
      URI file = URI.create(s3.endpoint() + "/lake/some/prefix/lake/replayed");
      JsonNode signed = sign(varve, table, file);
      assertThat(signed.at("/headers/if-none-match/0").asText()).isEqualTo("*");
      assertThat(put(file, signed, "first")).isEqualTo(200);
      assertThat(put(file, signed, "other")).isEqualTo(412);
      assertThat(s3.bucket("lake").resolve("some/prefix/lake/replayed")).hasContent("first");
    }
  }

  private static JsonNode sign(Processes varve, Table table, URI file) throws Exception {
    String body =
        "{\"region\":\"us-east-1\",\"method\":\"PUT\",\"uri\":\"%s\",\"headers\":{}}"
            .formatted(file);
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    varve.url() + "/iceberg/" + table.io().properties().get("signer.endpoint")))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return new ObjectMapper().readTree(HTTP.send(request, BodyHandlers.ofString()).body());
  }

  private static int put(URI file, JsonNode signed, String content) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(file).PUT(HttpRequest.BodyPublishers.ofString(content));
    signed
        .path("headers")
        .properties()
        .forEach(
            header -> {
              if (!header.getKey().equalsIgnoreCase("host")) {
                header.getValue().forEach(value -> request.header(header.getKey(), value.asText()));
              }
            });
    return HTTP.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  private static void write(Table table, String location) throws IOException {
    try (PositionOutputStream out = table.io().newOutputFile(location).createOrOverwrite()) {
      out.write(1);
    }
  }

  @Test
  void aClientThatDoesNotAskIsToldNothing() throws Exception {
    try (Processes varve = start();
        RESTCatalog catalog = client(varve, "lake", "none")) {
      Table table = create(catalog);
      assertThat(table.io().properties())
          .doesNotContainKeys("s3.remote-signing-enabled", "s3.access-key-id");
      assertThatThrownBy(() -> append(table, 1)).isInstanceOf(RuntimeException.class);
      try (Stream<Path> files = Files.walk(s3.bucket("lake"))) {
        assertThat(files).noneMatch(it -> it.toString().endsWith(".parquet"));
      }
    }
  }

  @Test
  void credentialsOfARoleAreGivenOutForTheFilesOfTheRepository() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer tokens = tokenService(asked);
    try (Processes varve =
            start(
                "--s3.role=arn:aws:iam::123456789012:role/lake",
                "--s3.sts-endpoint=http://127.0.0.1:" + tokens.getAddress().getPort());
        RESTCatalog catalog = client(varve, "lake", "vended-credentials,remote-signing")) {
      Table table = create(catalog);
      append(table, 1);
      append(catalog.loadTable(FRUIT), 2);
      assertThat(ids(catalog.loadTable(FRUIT))).containsExactly(1L, 2L);
      assertThat(varve.bash(directory, "varve fsck --level files")).contains("clean");

      String path = table.io().properties().get("client.refresh-credentials-endpoint");
      HttpRequest load =
          HttpRequest.newBuilder(
                  URI.create(
                      "%s/iceberg/%s"
                          .formatted(varve.url(), path.substring(0, path.lastIndexOf('/')))))
              .header("X-Iceberg-Access-Delegation", "vended-credentials")
              .build();
      HttpResponse<String> loaded = HTTP.send(load, BodyHandlers.ofString());
      assertThat(loaded.body()).contains("sediment");
      assertThat(loaded.headers().firstValue("Cache-Control")).contains("no-store");

      // One for all loads, of the role, for what the repository holds and no deletes.
      assertThat(asked).hasSize(1);
      assertThat(asked.get(0))
          .contains("Action=AssumeRole", "role/lake", "DurationSeconds=3600")
          .contains("\"arn:aws:s3:::lake/some/prefix/lake/*\"", "s3:PutObject", "s3:GetObject")
          .doesNotContain("Delete");
      URI metrics = URI.create(varve.url() + "/metrics");
      assertThat(HTTP.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString()).body())
          .contains("varve_cache_misses_total{cache=\"vended-credentials\"} 1.0")
          .contains("varve_cache_bound_bytes{cache=\"vended-credentials\"} 8388608.0");
    } finally {
      tokens.stop(0);
    }
  }

  /** AWS's token service cannot run here: this one answers as it does, with the store's own key. */
  private static HttpServer tokenService(List<String> asked) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String form =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          asked.add(URLDecoder.decode(form, StandardCharsets.UTF_8));
          byte[] answer =
              """
              <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                <AssumeRoleResult>
                  <Credentials>
                    <AccessKeyId>varve</AccessKeyId>
                    <SecretAccessKey>sediment</SecretAccessKey>
                    <SessionToken>session</SessionToken>
                    <Expiration>2099-01-01T00:00:00Z</Expiration>
                  </Credentials>
                </AssumeRoleResult>
              </AssumeRoleResponse>
              """
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/xml");
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }
}
