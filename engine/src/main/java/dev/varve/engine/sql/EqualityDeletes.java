package dev.varve.engine.sql;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.storage.LocalCopies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  EqualityDeletes(Table table, FileGroup data, LocalCopies copies) {
    this.table = table;
    this.data = data;
    this.copies = copies;
  }

  /** The joins that drop the rows that the delete files name, one for each set of columns. */
  List<String> antiJoins(List<DeleteFile> deletes) {
    Map<String, List<DeleteFile>> byColumns = new TreeMap<>();
    for (DeleteFile delete : deletes) {
      if (delete.content() == FileContent.EQUALITY_DELETES) {
        String ids = new TreeSet<>(delete.equalityFieldIds()).toString();
        byColumns.computeIfAbsent(ids, key -> new ArrayList<>()).add(delete);
      }
    }
    List<String> joins = new ArrayList<>();
    for (List<DeleteFile> same : byColumns.values()) {
      joins.add(antiJoin("gone" + joins.size(), same));
    }
    return joins;
  }

  private String antiJoin(String alias, List<DeleteFile> deletes) {
    List<Path> paths = deletes.stream().map(DeleteFiles::parquet).map(copies::path).toList();
    Set<Integer> ids = new TreeSet<>(deletes.get(0).equalityFieldIds());
    List<NestedField> columns = columns(ids);
    List<String> conditions = new ArrayList<>();
    for (NestedField column : columns) {
      for (String path : leaves(column, ids)) {
        NestedField whole = topLevel(column.fieldId());
        conditions.add(
            "%s.%s%s IS NOT DISTINCT FROM %s%s"
                .formatted(alias, FileGroup.inner(column), path, data.column(whole), path));
      }
    }
    return " ANTI JOIN %s AS %s ON %s"
        .formatted(FileGroup.readParquet(paths, columns), alias, String.join(" AND ", conditions));
  }

  /** The top-level columns, narrowed to the fields that are compared. */
  private List<NestedField> columns(Set<Integer> ids) {
    Map<Integer, NestedField> columns = new TreeMap<>();
    for (int id : ids) {
      Schema schema = schemaWith(id);
      NestedField top = TypeUtil.select(schema, Set.of(id)).columns().get(0);
      columns.putIfAbsent(top.fieldId(), top);
    }
    for (NestedField top : List.copyOf(columns.values())) {
      Schema schema = schemaWith(top.fieldId());
      columns.put(top.fieldId(), TypeUtil.select(schema, ids).findField(top.fieldId()));
    }
    return List.copyOf(columns.values());
  }

  private NestedField topLevel(int id) {
    return schemaWith(id).asStruct().field(id);
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

  /** The paths, as SQL, from a column to each compared field in it; empty for the column itself. */
  private static List<String> leaves(NestedField column, Set<Integer> ids) {
    if (ids.contains(column.fieldId())) {
      return List.of("");
    }
    List<String> paths = new ArrayList<>();
    for (NestedField field : column.type().asStructType().fields()) {
      leaves(field, ids).forEach(rest -> paths.add("." + SqlText.name(field.name()) + rest));
    }
    return paths;
  }
}
