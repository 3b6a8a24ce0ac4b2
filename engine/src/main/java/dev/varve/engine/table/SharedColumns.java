package dev.varve.engine.table;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.catalog.Repository;
import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.ContentId;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
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
 * definition: the column that holds it, name, type, whether there must be a value, and defaults. Of
 * a column that a branch dropped the id is taken by none any more; and never by a branch that has
 * ever used it, since its files may hold values.
 *
 * <p>Only where Varve chooses the ids. Those that an engine chose are noted but kept, for it may
 * write files with them before it looks at the table again.
 */
public final class SharedColumns {
  private static final String COUNTER = "column-1/";
  private static final int NO_PARENT = -1;
  private static final int STATES = 2;

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
    Map<Integer, Integer> ids = adopted(before, after.schema());
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
  private Map<Integer, Integer> adopted(TableMetadata before, Schema schema) {
    Map<Integer, Integer> parents = TypeUtil.indexParents(schema.asStruct());
    Map<Integer, Integer> ids = new HashMap<>();
    adopt(schema.columns(), before, FieldIds.columns(before.schemas()), parents, ids);
    return ids;
  }

  /** Parents before what they hold, whose definition has the parent's id. */
  private void adopt(
      List<NestedField> fields,
      TableMetadata before,
      Set<Integer> used,
      Map<Integer, Integer> parents,
      Map<Integer, Integer> ids) {
    for (NestedField field : fields) {
      if (!used.contains(field.fieldId())) {
        int parent = parents.getOrDefault(field.fieldId(), NO_PARENT);
        int known = known(field, ids.getOrDefault(parent, parent));
        // Later ids were handed out since the table was loaded: here they may be another column's.
        if (known != 0 && known <= before.lastColumnId() && !used.contains(known)) {
          ids.put(field.fieldId(), known);
        }
      }
      if (field.type().isNestedType()) {
        adopt(field.type().asNestedType().fields(), before, used, parents, ids);
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

  /** What a commit notes of columns that it adds under new ids, or drops, in the same write. */
  public Collection<CounterRaise> raises(
      ContentId table, TableMetadata base, TableMetadata updated) {
    if (base.currentSchemaId() == updated.currentSchemaId()) {
      return List.of();
    }
    Map<String, CounterRaise> raises = new LinkedHashMap<>();
    for (int id : FieldIds.columns(List.of(base.schema()))) {
      if (updated.schema().findField(id) == null) {
        String counter = counter(first(base, id), id);
        if (counters.applyAsLong(counter) == live(id)) {
          raises.put(counter, new CounterRaise(table, counter, live(id), retired(id)));
        }
      }
    }
    Set<Integer> used = FieldIds.columns(base.schemas());
    // In their order: of two columns alike the later one is there.
    for (int id : FieldIds.columns(updated.schemas())) {
      if (id > base.lastColumnId() && !used.contains(id)) {
        String counter = counter(first(updated, id), id);
        long kept = counters.applyAsLong(counter);
        if (known(kept) == 0 || used.contains(known(kept))) {
          raises.put(counter, new CounterRaise(table, counter, kept, live(id)));
        }
      }
    }
    return raises.values();
  }

  /** The schema in which a column was added, as far as the table knows. */
  private static Schema first(TableMetadata table, int id) {
    return table.schemas().stream()
        .filter(schema -> schema.findField(id) != null)
        .min(Comparator.comparingInt(Schema::schemaId))
        .orElseThrow();
  }

  private static long live(int id) {
    return (long) STATES * id;
  }

  private static long retired(int id) {
    return live(id) + 1;
  }

  /** The id that a mark stands for, 0 if there is none or it is retired. */
  private static int known(long mark) {
    return mark % STATES == 0 ? (int) (mark / STATES) : 0;
  }

  private int known(NestedField field, int parent) {
    return known(counters.applyAsLong(counter(field, parent)));
  }

  private static String counter(Schema schema, int id) {
    int parent = TypeUtil.indexParents(schema.asStruct()).getOrDefault(id, NO_PARENT);
    return counter(schema.findField(id), parent);
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
