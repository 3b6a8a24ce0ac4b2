package dev.varve.catalog.store;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectReader;
import java.util.Map;

/** The objects of one repository in a store, or in a write in progress on top of it. */
public final class StoredObjects implements ObjectReader {
  private final Reads reads;
  private final Keys keys;

  public StoredObjects(Reads reads, Keys keys) {
    this.reads = reads;
    this.keys = keys;
  }

  @Override
  public byte[] load(ObjectId id) {
    byte[] bytes =
        reads
            .get(Space.OBJECTS, keys.object(id))
            .orElseThrow(() -> broken(ErrorCode.OBJECT_MISSING, id, "is missing"));
    if (!ObjectId.of(bytes).equals(id)) {
      throw broken(ErrorCode.OBJECT_CORRUPT, id, "is damaged: its bytes have another hash");
    }
    return bytes;
  }

  private static VarveException broken(ErrorCode code, ObjectId id, String what) {
    return new VarveException(
        code,
        "object '%s' %s".formatted(id, what),
        "restore the repository from a backup",
        Map.of("object", id.hex()),
        null);
  }
}
