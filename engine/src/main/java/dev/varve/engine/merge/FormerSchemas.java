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

  /** How a column that both sides added began, if it began alike but for its documentation. */
  Optional<Column> begun(int id) {
    Optional<Column> ours = first(sides.ours(), id);
    Optional<Column> theirs = first(sides.theirs(), id);
    if (ours.equals(theirs)) {
      return ours;
    }
    Optional<Column> plain = ours.map(Column::undocumented);
    return plain.equals(theirs.map(Column::undocumented)) ? plain : Optional.empty();
  }

  private static Optional<Column> first(List<Schema> schemas, int id) {
    return schemas.stream()
        .filter(schema -> schema.findField(id) != null)
        .min(Comparator.comparingInt(Schema::schemaId))
        .flatMap(schema -> Columns.of(schema).find(id));
  }

  /** Whether a side, ours or theirs, has ever had a column. */
  boolean had(Winner side, int id) {
    return sides.of(side).stream().anyMatch(schema -> schema.findField(id) != null);
  }
}
