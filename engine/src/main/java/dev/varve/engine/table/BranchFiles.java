package dev.varve.engine.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotParser;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Whether files that were written for a table on one branch make sense in its metadata on another.
 *
 * <p>Column ids mean the same everywhere; ids of schemas and partition specs count per branch.
 */
public final class BranchFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private BranchFiles() {}

  /** Whether each partition spec of {@code some} is one of {@code all} under the same id. */
  public static boolean haveSpecs(TableMetadata all, TableMetadata some) {
    Map<Integer, PartitionSpec> specs = all.specsById();
    return some.specs().stream().allMatch(spec -> spec.equals(specs.get(spec.specId())));
  }

  /** Whether columns that both have are of one type. */
  public static boolean haveSameTypes(Schema one, Schema other) {
    Map<Integer, NestedField> fields = TypeUtil.indexById(one.asStruct());
    return TypeUtil.indexById(other.asStruct()).values().stream()
        .allMatch(field -> isSame(field, fields.getOrDefault(field.fieldId(), field)));
  }

  /** Whether {@code schema} has every column of {@code written}, of the same type. */
  public static boolean hasColumns(Schema schema, Schema written) {
    return TypeUtil.indexById(schema.asStruct())
            .keySet()
            .containsAll(TypeUtil.indexById(written.asStruct()).keySet())
        && haveSameTypes(schema, written);
  }

  private static boolean isSame(NestedField one, NestedField other) {
    Type type = one.type();
    return type.isPrimitiveType()
        ? type.equals(other.type())
        : type.typeId() == other.type().typeId();
  }

  /** The snapshot as made with another schema, or with none that is known. */
  public static Snapshot withSchema(Snapshot snapshot, Optional<Integer> schemaId) {
    ObjectNode node = toNode(snapshot);
    node.remove("schema-id");
    schemaId.ifPresent(id -> node.put("schema-id", id));
    return SnapshotParser.fromJson(node.toString());
  }

  /** The snapshot with more in its summary, if it has one; what it has of a name is replaced. */
  static Snapshot withSummary(Snapshot snapshot, Map<String, String> more) {
    ObjectNode node = toNode(snapshot);
    if (node.get("summary") instanceof ObjectNode summary) {
      more.forEach(summary::put);
    }
    return SnapshotParser.fromJson(node.toString());
  }

  /** Iceberg's JSON of the snapshot as a tree to edit. */
  static ObjectNode toNode(Snapshot snapshot) {
    try {
      return (ObjectNode) JSON.readTree(SnapshotParser.toJson(snapshot, false));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Iceberg wrote a snapshot that is no JSON", e);
    }
  }
}
