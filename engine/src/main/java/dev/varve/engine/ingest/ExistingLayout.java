package dev.varve.engine.ingest;

import dev.varve.engine.change.TableKey;
import dev.varve.engine.layout.PartitionText;
import dev.varve.engine.layout.SortText;
import dev.varve.engine.table.LoadedTable;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;

/** Refuses a layout that is asked of a table which exists with another. */
final class ExistingLayout {
  private ExistingLayout() {}

  static void check(LoadedTable table, IngestRequest request) {
    TableMetadata metadata = table.metadata();
    Schema schema = metadata.schema();
    IngestRequest.NewTable wanted = request.layout();
    check(
        request,
        "partitioning",
        "--partition-by",
        PartitionText.print(metadata.spec()),
        PartitionText.print(PartitionText.parse(schema, wanted.partitionBy())));
    check(
        request,
        "sort order",
        "--sort-by",
        SortText.print(metadata.sortOrder()),
        SortText.print(SortText.parse(schema, wanted.sortBy())));
    List<String> key = TableKey.of(schema).map(TableKey::names).orElse(List.of());
    boolean ownKey = !key.isEmpty() || request.mode() != IngestMode.UPSERT;
    if (ownKey) {
      List<String> named = TableKey.named(schema, wanted.key()).names();
      check(
          request,
          "key",
          "--key",
          key.stream().sorted().toList(),
          named.stream().sorted().toList());
    }
  }

  private static void check(
      IngestRequest request, String what, String option, List<String> has, List<String> wanted) {
    if (!wanted.isEmpty() && !wanted.equals(has)) {
      throw IngestErrors.otherLayout(request.table(), what, option, has, wanted);
    }
  }
}
