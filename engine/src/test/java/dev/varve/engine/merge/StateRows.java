package dev.varve.engine.merge;

import dev.varve.engine.sql.TestTable;
import java.util.IdentityHashMap;
import java.util.List;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.data.Record;

/** The rows of states of a table as Iceberg's own reader reads them, once each. */
final class StateRows {
  private final IdentityHashMap<TableMetadata, List<Record>> read = new IdentityHashMap<>();

  /** The rows of a state, with the location of each row's file in {@code _file}. */
  List<Record> of(TableMetadata state) {
    return read.computeIfAbsent(state, it -> TestTable.of(it).rowsWithFile());
  }
}
