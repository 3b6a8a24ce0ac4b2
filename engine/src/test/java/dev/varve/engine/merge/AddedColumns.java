package dev.varve.engine.merge;

import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.tree.ContentId;
import dev.varve.engine.table.SharedColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Type;

/** The columns that the branches of one table added, with their ids as a repository keeps them. */
final class AddedColumns {
  private static final ContentId TABLE = new ContentId(new UUID(0, 1));

  private final Map<String, Long> marks = new HashMap<>();
  private final SharedColumns shared = new SharedColumns(it -> marks.getOrDefault(it, 0L));
  private final List<Added> columns = new ArrayList<>();

  /** What is added: with a value, as the default of all rows. */
  record Added(
      Optional<String> parent,
      String name,
      Type type,
      Optional<Literal<?>> value,
      boolean required) {
    private void to(UpdateSchema update) {
      String within = parent.orElse(null);
      if (required) {
        update.addRequiredColumn(within, name, type, value.orElseThrow());
      } else if (value.isPresent()) {
        update.addColumn(within, name, type, value.get());
      } else {
        update.addColumn(within, name, type);
      }
    }
  }

  /** A column that was added before, on whatever branch. */
  Optional<Added> any(Random random) {
    return columns.isEmpty()
        ? Optional.empty()
        : Optional.of(columns.get(random.nextInt(columns.size())));
  }

  /**
   * Adds a column.
   *
   * @param shares whether it may have the id that another branch added it under: an engine's has
   *     not
   */
  void add(Table table, Added column, boolean shares) {
    TableOperations operations = ((HasTableOperations) table).operations();
    TableMetadata before = operations.current();
    UpdateSchema update = table.updateSchema();
    column.to(update);
    update.commit();
    TableMetadata after = operations.current();
    TableMetadata added = shares ? shared.adopt(before, after) : after;
    operations.commit(after, added);
    note(before, added);
    columns.add(column);
  }

  void drop(Table table, String column) {
    TableOperations operations = ((HasTableOperations) table).operations();
    TableMetadata before = operations.current();
    table.updateSchema().deleteColumn(column).commit();
    note(before, operations.current());
  }

  private void note(TableMetadata before, TableMetadata after) {
    for (CounterRaise raise : shared.raises(TABLE, before, after)) {
      marks.put(raise.name(), raise.next());
    }
  }
}
