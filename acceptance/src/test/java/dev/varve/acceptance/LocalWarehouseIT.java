package dev.varve.acceptance;

import java.util.List;
import java.util.Map;

/** The files of tables in a local directory beside the data directory. */
class LocalWarehouseIT extends WarehouseSuite {
  @Override
  List<String> settings() {
    return List.of("--warehouse", directory.resolve("elsewhere").toString());
  }

  @Override
  Map<String, String> environment() {
    return Map.of();
  }

  @Override
  Map<String, String> clientProperties() {
    return Map.of("io-impl", "org.apache.iceberg.hadoop.HadoopFileIO");
  }
}
