package dev.varve.engine.merge;

import dev.varve.engine.sql.TestTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A random table and random edits of it, made through Iceberg's own API and writers. An edit is its
 * kind and a seed, so that a script with fewer edits does the rest as before.
 */
final class RowScript {
  /** What an edit does. */
  enum Kind {
    FILL,
    APPEND,
    UPDATE,
    DELETE,
    REPLACE,
    COMPACT,
    DELETE_POSITIONS,
    DELETE_VALUES,
    ADD_COLUMN,
    RENAME_COLUMN,
    DROP_COLUMN,
    WIDEN_COLUMN
  }

  /** One edit. */
  record Edit(Kind kind, long seed) {}

  private final Schema schema;
  private final PartitionSpec spec;
  private final int format;

  private RowScript(Schema schema, PartitionSpec spec, int format) {
    this.schema = schema;
    this.spec = spec;
    this.format = format;
  }

  Schema schema() {
    return schema;
  }

  boolean keyed() {
    return !schema.identifierFieldIds().isEmpty();
  }

  static RowScript random(Random random) {
    Schema schema = schema(random);
    return new RowScript(schema, spec(random, schema), 2 + random.nextInt(2));
  }

  private static Schema schema(Random random) {
    List<NestedField> fields = new ArrayList<>();
    Set<Integer> key = new HashSet<>();
    int id = 1;
    for (int keys = random.nextInt(3); keys > 0; keys--) {
      Type type =
          List.of(
                  Types.LongType.get(),
                  Types.IntegerType.get(),
                  Types.StringType.get(),
                  Types.DateType.get(),
                  Types.BinaryType.get())
              .get(random.nextInt(5));
      fields.add(NestedField.required(id, "k" + id, type));
      key.add(id++);
    }
    // A column to widen and to partition by.
    fields.add(NestedField.optional(id, "c" + id, Types.IntegerType.get()));
    id++;
    for (int columns = 1 + random.nextInt(3); columns > 0; columns--) {
      List<Type> types =
          List.of(
              Types.DoubleType.get(),
              Types.FloatType.get(),
              Types.DecimalType.of(9, 2),
              Types.DecimalType.of(25, 4),
              Types.StringType.get(),
              Types.TimestampType.withoutZone(),
              Types.TimestampType.withZone(),
              Types.BinaryType.get(),
              Types.StructType.of(
                  NestedField.optional(100 + id * 10, "x", Types.IntegerType.get()),
                  NestedField.optional(101 + id * 10, "y", Types.DoubleType.get())),
              Types.ListType.ofOptional(102 + id * 10, Types.DoubleType.get()),
              Types.MapType.ofOptional(
                  103 + id * 10, 104 + id * 10, Types.StringType.get(), Types.IntegerType.get()));
      fields.add(NestedField.optional(id, "c" + id, types.get(random.nextInt(types.size()))));
      id++;
    }
    return new Schema(fields, key);
  }

  private static PartitionSpec spec(Random random, Schema schema) {
    PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
    NestedField first = schema.columns().get(0);
    return switch (random.nextInt(5)) {
      case 0 -> spec.identity(first.name()).build();
      case 1 -> spec.bucket(first.name(), 2).build();
      case 2 ->
          first.type().typeId() == Type.TypeID.STRING
              ? spec.truncate(first.name(), 1).build()
              : spec.build();
      default -> spec.build();
    };
  }

