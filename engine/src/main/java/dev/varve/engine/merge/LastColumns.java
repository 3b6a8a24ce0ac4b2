package dev.varve.engine.merge;

import dev.varve.engine.diff.Column;
import dev.varve.engine.diff.Columns;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;

/**
 * Finds structs, and tables, of which each side left some columns and both together none: Parquet
 * has no such struct, so no engine could write to the table, nor tell null structs from others.
 */
final class LastColumns {
  private final SchemaDraft draft;
  private final Conflicts conflicts;

  LastColumns(SchemaDraft draft, Conflicts conflicts) {
    this.draft = draft;
    this.conflicts = conflicts;
  }

  /** Asks whose columns stay. */
  void check() {
    check(Column.ROOT);
    draft.columns().stream()
        .filter(column -> column.shape() == Type.TypeID.STRUCT)
        .map(Column::id)
        .sorted()
        .forEach(this::check);
  }

  private void check(int parent) {
    if (!draft.ours().children(parent).isEmpty()
        && !draft.theirs().children(parent).isEmpty()
        && draft.columns().stream().noneMatch(column -> column.parent() == parent)) {
      ask(parent)
          .map(answer -> answer.winner() == Winner.OURS ? draft.ours() : draft.theirs())
          .ifPresent(side -> side.children(parent).forEach(id -> draft.keep(side, id)));
    }
  }

  private Optional<Answer> ask(int parent) {
    ThreeWay<String> left =
        new ThreeWay<>(
            Optional.of(names(draft.base(), parent)).filter(names -> !names.equals("[]")),
            names(draft.ours(), parent),
            names(draft.theirs(), parent));
    String table = "'" + conflicts.table() + "'";
    String path = parent == Column.ROOT ? "" : draft.path(parent);
    String what = parent == Column.ROOT ? table : "column '" + path + "' of " + table;
    String held = parent == Column.ROOT ? "column" : "field";
    Map<String, String> details = new HashMap<>();
    details.put("ours", left.ours());
    details.put("theirs", left.theirs());
    if (parent != Column.ROOT) {
      details.put("column", path);
    }
    return conflicts.ask(
        new Problem(
            "no-columns-left",
            "%s would have no %s left: it has %s %s and %s %s"
                .formatted(
                    what,
                    held,
                    left.ours(),
                    conflicts.verb().inOurs(),
                    left.theirs(),
                    conflicts.verb().inTheirs()),
            "add a %s to it on one branch, or drop %s on both, then merge again"
                .formatted(held, parent == Column.ROOT ? table : "'" + path + "'"),
            details),
        Options.of(
            parent == Column.ROOT ? "the columns" : "the fields of column '" + path + "'",
            left,
            EnumSet.of(Winner.OURS, Winner.THEIRS)),
        answer -> true);
  }

  private static String names(Columns side, int parent) {
    List<String> names =
        side.children(parent).stream().map(id -> side.find(id).orElseThrow().name()).toList();
    return names.toString();
  }
}
