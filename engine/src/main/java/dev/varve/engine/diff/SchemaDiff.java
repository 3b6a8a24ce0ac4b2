package dev.varve.engine.diff;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Literal;

/** Compares two schemas of one table by field id. */
public final class SchemaDiff {
  private final Columns before;
  private final Columns after;
  private final List<SchemaChange> changes = new ArrayList<>();

  private SchemaDiff(Columns before, Columns after) {
    this.before = before;
    this.after = after;
  }

  /** The changes that lead from one schema to the other: dropped columns first, then in order. */
  public static List<SchemaChange> between(Schema before, Schema after) {
    SchemaDiff diff = new SchemaDiff(Columns.of(before), Columns.of(after));
    diff.dropped();
    diff.children(Column.ROOT);
    return List.copyOf(diff.changes);
  }

  private void dropped() {
    for (int id : before.ids()) {
      int parent = before.find(id).orElseThrow().parent();
      boolean parentKept = parent == Column.ROOT || after.contains(parent);
      if (!after.contains(id) && parentKept) {
        changes.add(new SchemaChange.Dropped(id, before.path(id), before.type(id)));
      }
    }
  }

  private void children(int parent) {
    Set<Integer> moved = moved(before.children(parent), after.children(parent));
    Optional<String> previous = Optional.empty();
    for (int id : after.children(parent)) {
      Column now = after.find(id).orElseThrow();
      Optional<Column> was = before.find(id);
      if (was.isPresent()) {
        changed(was.get(), now);
        if (moved.contains(id)) {
          changes.add(new SchemaChange.Moved(id, after.path(id), previous));
        }
        children(id);
      } else {
        changes.add(
            new SchemaChange.Added(id, after.path(id), after.type(id), now.required(), now.doc()));
      }
      previous = Optional.of(now.name());
    }
  }

  private void changed(Column was, Column now) {
    int id = now.id();
    String path = after.path(id);
    if (!was.name().equals(now.name())) {
      changes.add(new SchemaChange.Renamed(id, before.path(id), path));
    }
    if (!was.shape().equals(now.shape())) {
      changes.add(new SchemaChange.Retyped(id, path, before.type(id), after.type(id)));
    }
    if (was.required() != now.required()) {
      changes.add(new SchemaChange.Required(id, path, now.required()));
    }
    if (!was.doc().equals(now.doc())) {
      changes.add(new SchemaChange.Documented(id, path, was.doc(), now.doc()));
    }
    if (!Objects.equals(text(was.writeDefault()), text(now.writeDefault()))) {
      changes.add(
          new SchemaChange.Defaulted(id, path, text(was.writeDefault()), text(now.writeDefault())));
    }
  }

  private static Optional<String> text(Optional<Literal<?>> literal) {
    return literal.map(Literal::toString);
  }

  /** The fewest ids that must move to bring the common ids from the one order into the other. */
  private static Set<Integer> moved(List<Integer> before, List<Integer> after) {
    int[] places = after.stream().mapToInt(before::indexOf).filter(place -> place >= 0).toArray();
    boolean[] kept = longestIncreasing(places);
    Set<Integer> moved = new HashSet<>();
    for (int i = 0; i < places.length; i++) {
      if (!kept[i]) {
        moved.add(before.get(places[i]));
      }
    }
    return moved;
  }

  /** Marks one longest increasing subsequence; quadratic, which suits the columns of a table. */
  private static boolean[] longestIncreasing(int[] values) {
    int[] length = new int[values.length];
    int[] previous = new int[values.length];
    int last = -1;
    for (int i = 0; i < values.length; i++) {
      length[i] = 1;
      previous[i] = -1;
      for (int j = 0; j < i; j++) {
        if (values[j] < values[i] && length[j] + 1 > length[i]) {
          length[i] = length[j] + 1;
          previous[i] = j;
        }
      }
      last = last < 0 || length[i] > length[last] ? i : last;
    }
    boolean[] marked = new boolean[values.length];
    for (int i = last; i >= 0; i = previous[i]) {
      marked[i] = true;
    }
    return marked;
  }
}
