package dev.varve.catalog;

import dev.varve.catalog.store.Store;
import dev.varve.catalog.store.WriteSet;
import dev.varve.catalog.tree.FreshNodes;

/** What a batch of writes made, on top of the store or of the batch that is synced before it. */
final class Layer {
  private final WriteSet writes;
  private final FreshNodes nodes;

  private Layer(WriteSet writes, FreshNodes nodes) {
    this.writes = writes;
    this.nodes = nodes;
  }

  static Layer on(Store store) {
    return new Layer(new WriteSet(store), new FreshNodes());
  }

  static Layer on(Layer below) {
    return new Layer(new WriteSet(below.writes), new FreshNodes(below.nodes));
  }

  /** Changes of the batch, in bytes. */
  WriteSet writes() {
    return writes;
  }

  /** Nodes of the batch, decoded. */
  FreshNodes nodes() {
    return nodes;
  }

  /** Says that the store holds all that was below. */
  void standOn(Store store) {
    writes.rebase(store);
    nodes.rebase();
  }
}
