package dev.varve.engine.sql;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.storage.LocalCopies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Equality deletes: rows whose values in some columns, null included, equal those of a row of a
 * delete file. The columns may have been dropped from the table since.
 */
final class EqualityDeletes {
  private final Table table;
  private final FileGroup data;
  private final LocalCopies copies;
  private final Map<Path, FieldNames> names;

  /**
   * @param names what fields are called in files, as {@link NestedNames} tells it
   */
  EqualityDeletes(Table table, FileGroup data, LocalCopies copies, Map<Path, FieldNames> names) {
    this.table = table;
    this.data = data;
    this.copies = copies;
    this.names = names;
  }

  /** What the deletes of one join have in common. */
  private record Columns(SortedSet<Integer> ids, FieldNames names) {}

  /** The joins that drop the rows that the delete files name, one for each set of columns. */
  List<String> antiJoins(List<DeleteFile> deletes) {
    Map<Columns, List<Path>> byColumns = new LinkedHashMap<>();
    for (DeleteFile delete : deletes) {
      if (delete.content() == FileContent.EQUALITY_DELETES) {
        Path path = copies.path(DeleteFiles.parquet(delete));
        SortedSet<Integer> ids = new TreeSet<>(delete.equalityFieldIds());
        Columns columns = new Columns(ids, names.getOrDefault(path, FieldNames.NONE));
        byColumns.computeIfAbsent(columns, key -> new ArrayList<>()).add(path);
      }
    }
    List<String> joins = new ArrayList<>();
    byColumns.forEach(
        (columns, paths) -> joins.add(antiJoin("gone" + joins.size(), columns, paths)));
    return joins;
  }

  private String antiJoin(String alias, Columns by, List<Path> paths) {
    List<NestedField> columns = columns(by.ids()).stream().map(NestedFields::calledById).toList();
    NestedFields fields = new NestedFields(table, by.names());
    List<String> conditions = new ArrayList<>();
    for (NestedField column : columns) {
      String deleted = fields.toSchema(column, alias + "." + FileGroup.inner(column));
      String value = data.column(column);
      for (String part : parts(column, by.ids())) {
        conditions.add("((%s)%s) IS NOT DISTINCT FROM ((%s)%2$s)".formatted(deleted, part, value));
      }
    }
    List<NestedField> held = columns.stream().map(fields::inFile).toList();
    return " ANTI JOIN %s AS %s ON %s"
        .formatted(FileGroup.readParquet(paths, held), alias, String.join(" AND ", conditions));
  }

  /** The top-level columns, narrowed to the fields that are compared. */
  private List<NestedField> columns(Set<Integer> ids) {
    Map<Integer, NestedField> columns = new TreeMap<>();
    for (int id : ids) {
      NestedField top = TypeUtil.select(schemaWith(id), Set.of(id)).columns().get(0);
      columns.merge(top.fieldId(), top, NestedFields::both);
    }
    return List.copyOf(columns.values());
  }

  /** The current schema if it has the field, else an older one that had it. */
  private Schema schemaWith(int id) {
    if (table.schema().findField(id) != null) {
      return table.schema();
    }
    return table.schemas().values().stream()
        .filter(schema -> schema.findField(id) != null)
        .max((a, b) -> Integer.compare(a.schemaId(), b.schemaId()))
        .orElseThrow(
            () ->
                new VarveException(
                    ErrorCode.OBJECT_CORRUPT,
                    "table '%s' has equality deletes by field %d, which no schema of it has"
                        .formatted(table.name(), id)));
  }

  /**
   * What is compared of a column, as SQL behind it: each of the fields, and whether a struct that
   * holds one is null, which is no struct of nulls.
   */
  private static List<String> parts(NestedField column, Set<Integer> ids) {
    if (ids.contains(column.fieldId())) {
      return List.of("");
    }
    List<String> parts = new ArrayList<>(List.of(" IS NULL"));
    for (NestedField field : column.type().asStructType().fields()) {
      parts(field, ids).forEach(rest -> parts.add("." + SqlText.name(field.name()) + rest));
    }
    return parts;
  }
}
