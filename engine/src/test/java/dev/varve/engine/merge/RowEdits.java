package dev.varve.engine.merge;

import dev.varve.engine.sql.TestTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A random change of a table's rows: copy-on-write, or by delete files and deletion vectors. Good
 * for one change.
 */
final class RowEdits {
  private final TestTable test;
  private final Table table;
  private final Random random;
  private final RandomValues values;
  private List<Record> before = List.of();

  RowEdits(TestTable test, Random random) {
    this.test = test;
    this.table = test.table();
    this.random = random;
    this.values = new RandomValues(random);
  }

  /** The rows before the change, read once. */
  private List<Record> before() {
    if (before.isEmpty()) {
      before = test.rowsWithFile();
    }
    return before;
  }

  void append(int count) {
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

  /** Appends a row whose key is on another row already. */
  void repeatKey() {
    List<Record> rows = sorted(before());
    Set<Integer> key = table.schema().identifierFieldIds();
    if (rows.isEmpty() || key.isEmpty()) {
      return;
    }
    Record like = rows.get(random.nextInt(rows.size()));
    Record row = fresh();
    table.schema().columns().stream()
        .filter(this::holdsKey)
        .forEach(column -> row.setField(column.name(), like.getField(column.name())));
    var append = table.newAppend();
    write(List.of(row)).forEach(append::appendFile);
    append.commit();
  }

  /** Sets cells in one or two files; a row may move to another partition by that. */
  void update() {
    overwrite(this::change);
  }

  /** Sets cells in some files and writes each anew, its rows in the order in which they were. */
  void updateInPlace() {
    rewriteInPlace(row -> random.nextInt(3) == 0 ? change(row) : Optional.of(row));
  }

  /** The same of one column that holds no part of the key. */
  void updateColumn() {
    updateColumnWhere(() -> random.nextInt(3) == 0);
  }

  /** The same of all rows that have some remainder when they are counted. */
  void updateColumnOfEvery(int rows, int remainder) {
    AtomicInteger count = new AtomicInteger();
    updateColumnWhere(() -> count.getAndIncrement() % rows == remainder);
  }

  private void updateColumnWhere(BooleanSupplier isNext) {
    List<NestedField> cells =
        table.schema().columns().stream().filter(column -> !holdsKey(column)).toList();
    if (!cells.isEmpty()) {
      NestedField column = cells.get(random.nextInt(cells.size()));
      rewriteInPlace(
          row -> {
            if (isNext.getAsBoolean()) {
              row.setField(column.name(), value(column));
            }
            return Optional.of(row);
          });
    }
  }

  private void rewriteInPlace(Change change) {
    List<FileScanTask> files = files();
    Collections.shuffle(files, random);
    OverwriteFiles overwrite = table.newOverwrite();
    List<FileScanTask> chosen =
        files.subList(0, files.isEmpty() ? 0 : 1 + random.nextInt(files.size()));
    Set<List<Object>> taken = keys(locations(chosen));
    for (FileScanTask task : chosen) {
      List<Record> rows = new ArrayList<>();
      for (Record row : before()) {
        if (row.getField("_file").equals(task.file().location())) {
          change.of(copy(table.schema(), row)).ifPresent(rows::add);
        }
      }
      overwrite.deleteFile(task.file());
      write(withNewKeys(rows, taken)).forEach(overwrite::addFile);
    }
    if (!chosen.isEmpty()) {
      overwrite.commit();
    }
  }

  void delete() {
    overwrite(row -> Optional.empty());
  }

  void replace() {
    overwrite(row -> Optional.of(fresh()));
  }

  private interface Change {
    Optional<Record> of(Record row);
  }

  private void overwrite(Change change) {
    List<FileScanTask> files = files();
    Collections.shuffle(files, random);
    List<FileScanTask> chosen = files.subList(0, Math.min(files.size(), 1 + random.nextInt(2)));
    if (chosen.isEmpty()) {
      return;
    }
    List<Record> stay = new ArrayList<>();
    List<Record> changed = new ArrayList<>();
    for (Record row : rows(chosen)) {
      if (random.nextBoolean()) {
        change.of(row).ifPresent(changed::add);
      } else {
        stay.add(row);
      }
    }
    Set<List<Object>> taken = keys(locations(chosen));
    List<Record> rows = withNewKeys(stay, taken);
    rows.addAll(withNewKeys(changed, taken));
    Collections.shuffle(rows, random);
    OverwriteFiles overwrite = table.newOverwrite();
    chosen.forEach(task -> overwrite.deleteFile(task.file()));
    write(rows).forEach(overwrite::addFile);
    overwrite.commit();
  }

  /** Writes all rows anew, in the current partitioning. */
  void compact() {
    List<FileScanTask> files = files();
    if (files.isEmpty()) {
      return;
    }
    List<Record> rows = rows(files);
    Collections.shuffle(rows, random);
    RewriteFiles rewrite = table.newRewrite();
    rewrite.validateFromSnapshot(table.currentSnapshot().snapshotId());
    files.forEach(task -> rewrite.deleteFile(task.file()));
    write(rows).forEach(rewrite::addFile);
    rewrite.commit();
  }

  /** Deletes a row or two by position; in the format 3 the vector of a file replaces an older. */
  void deletePositions() {
    List<FileScanTask> files = files();
    if (files.isEmpty()) {
      return;
    }
    FileScanTask task = files.get(random.nextInt(files.size()));
    long position = random.nextInt((int) task.file().recordCount());
    if (LayoutEdits.format(table) >= 3) {
      test.deleteVector(task, position);
      return;
    }
    List<DataFile> inPartition =
        files.stream()
            .map(FileScanTask::file)
            .filter(
                it ->
                    it.specId() == task.file().specId()
                        && it.partition().toString().equals(task.file().partition().toString()))
            .toList();
    if (random.nextBoolean()) {
      test.deletePositions(task.file(), position);
    } else {
      test.deleteFirst(inPartition); // one delete file for several data files
    }
  }

  /** Deletes rows like one that is there, in its partition or in all. */
  void deleteValues() {
    List<String> names = comparable();
    List<Record> rows = sorted(before());
    if (rows.isEmpty() || names.isEmpty()) {
      return;
    }
    Record like = rows.get(random.nextInt(rows.size()));
    Collections.shuffle(names, random);
    Schema by =
        table.schema().select(names.subList(0, Math.min(names.size(), 1 + random.nextInt(2))));
    Record values = narrowed(by.asStruct(), like);
    if (random.nextBoolean()) {
      test.deleteEqualEverywhere(by, values);
    } else {
      test.deleteEqual(by, test.partition(like), values);
    }
  }

  /** By what rows may be deleted: columns, and seldom fields of structs. */
  private List<String> comparable() {
    boolean within = random.nextInt(3) == 0;
    List<String> names = new ArrayList<>();
    for (NestedField column : table.schema().columns()) {
      if (isComparable(column.type())) {
        names.add(column.name());
      } else if (within && column.type().isStructType()) {
        column.type().asStructType().fields().stream()
            .filter(field -> isComparable(field.type()))
            .forEach(field -> names.add(column.name() + "." + field.name()));
      }
    }
    return names;
  }

  private static boolean isComparable(Type type) {
    return type.isPrimitiveType()
        && type.typeId() != Type.TypeID.DOUBLE
        && type.typeId() != Type.TypeID.FLOAT;
  }

  private static Record narrowed(Types.StructType type, Record row) {
    GenericRecord values = GenericRecord.create(type);
    for (NestedField field : type.fields()) {
      Object value = row.getField(field.name());
      values.setField(
          field.name(),
          value instanceof Record struct ? narrowed(field.type().asStructType(), struct) : value);
    }
    return values;
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

  private static String text(FileScanTask task) {
    return task.file().partition() + "|" + task.file().recordCount() + "|" + task.file().pos();
  }

  private static List<String> locations(List<FileScanTask> files) {
    return files.stream().map(task -> task.file().location()).toList();
  }

  /** The rows of some files, deletes applied, in an order that does not depend on locations. */
  private List<Record> rows(List<FileScanTask> files) {
    List<String> locations = locations(files);
    return sorted(
        before().stream()
            .filter(row -> locations.contains((String) row.getField("_file")))
            .toList());
  }

  private List<Record> sorted(List<Record> rows) {
    Schema schema = table.schema();
    return rows.stream()
        .map(row -> copy(schema, row))
        .sorted((a, b) -> plain(a).compareTo(plain(b)))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private String plain(Record row) {
    return String.valueOf(RowOracle.plain(row));
  }

  private static Record copy(Schema schema, Record row) {
    GenericRecord copy = GenericRecord.create(schema);
    schema.columns().forEach(it -> copy.setField(it.name(), row.getField(it.name())));
    return copy;
  }

  /** Rows whose keys are not taken; a taken key is dropped, as an upsert would have replaced. */
  private List<Record> withNewKeys(List<Record> rows, Set<List<Object>> taken) {
    List<Record> kept = new ArrayList<>();
    for (Record row : rows) {
      if (table.schema().identifierFieldIds().isEmpty() || taken.add(key(row))) {
        kept.add(row);
      }
    }
    return kept;
  }

  private Set<List<Object>> keys(List<String> without) {
    Set<List<Object>> keys = new HashSet<>();
    if (table.schema().identifierFieldIds().isEmpty()) {
      return keys;
    }
    for (Record row : before()) {
      if (!without.contains((String) row.getField("_file"))) {
        keys.add(key(row));
      }
    }
    return keys;
  }

  private List<Object> key(Record row) {
    Schema schema = table.schema();
    return schema.identifierFieldIds().stream()
        .sorted()
        .map(id -> RowOracle.plain(RowOracle.at(row, schema.findColumnName(id))))
        .toList();
  }

  /** Sets one or two columns, seldom one of the key. */
  private Optional<Record> change(Record row) {
    Record changed = copy(table.schema(), row);
    for (int i = 0; i <= random.nextInt(2); i++) {
      List<NestedField> columns = table.schema().columns();
      NestedField column = columns.get(random.nextInt(columns.size()));
      if (!holdsKey(column) || random.nextInt(5) == 0) {
        changed.setField(column.name(), value(column));
      }
    }
    return Optional.of(changed);
  }

  private boolean holdsKey(NestedField column) {
    Set<Integer> key = table.schema().identifierFieldIds();
    return key.contains(column.fieldId())
        || (column.type().isStructType()
            && TypeUtil.getProjectedIds(column.type()).stream().anyMatch(key::contains));
  }

  private Record fresh() {
    GenericRecord row = GenericRecord.create(table.schema());
    table.schema().columns().forEach(column -> row.setField(column.name(), value(column)));
    return row;
  }

  private Object value(NestedField column) {
    boolean mayBecomeKey =
        column.isRequired() && !holdsKey(column) && column.type().typeId() == Type.TypeID.LONG;
    return values.value(column, mayBecomeKey ? 40 : column.isRequired() ? 5 : 3);
  }

  /** One file for each partition. */
  private List<DataFile> write(List<Record> rows) {
    InternalRecordWrapper wrapper = new InternalRecordWrapper(table.schema().asStruct());
    PartitionKey key = test.partitionKey();
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
}
