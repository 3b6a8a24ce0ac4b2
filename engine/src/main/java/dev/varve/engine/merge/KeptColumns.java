package dev.varve.engine.merge;

import dev.varve.engine.diff.Columns;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;

/**
 * The columns of base that one side dropped and that the merged table has all the same, because
 * somebody said so.
 *
 * @param merged the merged schema
 * @param ofOurs the field ids of those that ours dropped, without what they hold
 * @param ofTheirs the same of theirs
 */
record KeptColumns(Schema merged, Set<Integer> ofOurs, Set<Integer> ofTheirs) {
  /**
   * Merges the schemas to find out.
   *
   * @param writes is asked of columns that one side dropped
   * @param conflicts takes what is in the way of that; no column is kept then
   */
  static KeptColumns of(ThreeWay<TableMetadata> sides, ColumnWrites writes, Conflicts conflicts) {
    ThreeWay<Schema> schemas = sides.map(TableMetadata::schema);
    Schema base = schemas.base().orElseThrow();
    Schema merged = schemas.ours();
    if (anyDropped(base, schemas.ours()) || anyDropped(base, schemas.theirs())) {
      merged = SchemaMerge.merge(sides, writes, conflicts);
    }
    return conflicts.isEmpty()
        ? new KeptColumns(
            merged, kept(base, schemas.ours(), merged), kept(base, schemas.theirs(), merged))
        : new KeptColumns(merged, Set.of(), Set.of());
  }

  private static boolean anyDropped(Schema base, Schema side) {
    return !Columns.of(side).ids().containsAll(Columns.of(base).ids());
  }

  private static Set<Integer> kept(Schema base, Schema side, Schema merged) {
    Columns has = Columns.of(side);
    Columns had = Columns.of(base);
    Columns is = Columns.of(merged);
    Set<Integer> kept = new TreeSet<>();
    for (int id : had.ids()) {
      int parent = had.find(id).orElseThrow().parent();
      if (is.contains(id) && !has.contains(id) && (!had.contains(parent) || has.contains(parent))) {
        kept.add(id);
      }
    }
    return kept;
  }

  boolean isEmpty() {
    return ofOurs.isEmpty() && ofTheirs.isEmpty();
  }
}
