package dev.varve.engine.merge;

import dev.varve.engine.diff.Column;
import dev.varve.engine.diff.Columns;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;

/** The schemas that each side ever had, with today's: in them files may have been written. */
record FormerSchemas(ThreeWay<List<Schema>> sides) {
  static FormerSchemas of(ThreeWay<TableMetadata> sides) {
    return new FormerSchemas(sides.map(TableMetadata::schemas));
  }

  /** Those of ours and theirs. */
  Stream<Schema> ofBoth() {
    return Stream.concat(sides.ours().stream(), sides.theirs().stream());
  }

  /** How a column that both sides added began, if it began alike. */
  Optional<Column> begun(int id) {
    Optional<Column> ours = first(sides.ours(), id);
    return ours.equals(first(sides.theirs(), id)) ? ours : Optional.empty();
  }

  private static Optional<Column> first(List<Schema> schemas, int id) {
    return schemas.stream()
        .filter(schema -> schema.findField(id) != null)
        .min(Comparator.comparingInt(Schema::schemaId))
        .flatMap(schema -> Columns.of(schema).find(id));
  }

  /** Whether a side, ours or theirs, once had a column that base never had. */
  boolean added(Winner side, int id) {
    return has(sides.of(side), id) && !has(sides.of(Winner.BASE), id);
  }

  private static boolean has(List<Schema> schemas, int id) {
    return schemas.stream().anyMatch(schema -> schema.findField(id) != null);
  }
}
