package dev.varve.engine.merge;

import dev.varve.engine.sql.TestTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A random table and random edits of it, made through Iceberg's own API and writers. An edit is its
 * kind and a seed, so that a script with fewer edits does the rest as before.
 *
 * @param cutsFiles whether files have a row group for every two rows, and not one for all
 */
record RowScript(Schema schema, int format, boolean cutsFiles) {
  /** What an edit does, and how often it is drawn. */
  enum Kind {
    FILL(0),
    APPEND(5),
    UPDATE(6),
    UPDATE_IN_PLACE(6),
    DELETE(4),
    REPLACE(2),
    COMPACT(2),
    DELETE_POSITIONS(4),
    DELETE_VALUES(3),
    ADD_COLUMN(2),
    RENAME_COLUMN(2),
    DROP_COLUMN(2),
    WIDEN_COLUMN(2),
    REORDER(1),
    PARTITION(2),
    SORT(1),
    UPGRADE(1),
    REQUIRE(2),
    ALLOW_NULL(1),
    SET_DEFAULT(1),
    DESCRIBE(1),
    SET_KEY(2),
    REPEAT_KEY(0),
    UPDATE_COLUMN(0),
    UPDATE_EVEN_ROWS(0),
    UPDATE_ODD_ROWS(0);

    private static final int ALL_WEIGHTS = Stream.of(values()).mapToInt(it -> it.weight).sum();

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }

    static Kind random(Random random) {
      int left = random.nextInt(ALL_WEIGHTS);
      for (Kind kind : values()) {
        left -= kind.weight;
        if (left < 0) {
          return kind;
        }
      }
      throw new IllegalStateException("the weights are fewer than " + ALL_WEIGHTS);
    }
  }

  /** How many new names there are: few, so that those of two branches are the same at times. */
  private static final int NAMES = 5;

  /** No edit takes more ids: a struct and its fields. */
  private static final int MOST_IDS = 3;

  /** One edit. */
  record Edit(Kind kind, long seed) {}

  static RowScript random(Random random) {
    int format = 2 + random.nextInt(2);
    return new RowScript(schema(random, format), format, false);
  }

  RowScript cuttingFiles() {
    return new RowScript(schema, format, true);
  }

  private static Schema schema(Random random, int format) {
    RandomValues values = new RandomValues(random);
    List<NestedField> fields = new ArrayList<>();
    Set<Integer> key = new HashSet<>();
    int id = 1;
    int keys = random.nextInt(4);
    boolean nested = random.nextInt(6) == 0;
    for (; keys > 0; keys--) {
      if (nested && keys == 1) {
        List<NestedField> within = new ArrayList<>();
        within.add(NestedField.required(91, "k-1", values.keyType(format)));
        within.add(random.nextInt(2), NestedField.optional(92, "v", Types.IntegerType.get()));
        Types.StructType struct = Types.StructType.of(within);
        fields.add(NestedField.required(id++, "s", struct));
        key.add(91);
      } else {
        // A name with a dot, as data that was flattened has, means no field of a struct.
        String name = (id > 1 ? "k." : "k") + id;
        fields.add(NestedField.required(id, name, values.keyType(format)));
        key.add(id++);
      }
    }
    if (key.isEmpty() && random.nextBoolean()) {
      fields.add(NestedField.required(id, "u" + id, Types.LongType.get()));
      id++;
    }
    // A column to widen and to partition by.
    fields.add(NestedField.optional(id, "c" + id, Types.IntegerType.get()));
    id++;
    for (int columns = 1 + random.nextInt(3); columns > 0; columns--) {
      fields.add(NestedField.optional(id, "c" + id, values.type(100 * id, format)));
      id++;
    }
    return new Schema(fields, key);
  }

  static List<Edit> edits(Random random, int count) {
    List<Edit> edits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      edits.add(new Edit(Kind.random(random), random.nextLong()));
    }
    return edits;
  }

  TableMetadata create(Path directory) {
    TestTable table = TestTable.create(directory, schema, PartitionSpec.unpartitioned(), format);
    if (cutsFiles) {
      table
          .table()
          .updateProperties()
          .set(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, "1")
          .set(TableProperties.PARQUET_ROW_GROUP_CHECK_MIN_RECORD_COUNT, "2")
          .set(TableProperties.PARQUET_ROW_GROUP_CHECK_MAX_RECORD_COUNT, "2")
          .commit();
    }
    return table.metadata();
  }

  /**
   * Does the edits on a branch.
   *
   * @param others how many edits were done on other branches, which took ids
   * @param added the columns that all branches added
   */
  TableMetadata run(TableMetadata start, List<Edit> edits, int others, AddedColumns added) {
    TestTable table = TestTable.of(raised(start, others * MOST_IDS));
    for (Edit edit : edits) {
      run(table, edit, added);
    }
    return table.metadata();
  }

  /** The same state, on which new ids begin later. */
  static TableMetadata raised(TableMetadata state, int marks) {
    String json =
        TableMetadataParser.toJson(state)
            .replace(
                "\"last-column-id\":" + state.lastColumnId(),
                "\"last-column-id\":" + (state.lastColumnId() + marks))
            .replace(
                "\"last-partition-id\":" + state.lastAssignedPartitionId(),
                "\"last-partition-id\":" + (state.lastAssignedPartitionId() + marks));
    return TableMetadataParser.fromJson(json);
  }

  private static void run(TestTable table, Edit edit, AddedColumns added) {
    Random random = new Random(edit.seed());
    RowEdits rows = new RowEdits(table, random);
    switch (edit.kind()) {
      case FILL -> rows.append(8);
      case APPEND -> rows.append(1 + random.nextInt(4));
      case UPDATE -> rows.update();
      case UPDATE_IN_PLACE -> rows.updateInPlace();
      case UPDATE_COLUMN -> rows.updateColumn();
      case UPDATE_EVEN_ROWS -> rows.updateColumnOfEvery(2, 0);
      case UPDATE_ODD_ROWS -> rows.updateColumnOfEvery(2, 1);
      case DELETE -> rows.delete();
      case REPLACE -> rows.replace();
      case COMPACT -> rows.compact();
      case DELETE_POSITIONS -> rows.deletePositions();
      case DELETE_VALUES -> rows.deleteValues();
      case REPEAT_KEY -> rows.repeatKey();
      default -> layOut(table, edit.kind(), new LayoutEdits(table.table(), random, NAMES, added));
    }
  }

  private static void layOut(TestTable table, Kind kind, LayoutEdits layout) {
    try {
      switch (kind) {
        case ADD_COLUMN -> layout.addColumn();
        case RENAME_COLUMN -> layout.renameColumn();
        case DROP_COLUMN -> layout.dropColumn();
        case WIDEN_COLUMN -> layout.widenColumn();
        case REORDER -> layout.reorder();
        case PARTITION -> layout.partition();
        case SORT -> layout.sort();
        case UPGRADE -> layout.upgrade();
        case REQUIRE -> layout.require(table.rowsWithFile());
        case ALLOW_NULL -> layout.allowNull();
        case SET_DEFAULT -> layout.setDefault();
        case DESCRIBE -> layout.describe();
        case SET_KEY -> layout.setKey(table.rowsWithFile());
        default -> throw new IllegalStateException(kind.toString());
      }
    } catch (IllegalArgumentException | ValidationException e) {
      // What Iceberg refuses is no edit: a name that is taken, say.
    }
  }
}