  static List<Edit> edits(Random random, int count) {
    List<Edit> edits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = random.nextInt(20);
      Kind kind =
          at < 4
              ? Kind.APPEND
              : at < 9
                  ? Kind.UPDATE
                  : at < 11
                      ? Kind.DELETE
                      : at < 12
                          ? Kind.REPLACE
                          : at < 14
                              ? Kind.COMPACT
                              : at < 16
                                  ? Kind.DELETE_POSITIONS
                                  : at < 17
                                      ? Kind.DELETE_VALUES
                                      : Kind.values()[8 + random.nextInt(4)];
      edits.add(new Edit(kind, random.nextLong()));
    }
    return edits;
  }

  TableMetadata create(Path directory) {
    return TestTable.create(directory, schema, spec, format).metadata();
  }

  /**
   * Does the edits on a branch.
   *
   * @param marks how many column ids are taken elsewhere
   */
  TableMetadata run(TableMetadata start, List<Edit> edits, int marks) {
    TestTable table = TestTable.of(start);
    if (marks > 0 && edits.stream().anyMatch(edit -> edit.kind() == Kind.ADD_COLUMN)) {
      for (int i = 0; i < marks; i++) {
        table.table().updateSchema().addColumn("mark", Types.IntegerType.get()).commit();
        table.table().updateSchema().deleteColumn("mark").commit();
      }
    }
    for (Edit edit : edits) {
      new Step(table, new Random(edit.seed())).run(edit.kind());
    }
    return table.metadata();
  }

  /** The rows of one file of a state, deletes applied, in the order of the file. */
  private static List<Record> rows(TestTable table, FileScanTask task) {
    Schema schema = table.table().schema();
    return table.rowsWithFile().stream()
        .filter(row -> row.getField("_file").equals(task.file().location()))
        .map(row -> copy(schema, row))
        .toList();
  }

  private static Record copy(Schema schema, Record row) {
    GenericRecord copy = GenericRecord.create(schema);
    schema.columns().forEach(it -> copy.setField(it.name(), row.getField(it.name())));
    return copy;
  }

  /** One edit on one state. */
  private final class Step {
    private final TestTable test;
    private final Table table;
    private final Random random;

    Step(TestTable test, Random random) {
      this.test = test;
      this.table = test.table();
      this.random = random;
    }

    void run(Kind kind) {
      switch (kind) {
        case FILL -> append(8);
        case APPEND -> append(1 + random.nextInt(4));
        case UPDATE -> rewrite(this::change, false);
        case DELETE -> rewrite(row -> Optional.empty(), false);
        case REPLACE -> rewrite(row -> Optional.of(fresh()), false);
        case COMPACT -> rewrite(Optional::of, true);
        case DELETE_POSITIONS -> deletePositions();
        case DELETE_VALUES -> deleteValues();
        case ADD_COLUMN ->
            table
                .updateSchema()
                .addColumn("n" + random.nextInt(1000000), Types.IntegerType.get())
                .commit();
        case RENAME_COLUMN ->
            pick(table.schema().columns())
                .ifPresent(
                    it ->
                        table
                            .updateSchema()
                            .renameColumn(it.name(), "r" + random.nextInt(1000000))
                            .commit());
        case DROP_COLUMN -> drop();
        case WIDEN_COLUMN -> widen();
      }
    }

    private <T> Optional<T> pick(List<T> from) {
      return from.isEmpty() ? Optional.empty() : Optional.of(from.get(random.nextInt(from.size())));
    }

    private List<FileScanTask> files() {
      List<FileScanTask> files = new ArrayList<>();
      if (table.currentSnapshot() != null) {
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
          tasks.forEach(files::add);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        // Locations are random: the order must come from what was done.
        files.sort(
            (a, b) ->
                Long.compare(a.file().dataSequenceNumber(), b.file().dataSequenceNumber()) != 0
                    ? Long.compare(a.file().dataSequenceNumber(), b.file().dataSequenceNumber())
                    : text(a).compareTo(text(b)));
      }
      return files;
    }

    private String text(FileScanTask task) {
      return task.file().partition() + "|" + task.file().recordCount() + "|" + task.file().pos();
    }

    private void append(int count) {
      List<Record> rows = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        rows.add(fresh());
      }
      List<Record> kept = withNewKeys(rows, keys(List.of()));
      if (!kept.isEmpty()) {
        var append = table.newAppend();
        write(kept).forEach(append::appendFile);
        append.commit();
      }
    }

    /** Rows whose keys are not taken; a taken key is dropped, as an upsert would have replaced. */
    private List<Record> withNewKeys(List<Record> rows, Set<List<Object>> taken) {
      List<Record> kept = new ArrayList<>();
      for (Record row : rows) {
        if (!keyed() || taken.add(key(row))) {
          kept.add(row);
        }
      }
      return kept;
    }

    private Set<List<Object>> keys(List<String> without) {
      Set<List<Object>> keys = new HashSet<>();
      for (Record row : test.rowsWithFile()) {
        if (!without.contains((String) row.getField("_file"))) {
          keys.add(key(row));
        }
      }
      return keys;
    }

    private List<Object> key(Record row) {
      return schema.identifierFieldIds().stream()
          .sorted()
          .map(id -> RowOracle.plain(row.getField(table.schema().findColumnName(id))))
          .toList();
    }

    private interface Change {
      Optional<Record> of(Record row);
    }

    /** Rewrites one or two files, copy-on-write; some of the rows change. */
    private void rewrite(Change change, boolean all) {
      List<FileScanTask> files = new ArrayList<>(files());
      Collections.shuffle(files, random);
      List<FileScanTask> chosen =
          files.subList(0, Math.min(files.size(), all ? files.size() : 1 + random.nextInt(2)));
      if (chosen.isEmpty()) {
        return;
      }
      List<String> locations = chosen.stream().map(task -> task.file().location()).toList();
      List<Record> stay = new ArrayList<>();
      List<Record> changed = new ArrayList<>();
      for (FileScanTask task : chosen) {
        for (Record row : rows(test, task)) {
          if (all || random.nextBoolean()) {
            change.of(row).ifPresent(changed::add);
          } else {
            stay.add(row);
          }
        }
      }
      Set<List<Object>> taken = keys(locations);
      List<Record> rows = withNewKeys(stay, taken);
      rows.addAll(withNewKeys(changed, taken));
      Collections.shuffle(rows, random);
      if (all) {
        RewriteFiles rewrite = table.newRewrite();
        rewrite.validateFromSnapshot(table.currentSnapshot().snapshotId());
        chosen.forEach(task -> rewrite.deleteFile(task.file()));
        write(rows).forEach(rewrite::addFile);
        rewrite.commit();
      } else {
        OverwriteFiles overwrite = table.newOverwrite();
        chosen.forEach(task -> overwrite.deleteFile(task.file()));
        write(rows).forEach(overwrite::addFile);
        overwrite.commit();
      }
    }

    /** Sets one or two columns, seldom one of the key. */
    private Optional<Record> change(Record row) {
      Record changed = copy(table.schema(), row);
      for (int i = 0; i <= random.nextInt(2); i++) {
        NestedField column = pick(table.schema().columns()).orElseThrow();
        boolean key = schema.identifierFieldIds().contains(column.fieldId());
        if (!key || random.nextInt(5) == 0) {
          changed.setField(column.name(), value(column));
        }
      }
      return Optional.of(changed);
    }

    private Record fresh() {
      GenericRecord row = GenericRecord.create(table.schema());
      table.schema().columns().forEach(column -> row.setField(column.name(), value(column)));
      return row;
    }

    private Object value(NestedField column) {
      return column.isOptional() && random.nextInt(4) == 0
          ? null
          : value(column.type(), keyed() && column.isRequired() ? 5 : 3);
    }

    private Object value(Type type, int values) {
      int n = random.nextInt(values);
      return switch (type.typeId()) {
        case INTEGER -> n;
        case LONG -> (long) n;
        case DOUBLE -> List.of(0.0, -0.0, Double.NaN, 1.5, -1.5).get(random.nextInt(5));
        case FLOAT -> List.of(0.0f, -0.0f, Float.NaN, 1.5f).get(random.nextInt(4));
        case DECIMAL -> BigDecimal.valueOf(25 + n, 2).setScale(((Types.DecimalType) type).scale());
        case STRING -> List.of("", "a", "b", "it's \"q\"", "ü").get(n);
        case DATE -> LocalDate.of(2020, 1, 1 + n);
        case TIMESTAMP -> {
          LocalDateTime time = LocalDateTime.of(2020, 1, 1, n, 0, 0, 1000 * n);
          yield ((Types.TimestampType) type).shouldAdjustToUTC()
              ? OffsetDateTime.of(time, ZoneOffset.UTC)
              : time;
        }
        case BINARY -> ByteBuffer.wrap(("b" + n).getBytes(StandardCharsets.UTF_8));
        case STRUCT -> {
          GenericRecord struct = GenericRecord.create(type.asStructType());
          type.asStructType().fields().forEach(it -> struct.setField(it.name(), value(it)));
          yield struct;
        }
        case LIST -> {
          List<Object> list = new ArrayList<>();
          for (int i = 0; i < n; i++) {
            list.add(random.nextInt(4) == 0 ? null : value(type.asListType().elementType(), 2));
          }
          yield list;
        }
        case MAP -> {
          List<String> keys = new ArrayList<>(List.of("p", "q", "r").subList(0, n));
          Collections.shuffle(keys, random);
          Map<String, Object> map = new LinkedHashMap<>();
          keys.forEach(it -> map.put(it, random.nextInt(3) == 0 ? null : random.nextInt(2)));
          yield map;
        }
        default -> throw new IllegalArgumentException(type.toString());
      };
    }

    /** One file for each partition. */
    private List<DataFile> write(List<Record> rows) {
      InternalRecordWrapper wrapper = new InternalRecordWrapper(table.schema().asStruct());
      PartitionKey key = new PartitionKey(table.spec(), table.schema());
      return rows.stream()
          .collect(
              Collectors.groupingBy(
                  row -> {
                    key.partition(wrapper.wrap(row));
                    return key.copy();
                  },
                  LinkedHashMap::new,
                  Collectors.toList()))
          .values()
          .stream()
          .map(group -> test.write(group.toArray(new Record[0])))
          .toList();
    }

    private void deletePositions() {
      List<FileScanTask> files =
          files().stream()
              .filter(
                  task ->
                      format == 2
                          || task.deletes().stream().allMatch(it -> it.contentOffset() == null))
              .toList();
      pick(files)
          .ifPresent(
              task -> {
                long position = random.nextInt((int) task.file().recordCount());
                if (format == 2) {
                  test.deletePositions(task.file(), position);
                } else {
                  test.deleteVector(task.file(), position);
                }
              });
    }

    private void deleteValues() {
      List<NestedField> columns =
          table.schema().columns().stream()
              .filter(
                  column ->
                      column.type().isPrimitiveType()
                          && column.type().typeId() != Type.TypeID.DOUBLE
                          && column.type().typeId() != Type.TypeID.FLOAT)
              .toList();
      Optional<Record> like = pick(sorted(test.rowsWithFile()));
      Optional<NestedField> column = pick(columns);
      if (like.isPresent() && column.isPresent() && table.spec().isUnpartitioned()) {
        Schema by = new Schema(column.get());
        GenericRecord row = GenericRecord.create(by);
        row.set(0, like.get().getField(column.get().name()));
        test.deleteEqual(by, row);
      }
    }

    private List<Record> sorted(List<Record> rows) {
      Schema schema = table.schema();
      return rows.stream()
          .map(row -> copy(schema, row))
          .sorted((a, b) -> plain(a).compareTo(plain(b)))
          .toList();
    }

    private String plain(Record row) {
      return String.valueOf(RowOracle.plain(row));
    }

    private void drop() {
      Set<Integer> needed = new HashSet<>(schema.identifierFieldIds());
      table.spec().fields().forEach(field -> needed.add(field.sourceId()));
      List<NestedField> columns =
          table.schema().columns().stream().filter(it -> !needed.contains(it.fieldId())).toList();
      if (columns.size() > 1) {
        pick(columns).ifPresent(it -> table.updateSchema().deleteColumn(it.name()).commit());
      }
    }

    private void widen() {
      pick(table.schema().columns().stream()
              .filter(it -> it.type().typeId() == Type.TypeID.INTEGER)
              .toList())
          .ifPresent(
              it -> table.updateSchema().updateColumn(it.name(), Types.LongType.get()).commit());
    }
  }
}
