package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.server.http.Caller.Answer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.util.DataFileSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What engines do to keep a table small, done on one branch through Iceberg's own API: every other
 * ref and every older commit still reads in full, and no file of the warehouse is gone.
 *
 * <p>Maintenance that an engine ran on one branch deleted files that other branches used, in
 * catalogs that left it to the engine.
 */
class EngineMaintenanceTest extends ApiTest {
  private static final TableIdentifier ORDERS = TableIdentifier.of("default", "orders");

  private RESTCatalog exp;
  private Table orders;
  private final Map<String, String> before = new TreeMap<>();
  private Set<Path> files;

  /** {@code exp} has rows that {@code main} has not, and the other way round. */
  @BeforeEach
  void fill() throws IOException {
    ingest("orders", "?format=csv", "id\n1\n2\n");
    ingest("orders", "?format=csv", "id\n3\n");
    post("/tags", "{\"name\":\"v1.0\"}");
    branch("exp");
    ingest("orders", "?format=csv", "id\n4\n");
    ingest("orders", "?format=csv&branch=exp", "id\n5\n");
    exp = EngineClient.connect(server, "lake/exp");
    orders = exp.loadTable(ORDERS);
    for (String ref : Set.of("main", "main~1", "main~2", "v1.0", head("exp"))) {
      before.put(ref, orders(ref));
    }
    files = files();
  }

  @AfterEach
  void requireAllOfTheHistory() throws IOException {
    before.forEach((ref, rows) -> assertThat(orders(ref)).as(ref).isEqualTo(rows));
    assertThat(files()).containsAll(files);
    exp.close();
  }

  @Test
  void expiryByAnEngineIsRefusedByIceberg() {
    assertThatThrownBy(
            () -> orders.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit())
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("GC is disabled");
  }

  @Test
  void snapshotsThatAClientForgetsAreForgottenByThatBranchAlone() {
    Snapshot oldest = orders.snapshots().iterator().next();
    Answer forgotten =
        http.post(
            "/iceberg/v1/lake~exp/namespaces/default/tables/orders",
            "{\"requirements\":[],\"updates\":[{\"action\":\"remove-snapshots\",\"snapshot-ids\":[%d]}]}"
                .formatted(oldest.snapshotId()));

    assertThat(forgotten.status()).as(forgotten.body()).isEqualTo(200);
    assertThat(exp.loadTable(ORDERS).snapshot(oldest.snapshotId())).isNull();
    assertThat(orders("exp")).isEqualTo("[[1],[2],[3],[5]]");
  }

  @Test
  void gcCannotBeSwitchedOn() {
    orders.updateProperties().set("gc.enabled", "true").commit();
    orders.refresh();

    assertThat(orders.properties()).containsEntry("gc.enabled", "false");
    assertThatThrownBy(() -> orders.expireSnapshots().expireOlderThan(Long.MAX_VALUE).commit())
        .isInstanceOf(ValidationException.class);
  }

  @Test
  void aPurgeTakesTheTableOffTheBranchAndDeletesNothing() {
    assertThat(exp.dropTable(ORDERS, true)).isTrue();

    assertThat(exp.tableExists(ORDERS)).isFalse();
  }

  /** An engine that looks for files which this branch does not name looks at the location. */
  @Test
  void theLocationOfATableHoldsNoFilesThatCouldBeTakenForOrphans() throws IOException {
    Path location = Path.of(URI.create(orders.location()));

    assertThat(filesBelow(location)).isEmpty();
    assertThat(files).noneMatch(file -> file.startsWith(location));
  }

  @Test
  void compactionRewritesFilesForItsBranchAlone() throws IOException {
    Set<DataFile> small = dataFiles(orders);
    RewriteFiles rewrite = orders.newRewrite();
    small.forEach(rewrite::deleteFile);
    for (long id : new long[] {1, 2, 3, 5}) {
      rewrite.addFile(EngineClient.file(orders, Map.of("id", id)));
    }
    rewrite.commit();

    assertThat(orders("exp")).isEqualTo("[[1],[2],[3],[5]]");
  }

  @Test
  void manifestsAreRewrittenForTheirBranchAlone() {
    orders.rewriteManifests().clusterBy(file -> "all").commit();

    assertThat(orders("exp")).isEqualTo("[[1],[2],[3],[5]]");
  }

  @Test
  void aRollbackMovesItsBranchAlone() {
    long first = orders.snapshots().iterator().next().snapshotId();
    orders.manageSnapshots().rollbackTo(first).commit();

    assertThat(orders("exp")).isEqualTo("[[1],[2]]");
  }

  @Test
  void metadataFilesAreKeptThoughTheTableAsksToDeleteThem() {
    orders
        .updateProperties()
        .set("write.metadata.delete-after-commit.enabled", "true")
        .set("write.metadata.previous-versions-max", "1")
        .commit();
    String location = ((HasTableOperations) orders).operations().current().metadataFileLocation();
    for (int i = 0; i < 4; i++) {
      orders.updateProperties().set("n", "" + i).commit();
    }

    assertThat(Path.of(URI.create(location))).exists();
  }

  private String orders(String ref) {
    Answer answer = sql("select id from orders order by id", ",\"ref\":\"" + ref + "\"");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("rows").toString();
  }

  private String head(String branch) {
    return get("/commits/" + branch).json().at("/commit/id").asText();
  }

  private Set<Path> files() throws IOException {
    return filesBelow(directory.resolve("data")).stream()
        .filter(file -> file.toString().matches(".*\\.(parquet|avro|metadata\\.json)"))
        .collect(Collectors.toSet());
  }

  private static Set<Path> filesBelow(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return Set.of();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).collect(Collectors.toSet());
    }
  }

  private static Set<DataFile> dataFiles(Table table) throws IOException {
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      Set<DataFile> files = DataFileSet.create();
      tasks.forEach(task -> files.add(task.file()));
      return files;
    }
  }
}
