package dev.varve.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.engine.sql.ComparedSql;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.FieldPath;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.sql.TestTable;
import dev.varve.engine.table.CallingThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Accessor;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.InclusiveMetricsEvaluator;
import org.apache.iceberg.expressions.Projections;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;
import org.apache.iceberg.util.DateTimeUtil;

/**
 * Whether the rows of a table are found by what they hold: no file is passed over for its partition
 * that holds a row which a query asks for, nor one that the merge wrote for its bounds; and a field
 * that is read alone is the one that it is in whole rows.
 */
final class FoundRows {
  private final Table table;
  private final Schema schema;
  private final List<NestedField> fields = new ArrayList<>();

  private FoundRows(TableMetadata state) {
    this.table = TestTable.of(state).table();
    this.schema = state.schema();
    add(schema.asStruct());
  }

  /** Columns of values, and such fields of structs. */
  private void add(StructType struct) {
    for (NestedField field : struct.fields()) {
      if (field.type().isStructType()) {
        add(field.type().asStructType());
      } else if (field.type().isPrimitiveType()) {
        fields.add(field);
      }
    }
  }

  /**
   * Checks a state.
   *
   * @param rows its rows, with the locations of their files
   * @param from what it was merged from, whose files Iceberg's writers wrote
   */
  static void check(Duck duck, TableMetadata state, List<Record> rows, Set<String> from) {
    FoundRows found = new FoundRows(state);
    if (!rows.isEmpty()) {
      found.checkFiles(rows, from);
      found.checkFields(duck);
    }
  }

  private void checkFiles(List<Record> rows, Set<String> from) {
    Map<String, DataFile> files = files();
    Schema read = new Schema(rows.get(0).struct().fields());
    InternalRecordWrapper wrapper = new InternalRecordWrapper(read.asStruct());
    for (Record row : rows) {
      DataFile file = files.get(row.getField(MetadataColumns.FILE_PATH.name()).toString());
      StructLike values = wrapper.wrap(row);
      for (NestedField field : fields) {
        Accessor<StructLike> accessor = read.accessorForField(field.fieldId());
        Expression asked =
            asked(field, schema.findColumnName(field.fieldId()), accessor.get(values));
        if (!from.contains(file.location()) && hasBounds(field)) {
          assertThat(new InclusiveMetricsEvaluator(schema, asked).eval(file))
              .as("%s finds its file by bounds", asked)
              .isTrue();
        }
        assertThat(isPlanned(file, asked)).as("%s finds its file by partition", asked).isTrue();
      }
    }
  }

  private Map<String, DataFile> files() {
    Map<String, DataFile> files = new HashMap<>();
    try (CloseableIterable<FileScanTask> tasks =
        table.newScan().includeColumnStats().planWith(CallingThread.INSTANCE).planFiles()) {
      tasks.forEach(task -> files.put(task.file().location(), task.file()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /**
   * Iceberg compares uuids in another order than that of the bounds in Parquet files, its own too.
   * For floats it does not count the nulls of structs that are null; files that are put together of
   * whole columns have the counts of the files that these are from.
   */
  private boolean hasBounds(NestedField field) {
    return switch (field.type().typeId()) {
      case UUID -> false;
      case FLOAT, DOUBLE -> schema.asStruct().field(field.fieldId()) != null;
      default -> true;
    };
  }

  private static Expression asked(NestedField field, String name, Object value) {
    if (value == null) {
      return Expressions.isNull(name);
    }
    if (field.type() instanceof Types.TimestampNanoType type) {
      // A number would be taken for microseconds.
      return Expressions.equal(
          name,
          type.shouldAdjustToUTC()
              ? DateTimeUtil.nanosToIsoTimestamptz((Long) value)
              : DateTimeUtil.nanosToIsoTimestamp((Long) value));
    }
    boolean nan =
        (value instanceof Float f && f.isNaN()) || (value instanceof Double d && d.isNaN());
    return nan ? Expressions.isNaN(name) : Expressions.equal(name, value);
  }

  private boolean isPlanned(DataFile file, Expression asked) {
    PartitionSpec written = table.specs().get(file.specId());
    if (written.fields().stream().anyMatch(it -> schema.findField(it.sourceId()) == null)) {
      return true; // Iceberg does not look at such partitions.
    }
    // Whoever reads the metadata binds it to the types that columns have by now.
    PartitionSpec spec = written.toUnbound().bind(schema);
    Expression projected = Projections.inclusive(spec).project(asked);
    return new Evaluator(spec.partitionType(), projected).eval(file.partition());
  }

  private void checkFields(Duck duck) {
    List<NestedField> nested =
        fields.stream().filter(field -> schema.asStruct().field(field.fieldId()) == null).toList();
    if (nested.isEmpty()) {
      return;
    }
    try (DuckSession session = duck.trusted()) {
      TableRelation.of(table).register(session, "t");
      session.execute("CREATE TEMP TABLE whole AS SELECT * FROM t");
      for (NestedField field : nested) {
        String path = FieldPath.sql(schema, field.fieldId());
        String value = ComparedSql.of(path, field.type());
        long differ =
            session.query(
                "SELECT count(*) FROM (SELECT %1$s FROM t EXCEPT ALL SELECT %1$s FROM whole)"
                    .formatted(value),
                row -> row.next() ? row.getLong(1) : -1);
        assertThat(differ).as("values of %s that are read alone and not there", path).isZero();
      }
    }
  }
}
