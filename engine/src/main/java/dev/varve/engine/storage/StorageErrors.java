package dev.varve.engine.storage;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.util.Map;

/** What is wrong with locations and with the store that holds the files of a warehouse. */
final class StorageErrors {
  private StorageErrors() {}

  static VarveException outsideWarehouse(String location) {
    return new VarveException(
        ErrorCode.FORBIDDEN,
        "location '%s' is not inside the warehouse".formatted(location),
        "leave the location out, or choose one below the warehouse's root",
        Map.of("location", location),
        null);
  }

  /**
   * @param cause the failure below, or null
   */
  static VarveException failed(
      String what, String location, String why, String hint, Throwable cause) {
    return new VarveException(
        ErrorCode.STORAGE_FAILED,
        "cannot %s '%s': %s".formatted(what, location, why),
        hint,
        Map.of("location", location),
        cause);
  }
}
