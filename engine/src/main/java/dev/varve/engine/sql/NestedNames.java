package dev.varve.engine.sql;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.avro.AvroSchemaUtil;
import org.apache.iceberg.types.TypeUtil;

/**
 * What fields are called in files. DuckDB matches columns by field id but the fields within them by
 * name, so the names are taken from the files' footers where a nested field was added, renamed,
 * dropped or given a default since, or has a name that Iceberg's writers spell in another way.
 */
final class NestedNames {
  private NestedNames() {}

  /**
   * The names of all fields of each file; of no file if those in the schema will do.
   *
   * @param holding the files, asked for only if their names are needed
   * @throws VarveException if a file was written without field ids, as only imported files are
   */
  static Map<Path, FieldNames> of(
      DuckSession session, Table table, Schema schema, Supplier<Set<Path>> holding) {
    boolean imported = table.properties().containsKey(TableProperties.DEFAULT_NAME_MAPPING);
    boolean differ = isEvolved(table, schema) || isSpelledInAnotherWay(schema);
    Set<Path> files = imported || differ ? holding.get() : Set.of();
    if (files.isEmpty()) {
      return Map.of();
    }
    Map<Path, FieldNames> names = read(session, files);
    for (Path file : files) {
      if (!names.containsKey(file)) {
        throw new VarveException(
            ErrorCode.UNSUPPORTED,
            "cannot read '%s': its columns have no field ids".formatted(file),
            "rewrite the table's data files with the engine that imported them");
      }
    }
    return differ ? names : Map.of();
  }

  private static Map<Path, FieldNames> read(DuckSession session, Collection<Path> files) {
    String sql =
        ("SELECT file_name, field_id, name FROM parquet_schema(%s) WHERE field_id IS NOT NULL"
                + " ORDER BY column_id")
            .formatted(SqlText.list(files));
    return session.query(
        sql,
        rows -> {
          Map<Path, LinkedHashMap<Integer, String>> names = new HashMap<>();
          while (rows.next()) {
            names
                .computeIfAbsent(Path.of(rows.getString(1)), file -> new LinkedHashMap<>())
                .put(rows.getInt(2), rows.getString(3));
          }
          return names.entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, it -> FieldNames.of(it.getValue())));
        });
  }

  /**
   * Whether an older schema has nested fields that this one has not under the same name and id, or
   * lacks some that this one has, or has them in another order. A column that was dropped counts
   * too, for nothing but a look at the footers; and so does a schema that was removed, as Iceberg's
   * expiring of snapshots does: nobody knows what was in it.
   */
  private static boolean isEvolved(Table table, Schema schema) {
    Set<List<String>> now = nested(schema);
    Set<Integer> fields = TypeUtil.indexParents(schema.asStruct()).keySet();
    boolean defaults =
        TypeUtil.indexById(schema.asStruct()).values().stream()
            .anyMatch(
                f -> f.initialDefault() != null && schema.asStruct().field(f.fieldId()) == null);
    boolean removed = Collections.max(table.schemas().keySet()) >= table.schemas().size();
    return defaults
        || removed
        || table.schemas().values().stream()
            .anyMatch(
                older ->
                    !now.containsAll(nested(older))
                        || hasGrown(older, fields)
                        || areReordered(older, schema));
  }

  /** Whether a name is not of letters and digits of any script, as those in files are. */
  private static boolean isSpelledInAnotherWay(Schema schema) {
    return nested(schema).stream()
        .map(idAndName -> idAndName.get(1))
        .anyMatch(name -> !AvroSchemaUtil.makeCompatibleName(name).equals(name));
  }

  /**
   * Whether some column holds a field that is not in an older schema. DuckDB would have null for it
   * if it reads the column whole, but fails fatally, with all its sessions, if it reads such a
   * field alone.
   *
   * @param nested the fields now that lie in another
   */
  private static boolean hasGrown(Schema older, Set<Integer> nested) {
    return nested.stream().anyMatch(field -> older.findField(field) == null);
  }

  /** Whether fields that two schemas have come in another order. */
  private static boolean areReordered(Schema older, Schema now) {
    List<Integer> then = new ArrayList<>(FieldNames.of(older).order());
    List<Integer> since = new ArrayList<>(FieldNames.of(now).order());
    then.retainAll(Set.copyOf(since));
    since.retainAll(Set.copyOf(then));
    return !then.equals(since);
  }

  /** Id and name of each field that lies in another. */
  private static Set<List<String>> nested(Schema schema) {
    Map<Integer, Integer> parents = TypeUtil.indexParents(schema.asStruct());
    return TypeUtil.indexById(schema.asStruct()).values().stream()
        .filter(field -> parents.containsKey(field.fieldId()))
        .map(field -> List.of(Integer.toString(field.fieldId()), field.name()))
        .collect(Collectors.toSet());
  }
}
