package dev.varve.engine.prepared;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.prepared.PreparedMerge.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Refuses to finish or publish a prepared merge before its time, and says what is left to do. */
final class Unfinished {
  private final ConflictTables conflictTables;

  Unfinished(ConflictTables conflictTables) {
    this.conflictTables = conflictTables;
  }

  /**
   * @throws VarveException if it is in conflict, or a rebase of which not all commits are done
   */
  void refuseToPublish(PreparedMerge prepared) {
    if (prepared.state() == State.CONFLICTED) {
      throw inConflict("publish", prepared);
    }
    if (prepared.state() == State.UNFINISHED) {
      throw commitsLeft(prepared);
    }
  }

  /**
   * @param compareAgain whether tasks of another engine may be done by the server, which looks
   *     itself what is in the way of them
   * @throws VarveException if conflicts are left of which nothing is said, or that cannot be
   *     answered
   */
  void refuseToFinish(PreparedMerge prepared, boolean compareAgain) {
    boolean open =
        conflictTables.open(prepared).stream()
            .filter(it -> !compareAgain || it.conflict().task().isEmpty() || hasRows(it))
            .anyMatch(it -> it.open() > 0);
    if (open || (!compareAgain && conflictTables.toApply(prepared).isPresent())) {
      throw inConflict("finish", prepared);
    }
  }

  private static boolean hasRows(OpenConflict conflict) {
    return conflict.conflict().rows().isPresent();
  }

  private static VarveException commitsLeft(PreparedMerge prepared) {
    return new VarveException(
        ErrorCode.INVALID_REQUEST,
        "cannot publish '%s': not all commits of '%s' are done"
            .formatted(prepared.name(), prepared.intent().into()),
        "go on with them: varve prepared finish " + prepared.name(),
        Map.of("ref", prepared.name().text()),
        null);
  }

  private VarveException inConflict(String verb, PreparedMerge prepared) {
    List<OpenConflict> open =
        conflictTables.open(prepared).stream().filter(conflict -> conflict.open() > 0).toList();
    long count = open.stream().mapToLong(OpenConflict::open).sum();
    Optional<String> other =
        open.stream()
            .map(OpenConflict::conflict)
            .filter(it -> it.rows().isEmpty() && it.choice().isEmpty())
            .map(KeptConflict::message)
            .findFirst();
    Optional<String> toApply =
        conflictTables
            .toApply(prepared)
            .map(it -> "what was said of '%s' is to be applied on Spark".formatted(it.subject()));
    boolean isElsewhere =
        count > 0
            && open.stream()
                .map(OpenConflict::conflict)
                .allMatch(it -> it.task().isPresent() && it.rows().isEmpty());
    String left =
        other.orElseGet(
            () ->
                count == 0
                    ? toApply.orElse("it is to be finished first")
                    : count + (count == 1 ? " conflict is" : " conflicts are") + " not resolved");
    return new VarveException(
        ErrorCode.MERGE_CONFLICT,
        "cannot %s '%s': %s".formatted(verb, prepared.name(), left),
        (toApply.isPresent() && count == 0) || isElsewhere
            ? "submit it to Spark, as told by 'varve prepared show %1$s', or let the server do it: varve prepared finish %1$s --on server"
                .formatted(prepared.name())
            : "list what is left with: varve prepared conflicts " + prepared.name(),
        Map.of("ref", prepared.name().text()),
        null);
  }
}
