package dev.varve.benchmarks.load;

import dev.varve.benchmarks.catalog.SampleKeys;
import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.CommitRequest;
import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.Key;
import java.nio.file.Path;
import java.util.List;

/** Single-key commits on one branch of a catalog in this process. */
final class CatalogTarget implements Target {
  private final Catalog catalog;
  private final Repository lake;

  /**
   * @param tables how many tables the lake has before
   */
  CatalogTarget(Path directory, int tables) {
    catalog = Catalog.open(directory, CatalogSettings.defaults());
    lake = catalog.create(RepositoryName.LAKE);
    SampleKeys.fill(lake, tables);
  }

  @Override
  public String name() {
    return "catalog";
  }

  @Override
  public void perform(int client, long sequence) {
    Key key = Key.of("client_" + client, "table_" + sequence);
    lake.commit(
        new CommitRequest(
            RefName.MAIN, SampleKeys.details("commit"), List.of(SampleKeys.put(key))));
  }

  @Override
  public void close() {
    catalog.close();
  }
}
