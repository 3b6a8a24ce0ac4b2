package dev.varve.engine.diff;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/** The columns of a schema by field id, nested ones included, each with its place. Immutable. */
public final class Columns {
  private final Schema schema;
  private final Map<Integer, Column> byId = new LinkedHashMap<>();
  private final Map<Integer, List<Integer>> children = new LinkedHashMap<>();

  private Columns(Schema schema) {
    this.schema = schema;
    add(schema.columns(), Column.ROOT);
  }

  public static Columns of(Schema schema) {
    return new Columns(schema);
  }

  private void add(List<NestedField> fields, int parent) {
    List<Integer> ids = new ArrayList<>();
    for (NestedField field : fields) {
      ids.add(field.fieldId());
      byId.put(field.fieldId(), Column.of(field, parent));
      if (field.type().isNestedType()) {
        add(field.type().asNestedType().fields(), field.fieldId());
      }
    }
    children.put(parent, Collections.unmodifiableList(ids));
  }

  /** All field ids, parents before what they hold. */
  public Set<Integer> ids() {
    return Collections.unmodifiableSet(byId.keySet());
  }

  public Optional<Column> find(int id) {
    return Optional.ofNullable(byId.get(id));
  }

  public boolean contains(int id) {
    return byId.containsKey(id);
  }

  /** The ids of what a column holds, in order; empty for a primitive or an unknown column. */
  public List<Integer> children(int id) {
    return children.getOrDefault(id, List.of());
  }

  /** The full name of a column that is present. */
  public String path(int id) {
    return schema.findColumnName(id);
  }

  /** The whole type of a column that is present, with what it holds, as text. */
  public String type(int id) {
    return schema.findType(id).toString();
  }
}
