package dev.varve.catalog;

import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import java.util.List;
import java.util.Optional;

/**
 * A commit to be made on a branch.
 *
 * @param changes at least one; each says what it expects at its key
 * @param counters raised together with the commit, or not at all
 * @param expectedHead where the branch must stand, or empty to commit on whatever its head is then
 */
public record CommitRequest(
    RefName branch,
    CommitDetails details,
    List<KeyChange> changes,
    List<CounterRaise> counters,
    Optional<ObjectId> expectedHead) {

  public CommitRequest {
    changes = List.copyOf(changes);
    counters = List.copyOf(counters);
  }

  /** A commit without counters, on whatever the head is then. */
  public CommitRequest(RefName branch, CommitDetails details, List<KeyChange> changes) {
    this(branch, details, changes, List.of(), Optional.empty());
  }
}
