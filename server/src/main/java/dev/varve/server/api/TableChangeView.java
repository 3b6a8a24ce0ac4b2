package dev.varve.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.engine.diff.ColumnSummary;
import dev.varve.engine.diff.TableDiff;
import dev.varve.engine.diff.ViewDiff;
import dev.varve.engine.table.TableName;
import dev.varve.server.http.Doc;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How a table or view differs between two states, as it is answered. */
@Doc("How one table or view differs between two states.")
record TableChangeView(
    @Doc("Its name after, or before if it is gone.") String table,
    @Doc("'added', 'removed', 'changed' or 'renamed'.") String kind,
    @Doc("Its name before, if that was another.") Optional<String> from,
    @Doc("'table' or 'view'.") String type,
    @Doc("Changes of its columns, one sentence each.") List<String> schema,
    @Doc(
            "Changes of partitioning, sort order, key and format, of a view's text, and of"
                + " properties, by name.")
        Map<String, ValuesView> values,
    long filesAdded,
    long filesRemoved,
    @Doc("Rows in added files.") long rowsAdded,
    @Doc("Rows in removed files.") long rowsRemoved,
    @Doc("Delete files added; they take rows away.") long deleteFilesAdded,
    long deleteFilesRemoved,
    @Doc("The rows themselves, where they were asked for.") Optional<RowsView> rows) {

  /** A named value before and after. */
  record ValuesView(Optional<String> before, Optional<String> after) {}

  /** A column of rows. */
  record ColumnView(String name, String type) {}

  /** Rows that differ. */
  @Doc("Rows by which a table differs.")
  record RowsView(
      @Doc("How many rows are new in all.") long added,
      long removed,
      long changed,
      @Doc("Data files read to find out; files that did not change are not.") long filesRead,
      List<ColumnView> columns,
      @Doc("What changed in changed rows, by column; columns that did not are left out.")
          List<ColumnSummaryView> summary,
      List<RowView> items,
      @Doc("Whether there are more; go on with 'rowOffset'.") boolean truncated) {}

  /** What happened to a column. */
  @Doc("What happened to one column in the rows that changed.")
  record ColumnSummaryView(
      String column,
      @Doc("In how many rows its value changed.") long changed,
      @Doc("In how many of them it became null.") long toNull,
      @Doc("In how many of them it was null.") long fromNull) {
    static ColumnSummaryView of(ColumnSummary summary) {
      return new ColumnSummaryView(
          summary.column(), summary.changed(), summary.toNull(), summary.fromNull());
    }
  }

  /** One row that differs. */
  @Doc("One row; its values are in the order of the columns.")
  record RowView(
      @Doc("'added', 'removed' or 'changed'.") String kind,
      List<JsonNode> before,
      List<JsonNode> after) {}

  static TableChangeView of(ViewDiff diff) {
    Map<String, ValuesView> values = new TreeMap<>();
    diff.values().forEach((name, it) -> values.put(name, new ValuesView(it.before(), it.after())));
    return new TableChangeView(
        diff.view().toString(),
        diff.kind().name().toLowerCase(Locale.ROOT),
        diff.renamedFrom().map(TableName::toString),
        "view",
        List.of(),
        values,
        0,
        0,
        0,
        0,
        0,
        0,
        Optional.empty());
  }

  static TableChangeView of(TableDiff diff, Optional<RowsView> rows) {
    Map<String, ValuesView> values = new TreeMap<>();
    diff.layout().forEach((name, it) -> values.put(name, new ValuesView(it.before(), it.after())));
    diff.properties()
        .forEach(
            (name, it) ->
                values.put("properties." + name, new ValuesView(it.before(), it.after())));
    return new TableChangeView(
        diff.table().toString(),
        diff.kind().name().toLowerCase(Locale.ROOT),
        diff.renamedFrom().map(TableName::toString),
        "table",
        diff.schema().stream().map(SchemaSentences::of).toList(),
        values,
        diff.added().files(),
        diff.removed().files(),
        diff.added().rows(),
        diff.removed().rows(),
        diff.addedDeletes().files(),
        diff.removedDeletes().files(),
        rows);
  }
}
