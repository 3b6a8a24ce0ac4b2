package dev.varve.catalog.store;

class MemoryStoreTest extends StoreContract {
  @Override
  Store open() {
    return new MemoryStore();
  }
}
