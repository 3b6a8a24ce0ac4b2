package dev.varve.catalog.error;

import java.util.Map;

/**
 * A ref stands elsewhere than the caller expected. Nothing was written; read it again and retry.
 */
public final class RefMovedException extends VarveException {

  /**
   * @param expected what the caller last saw, in short form, or {@code nothing}
   * @param found where the ref stands, in short form, or {@code nothing}
   */
  public RefMovedException(String ref, String expected, String found) {
    super(
        ErrorCode.REF_MOVED,
        "ref '%s' moved: expected %s, found %s".formatted(ref, expected, found),
        "nothing was written; read '%s' again and retry".formatted(ref),
        Map.of("ref", ref, "expected", expected, "found", found),
        null);
  }
}
