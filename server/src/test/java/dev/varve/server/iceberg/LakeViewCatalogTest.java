package dev.varve.server.iceberg;

import dev.varve.engine.table.ForeignFiles;
import dev.varve.engine.table.TableSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.view.ViewCatalogTests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The tests that every Iceberg catalog of views passes, on a fresh server each. */
class LakeViewCatalogTest extends ViewCatalogTests<RESTCatalog> {

  @TempDir Path dir;
  private RestServer server;
  private RESTCatalog catalog;

  @BeforeEach
  void start() {
    server = RestServer.start(dir, new TableSettings(1 << 20, ForeignFiles.REFUSED));
    catalog =
        server.client(
            "lake",
            Map.of(
                "view-default.key1", "catalog-default-key1",
                "view-default.key2", "catalog-default-key2",
                "view-default.key3", "catalog-default-key3",
                "view-override.key3", "catalog-override-key3",
                "view-override.key4", "catalog-override-key4"));
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
  protected Catalog tableCatalog() {
    return catalog;
  }

  @Override
  protected boolean requiresNamespaceCreate() {
    return true;
  }

  @Override
  protected boolean supportsServerSideRetry() {
    return true;
  }

  @Override
  protected String viewLocation(String... paths) {
    return server.warehouse() + "/lake/tables/views/" + String.join("/", paths);
  }
}
