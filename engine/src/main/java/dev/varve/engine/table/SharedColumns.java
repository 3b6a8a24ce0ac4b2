package dev.varve.engine.table;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.catalog.Repository;
import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.ContentId;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SingleValueParser;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.mapping.MappedField;
import org.apache.iceberg.mapping.MappedFields;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Lets a column that several branches of a table add alike be one column: it gets one field id.
 *
 * <p>The repository keeps, per table id, which field id a column was added under, by its
 * definition: the column that holds it, name, type, whether there must be a value, and defaults. An
 * id that a branch has ever used is not taken again there, since its files may hold values of a
 * column that was dropped.
 *
 * <p>Only where Varve chooses the ids. Those that an engine chose are noted but kept, for it may
 * write files with them before it looks at the table again.
 */
public final class SharedColumns {
  private static final String COUNTER = "column-1/";
  private static final int NO_PARENT = -1;

  private final ToLongFunction<String> counters;

  /**
   * @param counters the marks of one table by name, 0 if never raised
   */
  public SharedColumns(ToLongFunction<String> counters) {
    this.counters = counters;
  }

  /** The columns of one table, on all branches. */
  public static SharedColumns of(Repository repository, ContentId table) {
    return new SharedColumns(counter -> repository.counter(table, counter));
  }

  /**
   * The metadata after columns were added, with the ids that other branches added them under. Reads
   * one mark for each field that is new.
   *
   * @param after differs from {@code before} by new columns only
   */
  public TableMetadata adopt(TableMetadata before, TableMetadata after) {
    Map<Integer, Integer> ids = adopted(FieldIds.columns(before.schemas()), after.schema());
    if (ids.isEmpty()) {
      return after;
    }
    Type struct = TypeUtil.assignIds(after.schema().asStruct(), id -> ids.getOrDefault(id, id));
    Schema schema = new Schema(struct.asStructType().fields(), after.schema().identifierFieldIds());
    int last = Math.max(before.lastColumnId(), schema.highestFieldId());
    return TableMetadata.buildFrom(before)
        .setCurrentSchema(schema, last)
        .setProperties(nameMapping(after.properties(), ids))
        .build();
  }

  /** The ids to change: of new fields that another branch has, and this one never had. */
  private Map<Integer, Integer> adopted(Set<Integer> used, Schema schema) {
    Map<Integer, Integer> parents = TypeUtil.indexParents(schema.asStruct());
    Map<Integer, Integer> ids = new HashMap<>();
    adopt(schema.columns(), used, parents, ids);
    return ids;
  }

  /** Parents before what they hold, whose definition has the parent's id. */
  private void adopt(
      List<NestedField> fields,
      Set<Integer> used,
      Map<Integer, Integer> parents,
      Map<Integer, Integer> ids) {
    for (NestedField field : fields) {
      if (!used.contains(field.fieldId())) {
        int parent = parents.getOrDefault(field.fieldId(), NO_PARENT);
        int known = known(field, ids.getOrDefault(parent, parent));
        if (known != 0 && !used.contains(known)) {
          ids.put(field.fieldId(), known);
        }
      }
      if (field.type().isNestedType()) {
        adopt(field.type().asNestedType().fields(), used, parents, ids);
      }
    }
  }

  /** A name mapping of the table tells the ids of its columns too. */
  private static Map<String, String> nameMapping(
      Map<String, String> properties, Map<Integer, Integer> ids) {
    String json = properties.get(TableProperties.DEFAULT_NAME_MAPPING);
    return json == null
        ? Map.of()
        : Map.of(
            TableProperties.DEFAULT_NAME_MAPPING,
            NameMappingParser.toJson(
                NameMapping.of(
                    renumbered(NameMappingParser.fromJson(json).asMappedFields(), ids))));
  }

  private static MappedFields renumbered(MappedFields fields, Map<Integer, Integer> ids) {
    return fields == null
        ? null
        : MappedFields.of(
            fields.fields().stream()
                .map(
                    it ->
                        MappedField.of(
                            ids.getOrDefault(it.id(), it.id()),
                            it.names(),
                            renumbered(it.nestedMapping(), ids)))
                .toList());
  }

  /** Whether a column has the id that another branch added it under. */
  boolean isShared(Schema schema, int id) {
    int parent = TypeUtil.indexParents(schema.asStruct()).getOrDefault(id, NO_PARENT);
    return known(schema.findField(id), parent) == id;
  }

  /** What a commit notes of the columns that it adds under new ids, in the same write. */
  public Collection<CounterRaise> raises(
      ContentId table, TableMetadata base, TableMetadata updated) {
    Map<String, CounterRaise> raises = new LinkedHashMap<>();
    Set<Integer> used = FieldIds.columns(base.schemas());
    for (Schema schema : updated.schemas()) {
      if (base.schemasById().containsKey(schema.schemaId())) {
        continue;
      }
      Map<Integer, Integer> parents = TypeUtil.indexParents(schema.asStruct());
      for (NestedField field : TypeUtil.indexById(schema.asStruct()).values()) {
        int id = field.fieldId();
        if (used.add(id) && id > base.lastColumnId()) {
          String counter = counter(field, parents.getOrDefault(id, NO_PARENT));
          long kept = counters.applyAsLong(counter);
          if (kept == 0 || used.contains((int) kept)) {
            raises.put(counter, new CounterRaise(table, counter, kept, id));
          }
        }
      }
    }
    return raises.values();
  }

  private int known(NestedField field, int parent) {
    return (int) counters.applyAsLong(counter(field, parent));
  }

  private static String counter(NestedField field, int parent) {
    byte[] definition = definition(field, parent).toString().getBytes(StandardCharsets.UTF_8);
    return COUNTER + ObjectId.of(definition).hex();
  }

  private static ObjectNode definition(NestedField field, int parent) {
    Type type = field.type();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("parent", parent);
    node.put("name", field.name());
    node.put("type", type.isNestedType() ? type.typeId().name() : type.toString());
    node.put("required", field.isRequired());
    node.put("initial", text(type, field.initialDefault()));
    node.put("default", text(type, field.writeDefault()));
    return node;
  }

  private static String text(Type type, Object value) {
    return value == null ? null : SingleValueParser.toJson(type, value);
  }
}
