package dev.varve.catalog.tree;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectReader;
import dev.varve.catalog.object.ObjectWriter;
import java.util.HashMap;
import java.util.Map;

/** Objects in memory that count how often they are read and written. */
final class CountingObjects implements ObjectReader, ObjectWriter {
  private final Map<ObjectId, byte[]> objects = new HashMap<>();
  int reads;
  int writes;
  long bytesWritten;

  /** Nodes over these objects; without a cache every load is counted. */
  Nodes uncached() {
    return new Nodes(this, new NodeCache(0));
  }

  void reset() {
    reads = 0;
    writes = 0;
    bytesWritten = 0;
  }

  @Override
  public byte[] load(ObjectId id) {
    reads++;
    byte[] bytes = objects.get(id);
    if (bytes == null) {
      throw new AssertionError("no object " + id);
    }
    return bytes;
  }

  @Override
  public void put(ObjectId id, byte[] bytes) {
    writes++;
    bytesWritten += bytes.length;
    objects.put(id, bytes);
  }
}
