package dev.varve.engine.merge;

import dev.varve.engine.diff.Column;
import dev.varve.engine.diff.Columns;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;

/**
 * Merges three schemas of one table, column by column and attribute by attribute.
 *
 * <p>Columns are the same when their field ids are, whatever their names; no two columns of any
 * branches share one. A column that only one side has, and not base, is new there. A column that
 * one side dropped stays dropped, unless the other side changed it, what it holds, or values in it
 * that base has.
 */
final class SchemaMerge {
  private final SchemaDraft draft;
  private final FormerSchemas former;
  private final Columns base;
  private final Columns ours;
  private final Columns theirs;
  private final ColumnWrites writes;
  private final Conflicts conflicts;

  private SchemaMerge(
      SchemaDraft draft, FormerSchemas former, ColumnWrites writes, Conflicts conflicts) {
    this.draft = draft;
    this.former = former;
    this.writes = writes;
    this.base = draft.base();
    this.ours = draft.ours();
    this.theirs = draft.theirs();
    this.conflicts = conflicts;
  }

  /** Merges the columns and the row keys of three states of a table. */
  static Schema merge(ThreeWay<TableMetadata> sides, ColumnWrites writes, Conflicts conflicts) {
    return merge(sides.map(TableMetadata::schema), FormerSchemas.of(sides), writes, conflicts);
  }

  /**
   * Merges the columns and the row keys.
   *
   * @param schemas with a base
   * @param writes is asked of columns that one side dropped
   * @param conflicts takes what cannot be decided; if it gained any, the result is only ours
   */
  static Schema merge(
      ThreeWay<Schema> schemas, FormerSchemas former, ColumnWrites writes, Conflicts conflicts) {
    SchemaDraft draft = new SchemaDraft(schemas, former);
    new SchemaMerge(draft, former, writes, conflicts).mergeColumns();
    new LastColumns(draft, conflicts).check();
    SchemaNames names = new SchemaNames(draft, conflicts);
    names.check();
    int columns = draft.columns().size();
    Set<Integer> key = new SchemaKeys(schemas, draft, conflicts).merge();
    if (draft.columns().size() > columns) {
      names.check();
    }
    return conflicts.isEmpty() ? draft.build(key) : schemas.ours();
  }

  private void mergeColumns() {
    ColumnMerge attributes = new ColumnMerge(draft, conflicts);
    Set<Integer> ids = new LinkedHashSet<>(ours.ids());
    ids.addAll(theirs.ids());
    for (int id : ids) {
      if (ours.contains(id) && theirs.contains(id)) {
        draft.put(attributes.merge(id));
      } else {
        Columns side = ours.contains(id) ? ours : theirs;
        if (!base.contains(id)) {
          added(side, id);
        } else if (!isGoneWithItsParent(id, side)) {
          dropped(side, id);
        }
      }
    }
    draft.dropOrphans();
  }

  /**
   * A column that one side has, and base does not. Where the other side has had it too, and added
   * files with values of it, these would be there again.
   */
  private void added(Columns side, int id) {
    Column column = side.find(id).orElseThrow();
    draft.put(column);
    Columns other = side == ours ? theirs : ours;
    Winner dropper = side == ours ? Winner.THEIRS : Winner.OURS;
    boolean hasParent = column.parent() == Column.ROOT || other.contains(column.parent());
    if (hasParent && former.had(dropper, id) && writes.holds(dropper, id)) {
      addedAndDropped(side, id, dropper);
    }
  }

  private void addedAndDropped(Columns side, int id, Winner dropper) {
    boolean oursDropped = dropper == Winner.OURS;
    String path = side.path(id);
    String where = oursDropped ? conflicts.verb().inOurs() : conflicts.verb().inTheirs();
    Problem problem =
        new Problem(
            "column-added-and-dropped",
            "column '%s' of '%s' was added on both sides and dropped again %s, where files hold values of it"
                .formatted(path, conflicts.table(), where),
            "to keep it with those values, revert the commit that dropped it, then merge again",
            Map.of("column", path, "dropped-by", oursDropped ? "ours" : "theirs"));
    String kept = describe(side, id);
    ThreeWay<String> seen =
        oursDropped
            ? new ThreeWay<>(Optional.empty(), "dropped", kept)
            : new ThreeWay<>(Optional.empty(), kept, "dropped");
    conflicts
        .ask(
            problem, Options.of("column '" + path + "'", seen, EnumSet.of(dropper)), answer -> true)
        .ifPresent(answer -> draft.drop(id));
  }

