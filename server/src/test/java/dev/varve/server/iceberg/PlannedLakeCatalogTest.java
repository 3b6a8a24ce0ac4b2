package dev.varve.server.iceberg;

import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** The tests that every Iceberg catalog passes, with every scan planned by the server. */
class PlannedLakeCatalogTest extends LakeCatalogTest {

  @Override
  protected RESTCatalog initCatalog(String name, Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(more);
    properties.put("scan-planning-mode", "server");
    return super.initCatalog(name, properties);
  }

  @Test
  @Override
  @Disabled("a client reports on the scans that it plans itself")
  public void testCatalogWithCustomMetricsReporter() {}
}
