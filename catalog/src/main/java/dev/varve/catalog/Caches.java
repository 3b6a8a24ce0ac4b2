package dev.varve.catalog;

import dev.varve.catalog.history.CommitCache;
import dev.varve.catalog.tree.NodeCache;

/** What all repositories of a catalog keep in memory together. */
record Caches(NodeCache nodes, CommitCache commits) {

  static Caches of(CatalogSettings settings) {
    return new Caches(
        new NodeCache(settings.nodeCacheBytes()), new CommitCache(settings.commitCacheBytes()));
  }
}
