package dev.varve.server.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.engine.table.ForeignFiles;
import dev.varve.engine.table.TableSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.CatalogTests;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.rest.RESTCatalog;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tests that every Iceberg catalog passes, on a fresh server each. */
class LakeCatalogTest extends CatalogTests<RESTCatalog> {

  @TempDir Path dir;
  private RestServer server;
  private RESTCatalog catalog;

  @BeforeEach
  void start() {
    // its data files lie at /path/to and exist in name only
    server = RestServer.start(dir, new TableSettings(1 << 20, ForeignFiles.ALLOWED));
    catalog = initCatalog("lake", Map.of());
  }

  @AfterEach
  void stop() throws IOException {
    catalog.close();
    server.close();
  }

  @Override
  protected RESTCatalog catalog() {
    return catalog;
  }

  @Override
  protected RESTCatalog initCatalog(String name, Map<String, String> more) {
    Map<String, String> properties = new HashMap<>();
    // some cases wait for a commit that can never go through
    properties.put("table-default.commit.retry.num-retries", "4");
    properties.put("table-default.default-key1", "catalog-default-key1");
    properties.put("table-default.default-key2", "catalog-default-key2");
    properties.put("table-default.override-key3", "catalog-default-key3");
    properties.put("table-override.override-key3", "catalog-override-key3");
    properties.put("table-override.override-key4", "catalog-override-key4");
    properties.putAll(more);
    return server.client("lake", properties);
  }

  @Override
  protected boolean requiresNamespaceCreate() {
    return true;
  }

  @Override
  protected boolean supportsNestedNamespaces() {
    return true;
  }

  @Override
  protected boolean supportsServerSideRetry() {
    return true;
  }

  @Override
  protected String baseTableLocation(TableIdentifier table) {
    return server.warehouse() + "/lake/tables/" + table.namespace() + "/" + table.name();
  }

  /** It expects a table to be lost with its metadata file; here the catalog holds the metadata. */
  @Test
  @Override
  public void testLoadTableWithMissingMetadataFile(@TempDir Path unused) throws IOException {
    catalog.createNamespace(NS);
    Table table = catalog.createTable(TABLE, SCHEMA);
    String location = ((HasTableOperations) table).operations().current().metadataFileLocation();
    Files.delete(Path.of(URI.create(location)));

    assertThat(catalog.loadTable(TABLE).schema().asStruct()).isEqualTo(TABLE_SCHEMA.asStruct());
  }

  /** It expires snapshots to make a partition spec unused. */
  @Override
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  public void testRemoveUnusedSpec(boolean withBranch) {
    assertThatExpiryIsRefused(() -> super.testRemoveUnusedSpec(withBranch));
  }

  /** It expires snapshots to make a schema unused. */
  @Override
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  public void testRemoveUnusedSchemas(boolean withBranch) {
    assertThatExpiryIsRefused(() -> super.testRemoveUnusedSchemas(withBranch));
  }

  /** Branches and older commits share files, so no engine is let to delete any. */
  private static void assertThatExpiryIsRefused(ThrowingCallable test) {
    assertThatThrownBy(test)
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("GC is disabled");
  }
}
