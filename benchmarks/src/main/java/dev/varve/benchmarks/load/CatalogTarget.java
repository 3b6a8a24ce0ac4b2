package dev.varve.benchmarks.load;

import dev.varve.benchmarks.catalog.SampleKeys;
import dev.varve.benchmarks.report.Result;
import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.CommitRequest;
import dev.varve.catalog.Distribution;
import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.Key;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Single-key commits on one branch of a catalog in this process. */
final class CatalogTarget implements Target {
  private final Catalog catalog;
  private final Repository lake;
  private Distribution before;

  /**
   * @param tables how many tables the lake has before
   */
  CatalogTarget(Path directory, int tables) {
    catalog = Catalog.open(directory, CatalogSettings.defaults());
    lake = catalog.create(RepositoryName.LAKE);
    SampleKeys.fill(lake, tables);
    before = catalog.statistics().commitsPerSync();
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
  public void prepare(int clients) {
    before = catalog.statistics().commitsPerSync();
  }

  /** How many commits shared a sync, on average. */
  @Override
  public List<Result> further(int clients) {
    Distribution now = catalog.statistics().commitsPerSync();
    double commits = now.sum() - before.sum();
    long syncs = count(now) - count(before);
    return List.of(
        Result.of(
            "sync.commits",
            new TreeMap<>(Map.of("clients", String.valueOf(clients))),
            "commits/sync",
            commits / Math.max(1, syncs)));
  }

  private static long count(Distribution distribution) {
    return distribution.counts().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public void close() {
    catalog.close();
  }
}