  private boolean changedBelow(Columns side, int id) {
    if (!side.find(id).equals(base.find(id))) {
      return true;
    }
    return side.children(id).stream().anyMatch(child -> changedBelow(side, child));
  }

  private boolean isGoneWithItsParent(int id, Columns keeper) {
    int parent = base.find(id).orElseThrow().parent();
    return parent != Column.ROOT && !(keeper == theirs ? ours : theirs).contains(parent);
  }

  private void dropped(Columns keeper, int id) {
    boolean oursDropped = keeper == theirs;
    String path = base.path(id);
    if (changedBelow(keeper, id)) {
      String message = droppedAndChanged(oursDropped).formatted(path, conflicts.table());
      ask(keeper, id, "column-dropped-and-changed", message, "");
      return;
    }
    long rows = writes.rows(oursDropped ? Winner.THEIRS : Winner.OURS, id);
    if (rows > 0) {
      String counted = Counted.of(rows, "row");
      String message = droppedAndWritten(oursDropped).formatted(path, conflicts.table(), counted);
      ask(keeper, id, "column-dropped-and-written", message, ", with other values in " + counted);
    }
  }

  /**
   * @param written what else is to be said of the side that has the column
   */
  private void ask(Columns keeper, int id, String code, String message, String written) {
    boolean oursDropped = keeper == theirs;
    String path = base.path(id);
    Problem problem =
        new Problem(
            code,
            message,
            "drop the column on both branches, or add it again where it was dropped, then merge"
                + " again; if it is kept, rows that were written without it get the values back that"
                + " their row keys have on the other side or in base",
            Map.of("column", path, "dropped-by", oursDropped ? "ours" : "theirs"));
    Optional<String> was = Optional.of(describe(base, id));
    String kept = describe(keeper, id) + written;
    ThreeWay<String> seen =
        oursDropped ? new ThreeWay<>(was, "dropped", kept) : new ThreeWay<>(was, kept, "dropped");
    Winner keeps = oursDropped ? Winner.THEIRS : Winner.OURS;
    conflicts
        .ask(
            problem,
            Options.of("column '" + path + "'", seen, EnumSet.of(Winner.OURS, Winner.THEIRS)),
            answer -> true)
        .filter(answer -> answer.winner() == keeps)
        .ifPresent(answer -> draft.keep(keeper, id));
  }

  /** A column with all that can be changed of it and of what it holds. */
  private static String describe(Columns side, int id) {
    Column column = side.find(id).orElseThrow();
    StringBuilder text = new StringBuilder(column.name());
    text.append(' ').append(side.type(id));
    text.append(column.required() ? " required" : "");
    column.doc().ifPresent(doc -> text.append(" '").append(doc).append('\''));
    column.writeDefault().ifPresent(value -> text.append(" default ").append(value));
    return text.toString();
  }

  private String droppedAndChanged(boolean oursDropped) {
    return switch (conflicts.verb()) {
      case MERGE ->
          oursDropped
              ? "column '%s' of '%s' is dropped in ours and changed in theirs"
              : "column '%s' of '%s' is dropped in theirs and changed in ours";
      case CHERRY_PICK ->
          oursDropped
              ? "column '%s' of '%s' is changed by the picked commit and is not on the branch"
              : "column '%s' of '%s' is dropped by the picked commit and is another on the branch";
      case REVERT ->
          oursDropped
              ? "column '%s' of '%s' was changed by the commit and dropped later"
              : "column '%s' of '%s' was added by the commit and changed later";
    };
  }

  private String droppedAndWritten(boolean oursDropped) {
    return switch (conflicts.verb()) {
      case MERGE ->
          oursDropped
              ? "column '%s' of '%s' is dropped in ours, and theirs changed its values in %s"
              : "column '%s' of '%s' is dropped in theirs, and ours changed its values in %s";
      case CHERRY_PICK ->
          oursDropped
              ? "column '%s' of '%s' is not on the branch, and the picked commit changed its values"
                  + " in %s"
              : "column '%s' of '%s' is dropped by the picked commit, and the branch has other"
                  + " values for it in %s";
      case REVERT ->
          oursDropped
              ? "column '%s' of '%s' was dropped after the commit, which changed its values in %s"
              : "column '%s' of '%s' was added by the commit, and its values were changed later in"
                  + " %s";
    };
  }
}
