package dev.varve.engine.sql;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.TypeUtil;

/** The names that lead to a field of a schema. A name may hold dots, so none is to be split. */
public final class FieldPath {
  private FieldPath() {}

  /** The names from the top-level column to the field, of which there is one at least. */
  public static List<String> names(Schema schema, int field) {
    Map<Integer, Integer> parents = TypeUtil.indexParents(schema.asStruct());
    Deque<String> names = new ArrayDeque<>();
    for (Integer at = field; at != null; at = parents.get(at)) {
      names.addFirst(schema.findField(at).name());
    }
    return List.copyOf(names);
  }

  /** A field that is in no list or map as SQL, such as {@code "at"."x"}. */
  public static String sql(Schema schema, int field) {
    return names(schema, field).stream().map(SqlText::name).collect(Collectors.joining("."));
  }

  /** As {@link #sql}, under the field's full name. */
  public static String named(Schema schema, int field) {
    return sql(schema, field) + " AS " + SqlText.name(schema.findColumnName(field));
  }
}
