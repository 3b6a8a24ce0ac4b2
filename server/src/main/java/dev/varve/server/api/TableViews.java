package dev.varve.server.api;

import dev.varve.engine.layout.PartitionText;
import dev.varve.engine.layout.SortText;
import dev.varve.engine.layout.TypeText;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.SnapshotNumbers;
import dev.varve.server.http.Doc;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.TableMetadata;

/** Tables as they are answered. */
final class TableViews {
  private TableViews() {}

  /** A table in a list. */
  @Doc("A table in a list.")
  record Summary(
      String name,
      @Doc("'table'.") String type,
      @Doc("Rows, if every writer has counted them.") Optional<Long> rows,
      Optional<Long> files,
      Optional<Long> bytes) {
    static Summary of(LoadedTable table) {
      Optional<Snapshot> snapshot = Optional.ofNullable(table.metadata().currentSnapshot());
      return new Summary(
          table.name().toString(),
          "table",
          total(snapshot, SnapshotSummary.TOTAL_RECORDS_PROP),
          total(snapshot, SnapshotSummary.TOTAL_DATA_FILES_PROP),
          total(snapshot, SnapshotSummary.TOTAL_FILE_SIZE_PROP));
    }
  }

  /** All that is known of a table without reading it. */
  @Doc("A table as it stands at a commit.")
  record Details(
      String name,
      @Doc("Stays the same across renames and branches.") String id,
      @Doc("The commit that was read.") String commit,
      SchemaView schema,
      @Doc("One transform per partition field, such as 'month(date)'.") List<String> partitionBy,
      List<String> sortBy,
      @Doc("The columns whose values tell rows apart; none if empty.") List<String> key,
      Map<String, String> properties,
      Optional<Long> rows,
      Optional<Long> files,
      Optional<Long> bytes,
      Optional<Long> snapshotId,
      int formatVersion,
      String location,
      String metadataLocation) {
    static Details of(LoadedTable table) {
      TableMetadata metadata = table.metadata();
      Summary counts = Summary.of(table);
      return new Details(
          counts.name(),
          table.content().id().toString(),
          table.commitId().hex(),
          SchemaView.of(metadata.schema()),
          PartitionText.print(metadata.spec()),
          SortText.print(metadata.sortOrder()),
          metadata.schema().identifierFieldNames().stream().sorted().toList(),
          new TreeMap<>(metadata.properties()),
          counts.rows(),
          counts.files(),
          counts.bytes(),
          Optional.ofNullable(metadata.currentSnapshot()).map(Snapshot::snapshotId),
          metadata.formatVersion(),
          metadata.location(),
          metadata.metadataFileLocation());
    }
  }

  /** The columns of a table. */
  @Doc("The columns of a table.")
  record SchemaView(List<FieldView> fields) {
    static SchemaView of(Schema schema) {
      return new SchemaView(
          schema.columns().stream()
              .map(
                  field ->
                      new FieldView(
                          field.fieldId(),
                          field.name(),
                          TypeText.print(field.type()),
                          field.isRequired(),
                          Optional.ofNullable(field.doc())))
              .toList());
    }
  }

  /** A column. */
  @Doc("A column of a table.")
  record FieldView(
      @Doc("The field id, which stays the same when the column is renamed.") int id,
      String name,
      @Doc("Its type, as SQL writes it.") String type,
      boolean required,
      Optional<String> doc) {}

  private static Optional<Long> total(Optional<Snapshot> snapshot, String property) {
    if (snapshot.isEmpty()) {
      return Optional.of(0L);
    }
    OptionalLong found = SnapshotNumbers.find(snapshot.get(), property);
    return found.isPresent() ? Optional.of(found.getAsLong()) : Optional.empty();
  }
}
