package dev.varve.engine.diff;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.TestTable;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import java.util.Optional;
import org.apache.iceberg.TableMetadata;

/** Compares the rows of states of a table that are in no catalog. */
public final class RowComparisons {
  private RowComparisons() {}

  /** All rows by which two states differ, if they are not more than a page takes. */
  public static RowDiff between(Duck duck, TableMetadata before, TableMetadata after) {
    return new RowComparison(Optional.of(loaded(before)), Optional.of(loaded(after)))
        .run(duck, RowPage.first(RowPage.MAX_LIMIT), RowPage.MAX_LIMIT);
  }

  private static LoadedTable loaded(TableMetadata state) {
    ObjectId none = ObjectId.of(new byte[0]);
    Content content = new Content(ContentType.ICEBERG_TABLE, ContentId.random(), none);
    return new LoadedTable(
        new TableName(Key.of("n", "t")), content, none, state, TestTable.of(state).io());
  }
}
