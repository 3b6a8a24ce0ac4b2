package dev.varve.engine.merge;

import dev.varve.engine.diff.Column;
import dev.varve.engine.diff.Columns;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;

/** Merges the row keys of three schemas, whose columns are merged already. */
final class SchemaKeys {
  private final ThreeWay<Schema> schemas;
  private final SchemaDraft draft;
  private final Conflicts conflicts;

  SchemaKeys(ThreeWay<Schema> schemas, SchemaDraft draft, Conflicts conflicts) {
    this.schemas = schemas;
    this.draft = draft;
    this.conflicts = conflicts;
  }

  /** The field ids of the key. An answer may bring a column back, or make it required again. */
  Set<Integer> merge() {
    ThreeWay<Set<Integer>> key = schemas.map(Schema::identifierFieldIds);
    return fitting(key.conflicts() ? differs(key) : key.merged());
  }

  private Set<Integer> fitting(Set<Integer> key) {
    for (int id : key) {
      if (!conflicts.isEmpty()) {
        return key;
      }
      Optional<Winner> other =
          draft.find(id).isEmpty()
              ? dropped(id)
              : required(id) ? Optional.empty() : madeOptional(id);
      if (other.isPresent()) {
        return fitting(schemas.map(Schema::identifierFieldIds).of(other.get()));
      }
    }
    return key;
  }

  private Set<Integer> differs(ThreeWay<Set<Integer>> key) {
    ThreeWay<String> named = schemas.map(Schema::identifierFieldNames).map(Set::toString);
    return conflicts.decide(
        key,
        new Problem(
            "key-differs",
            "the row key of '%s' is %s %s and %s %s"
                .formatted(
                    conflicts.table(),
                    named.ours(),
                    conflicts.verb().inOurs(),
                    named.theirs(),
                    conflicts.verb().inTheirs()),
            "give both branches one key, then merge again",
            Map.of("ours", named.ours(), "theirs", named.theirs())),
        Options.ofSides("the row key", named));
  }

  /** Returns the side whose key counts instead, if one does. */
  private Optional<Winner> dropped(int id) {
    String path = draft.path(id);
    Columns keeper = draft.ours().contains(id) ? draft.ours() : draft.theirs();
    Winner kept = keeper == draft.ours() ? Winner.OURS : Winner.THEIRS;
    Problem problem =
        new Problem(
            "key-column-dropped",
            "column '%s' of '%s' is dropped on one side and part of the row key on the other"
                .formatted(path, conflicts.table()),
            "take the column out of the key, or add it again, then merge again",
            Map.of("column", path));
    boolean oneHasIt = draft.ours().contains(id) != draft.theirs().contains(id);
    Optional<Answer> answer = conflicts.ask(problem, options(path, kept, oneHasIt), it -> true);
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    if (answer.get().winner() != kept) {
      return Optional.of(answer.get().winner());
    }
    draft.keep(keeper, id);
    return Optional.empty();
  }

  /** Returns the side whose key counts instead, if one does. */
  private Optional<Winner> madeOptional(int id) {
    String path = draft.path(id);
    boolean oursHasIt = schemas.ours().identifierFieldIds().contains(id);
    boolean oneHasIt = oursHasIt != schemas.theirs().identifierFieldIds().contains(id);
    Winner keyed = oursHasIt ? Winner.OURS : Winner.THEIRS;
    Problem problem =
        new Problem(
            "key-column-optional",
            "column '%s' of '%s' is made optional on one side and part of the row key on the other"
                .formatted(path, conflicts.table()),
            "take the column out of the key, or make it required, then merge again",
            Map.of("column", path));
    Optional<Answer> answer = conflicts.ask(problem, options(path, keyed, oneHasIt), it -> true);
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    if (answer.get().winner() != keyed) {
      return Optional.of(answer.get().winner());
    }
    for (int at = id; at != Column.ROOT; at = draft.find(at).orElseThrow().parent()) {
      require(at);
    }
    return Optional.empty();
  }

  private Options options(String path, Winner keyed, boolean oneHasIt) {
    String inKey = schemas.map(Schema::identifierFieldNames).of(keyed).toString();
    String other = "'" + path + "' is no part of it";
    return Options.of(
        "column '" + path + "' of the row key",
        keyed == Winner.OURS
            ? new ThreeWay<>(Optional.empty(), inKey, other)
            : new ThreeWay<>(Optional.empty(), other, inKey),
        oneHasIt ? EnumSet.of(Winner.OURS, Winner.THEIRS) : EnumSet.noneOf(Winner.class));
  }

  private void require(int id) {
    Column column = draft.find(id).orElseThrow();
    draft.put(
        new Column(
            id,
            column.parent(),
            column.name(),
            true,
            column.shape(),
            column.doc(),
            column.initialDefault(),
            column.writeDefault()));
  }

  /** Whether a column and all that hold it are required, as those of a row key must be. */
  private boolean required(int id) {
    for (int at = id; at != Column.ROOT; at = draft.find(at).orElseThrow().parent()) {
      if (!draft.find(at).orElseThrow().required()) {
        return false;
      }
    }
    return true;
  }
}
