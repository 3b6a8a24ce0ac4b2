package dev.varve.engine.change;

import dev.varve.catalog.CommitResult;
import java.util.Optional;

/**
 * What a change did.
 *
 * @param commit the commit that holds it; empty if nothing had to change, and nothing was committed
 * @param rowsDeleted how many rows are gone, an old state of an updated row being one
 * @param rowsAdded how many rows are new, a new state of an updated row being one
 * @param filesRemoved how many data files the table no longer has
 * @param filesAdded how many data files it has instead
 * @param bytesAdded the size of these
 */
public record ChangeResult(
    Optional<CommitResult> commit,
    long rowsDeleted,
    long rowsAdded,
    long filesRemoved,
    long filesAdded,
    long bytesAdded) {
  /** Nothing had to change. */
  public static final ChangeResult NONE = new ChangeResult(Optional.empty(), 0, 0, 0, 0, 0);
}
