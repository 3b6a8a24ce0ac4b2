package dev.varve.engine.write;

import dev.varve.engine.sql.SqlText;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.TypeUtil;

/** A field of a schema, at any depth of structs, as an expression over the table's columns. */
final class ColumnPath {
  private ColumnPath() {}

  static String sql(Schema schema, int fieldId) {
    Map<Integer, Integer> parents = TypeUtil.indexParents(schema.asStruct());
    Deque<String> names = new ArrayDeque<>();
    for (Integer id = fieldId; id != null; id = parents.get(id)) {
      names.push(schema.findField(id).name());
    }
    String sql = SqlText.name(names.pop());
    for (String name : names) {
      sql = "struct_extract(" + sql + ", " + SqlText.literal(name) + ")";
    }
    return sql;
  }
}
