package dev.varve.engine.merge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.ReplaceSortOrder;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.expressions.Term;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Random changes of a table's columns, partitioning, sort order and format. */
final class LayoutEdits {
  private final Table table;
  private final Random random;
  private final int names;
  private final AddedColumns added;

  /**
   * @param names how many new names there are: with few, columns of different branches clash
   * @param added what all branches of the table added
   */
  LayoutEdits(Table table, Random random, int names, AddedColumns added) {
    this.table = table;
    this.random = random;
    this.names = names;
    this.added = added;
  }

  private static final List<Type> NEW =
      List.of(
          Types.LongType.get(),
          Types.IntegerType.get(),
          Types.StringType.get(),
          Types.DoubleType.get(),
          Types.DecimalType.of(9, 2),
          Types.BooleanType.get(),
          Types.DateType.get(),
          Types.TimestampType.withZone(),
          Types.BinaryType.get());

  static int format(Table table) {
    return ((HasTableOperations) table).operations().current().formatVersion();
  }

  private <T> Optional<T> pick(List<T> from) {
    return from.isEmpty() ? Optional.empty() : Optional.of(from.get(random.nextInt(from.size())));
  }

  private String name(String prefix) {
    return prefix + random.nextInt(names);
  }

  /** A new column, or one like another that was added before. */
  void addColumn() {
    Optional<AddedColumns.Added> like =
        random.nextInt(3) == 0 ? added.any(random).filter(this::isPossible) : Optional.empty();
    added.add(table, like.orElseGet(this::newColumn), random.nextInt(3) > 0);
  }

  /** Another branch may be of a format with defaults, and this one not. */
  private boolean isPossible(AddedColumns.Added column) {
    return column.value().isEmpty() || format(table) >= 3;
  }

  /** A column, a struct at times, or with a default where the format has such; or a field. */
  private AddedColumns.Added newColumn() {
    List<String> structs =
        TypeUtil.indexNameById(table.schema().asStruct()).entrySet().stream()
            .filter(it -> table.schema().findType(it.getKey()).isStructType())
            .map(Map.Entry::getValue)
            .sorted()
            .toList();
    Optional<String> parent = random.nextBoolean() ? pick(structs) : Optional.empty();
    if (random.nextInt(5) == 0) {
      Types.StructType struct =
          Types.StructType.of(
              NestedField.optional(1, "x", Types.IntegerType.get()),
              NestedField.optional(2, "y-1", Types.StringType.get()));
      return new AddedColumns.Added(parent, name("t"), struct, Optional.empty(), false);
    }
    Type type = NEW.get(random.nextInt(NEW.size()));
    if (format(table) >= 3 && random.nextBoolean()) {
      // Required at times, which all rows then meet.
      return new AddedColumns.Added(
          parent, name("d"), type, Optional.of(literal(type)), random.nextInt(3) == 0);
    }
    // Of one type mostly, so that columns of two branches may have names in common only.
    return new AddedColumns.Added(
        parent, name("n"), Types.IntegerType.get(), Optional.empty(), false);
  }

  /** One of few values. */
  private Literal<?> literal(Type type) {
    int n = random.nextInt(3);
    return switch (type.typeId()) {
      case BOOLEAN -> Literal.of(n == 0);
      case INTEGER, LONG, FLOAT, DOUBLE, DECIMAL -> Literal.of((long) n).to(type);
      case STRING -> Literal.of(List.of("", "it's", "a").get(n));
      case DATE -> Literal.of("2020-02-29").to(type);
      case TIME -> Literal.of("23:59:59.000001").to(type);
      case TIMESTAMP ->
          Literal.of(
                  "1969-12-31T23:59:59.5"
                      + (((Types.TimestampType) type).shouldAdjustToUTC() ? "+00:00" : ""))
              .to(type);
      case TIMESTAMP_NANO ->
          Literal.of(
                  "1969-12-31T23:59:59.500000001"
                      + (((Types.TimestampNanoType) type).shouldAdjustToUTC() ? "+00:00" : ""))
              .to(type);
      case UUID -> Literal.of(new UUID(-1, n));
      case BINARY -> Literal.of(new byte[] {'b', (byte) n});
      default -> throw new IllegalArgumentException(type.toString());
    };
  }

  /** Another default for new rows, or none any more. */
  void setDefault() {
    Set<Integer> fixed = heldByListsAndMaps();
    if (format(table) >= 3) {
      pick(columns(fixed).stream()
              .filter(it -> table.schema().findType(it).isPrimitiveType())
              .toList())
          .ifPresent(
              it -> {
                Literal<?> value =
                    random.nextInt(4) == 0 ? null : literal(table.schema().findType(it));
                table.updateSchema().updateColumnDefault(it, value).commit();
              });
    }
  }

  void renameColumn() {
    Set<Integer> fixed = heldByListsAndMaps();
    // Iceberg loses a key within a struct when it or the struct is renamed.
    table.schema().columns().stream()
        .filter(it -> it.type().isStructType())
        .filter(it -> holdsAny(it, table.schema().identifierFieldIds()))
        .forEach(it -> fixed.addAll(TypeUtil.indexById(Types.StructType.of(it)).keySet()));
    pick(columns(fixed)).ifPresent(it -> table.updateSchema().renameColumn(it, name("r")).commit());
  }

  /** Elements, keys and values have no names of their own. */
  private Set<Integer> heldByListsAndMaps() {
    Set<Integer> ids = new HashSet<>();
    for (NestedField field : TypeUtil.indexById(table.schema().asStruct()).values()) {
      if (field.type().isListType() || field.type().isMapType()) {
        field.type().asNestedType().fields().forEach(it -> ids.add(it.fieldId()));
      }
    }
    return ids;
  }

  private Map<Integer, String> names() {
    return TypeUtil.indexNameById(table.schema().asStruct());
  }

  void dropColumn() {
    Set<Integer> needed = new HashSet<>(table.schema().identifierFieldIds());
    for (PartitionSpec spec : table.specs().values()) {
      spec.fields().forEach(field -> needed.add(field.sourceId()));
    }
    table.sortOrder().fields().forEach(field -> needed.add(field.sourceId()));
    needed.addAll(deletedBy()); // Iceberg's reader cannot do without
    Set<Integer> fixed = heldByListsAndMaps();
    List<String> names = new ArrayList<>();
    for (NestedField field : table.schema().columns()) {
      if (table.schema().columns().size() > 2 && !holdsAny(field, needed)) {
        names.add(field.name());
      }
      if (field.type().isStructType() && field.type().asStructType().fields().size() > 1) {
        List<NestedField> fields = field.type().asStructType().fields();
        // A default comes first then, as in reorder.
        boolean leavesDefault = fields.size() > 1 && fields.get(1).initialDefault() != null;
        fields.stream()
            .skip(leavesDefault ? 1 : 0)
            .filter(it -> !needed.contains(it.fieldId()) && !fixed.contains(it.fieldId()))
            .forEach(it -> names.add(field.name() + "." + it.name()));
      }
    }
    pick(names).ifPresent(it -> added.drop(table, it));
  }

  private static boolean holdsAny(NestedField field, Set<Integer> ids) {
    return TypeUtil.indexById(Types.StructType.of(field)).keySet().stream().anyMatch(ids::contains);
  }

  /** The columns by whose values live delete files delete. */
  private Set<Integer> deletedBy() {
    Set<Integer> ids = new HashSet<>();
    if (table.currentSnapshot() != null) {
      try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
        tasks.forEach(
            task ->
                task.deletes().stream()
                    .filter(it -> it.content() == FileContent.EQUALITY_DELETES)
                    .forEach(it -> ids.addAll(it.equalityFieldIds())));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return ids;
  }

  void widenColumn() {
    List<String> narrow =
        names().entrySet().stream()
            .filter(it -> wider(table.schema().findType(it.getKey())).isPresent())
            .map(Map.Entry::getValue)
            .sorted()
            .toList();
    pick(narrow)
        .ifPresent(
            it -> {
              Type.PrimitiveType wide = wider(table.schema().findType(it)).orElseThrow();
              table.updateSchema().updateColumn(it, wide).commit();
            });
  }

  private static Optional<Type.PrimitiveType> wider(Type type) {
    return switch (type.typeId()) {
      case INTEGER -> Optional.of(Types.LongType.get());
      case FLOAT -> Optional.of(Types.DoubleType.get());
      case DECIMAL -> {
        Types.DecimalType decimal = (Types.DecimalType) type;
        yield decimal.precision() < 30
            ? Optional.of(Types.DecimalType.of(decimal.precision() + 5, decimal.scale()))
            : Optional.empty();
      }
      default -> Optional.empty();
    };
  }

  void describe() {
    pick(columns(heldByListsAndMaps()))
        .ifPresent(it -> table.updateSchema().updateColumnDoc(it, name("text ")).commit());
  }

  /** A column comes first, or a field of a struct there. */
  void reorder() {
    Set<Integer> fixed = heldByListsAndMaps();
    // Of a struct that begins with a default Iceberg's reader cannot tell whether it is there.
    names().keySet().stream()
        .filter(it -> table.schema().findField(it).initialDefault() != null)
        .filter(it -> table.schema().asStruct().field(it) == null)
        .forEach(fixed::add);
    pick(columns(fixed)).ifPresent(it -> table.updateSchema().moveFirst(it).commit());
  }

  /** The full names of all columns and fields but some. */
  private List<String> columns(Set<Integer> without) {
    return names().entrySet().stream()
        .filter(it -> !without.contains(it.getKey()))
        .map(Map.Entry::getValue)
        .sorted()
        .toList();
  }

  void sort() {
    NullOrder nulls = random.nextBoolean() ? NullOrder.NULLS_FIRST : NullOrder.NULLS_LAST;
    pick(sources())
        .flatMap(it -> random.nextInt(3) > 0 ? Optional.of(Expressions.ref(it)) : pick(terms(it)))
        .ifPresent(
            it -> {
              ReplaceSortOrder order = table.replaceSortOrder();
              (random.nextInt(3) > 0 ? order.asc(it, nulls) : order.desc(it, nulls)).commit();
            });
  }

  void upgrade() {
    table.updateProperties().set("format-version", "3").commit();
  }

  /** Requires a column that has a value in all rows there are, or one within a struct. */
  void require(List<Record> rows) {
    // Iceberg's reader does not find rows by null in a column that is required by now.
    Set<Integer> fixed = deletedBy();
    List<String> given = new ArrayList<>();
    for (NestedField column : table.schema().columns()) {
      if (holdsAny(column, fixed)) {
        continue;
      }
      if (rows.stream().allMatch(row -> row.getField(column.name()) != null)) {
        given.add(column.name());
      }
      if (column.type().isStructType()) {
        column.type().asStructType().fields().stream()
            .map(field -> column.name() + "." + field.name())
            .filter(
                name ->
                    rows.stream()
                        .allMatch(
                            row ->
                                row.getField(column.name()) == null
                                    || RowOracle.at(row, name) != null))
            .forEach(given::add);
      }
    }
    pick(given)
        .ifPresent(
            it -> table.updateSchema().allowIncompatibleChanges().requireColumn(it).commit());
  }

  void allowNull() {
    Set<Integer> fixed = heldByListsAndMaps();
    Set<Integer> key = table.schema().identifierFieldIds();
    names().keySet().stream()
        .filter(it -> holdsAny(table.schema().findField(it), key))
        .forEach(fixed::add);
    pick(columns(fixed)).ifPresent(it -> table.updateSchema().makeColumnOptional(it).commit());
  }

  /** Makes a column the key that tells all rows apart, or takes the key away. */
  void setKey(List<Record> rows) {
    if (!table.schema().identifierFieldIds().isEmpty() && random.nextBoolean()) {
      table.updateSchema().setIdentifierFields(Set.of()).commit();
      return;
    }
    Set<Integer> fixed = deletedBy(); // as in require
    List<String> unique =
        primitives(table.schema()).stream()
            .filter(column -> !fixed.contains(column.fieldId()))
            .map(NestedField::name)
            .filter(
                name ->
                    rows.stream()
                            .map(row -> row.getField(name))
                            .filter(Objects::nonNull)
                            .map(RowOracle::plain)
                            .distinct()
                            .count()
                        == rows.size())
            .toList();
    pick(unique)
        .ifPresent(
            it ->
                table
                    .updateSchema()
                    .allowIncompatibleChanges()
                    .requireColumn(it)
                    .setIdentifierFields(it)
                    .commit());
  }

  /** Partitions by one column more or less. */
  void partition() {
    List<PartitionField> fields = table.spec().fields();
    if (!fields.isEmpty() && random.nextBoolean()) {
      table.updateSpec().removeField(fields.get(random.nextInt(fields.size())).name()).commit();
      return;
    }
    Optional<String> column = pick(sources());
    Optional<Term> term = column.flatMap(it -> pick(terms(it)));
    Set<String> taken = fields.stream().map(PartitionField::name).collect(Collectors.toSet());
    String name = name("p");
    boolean again =
        column.isPresent()
            && fields.stream()
                .anyMatch(it -> it.sourceId() == table.schema().findField(column.get()).fieldId());
    if (term.isPresent() && taken.size() < 2 && !again) {
      table.updateSpec().addField(name, term.get()).commit();
    }
  }

  private static List<NestedField> primitives(Schema schema) {
    return schema.columns().stream().filter(it -> isPrecise(it.type())).toList();
  }

  private static boolean isPrecise(Type type) {
    return type.isPrimitiveType()
        && type.typeId() != Type.TypeID.FLOAT
        && type.typeId() != Type.TypeID.DOUBLE;
  }

  /** What a table may be partitioned and sorted by: fields of structs seldom. */
  private List<String> sources() {
    Schema schema = table.schema();
    Set<Integer> held = heldByListsAndMaps();
    names().keySet().stream()
        .filter(it -> held.stream().anyMatch(id -> isWithin(it, id)))
        .forEach(held::add);
    return random.nextInt(3) > 0
        ? primitives(schema).stream().map(NestedField::name).toList()
        : columns(held).stream().filter(it -> isPrecise(schema.findType(it))).toList();
  }

  private boolean isWithin(int id, int holder) {
    return holdsAny(table.schema().findField(holder), Set.of(id));
  }

  private List<Term> terms(String name) {
    List<Term> terms = new ArrayList<>();
    Type.TypeID type = table.schema().findType(name).typeId();
    // Iceberg's reader takes nanoseconds from the partition as bare numbers, and a struct that is
    // null for one that holds the partition's value: a struct with a key is never null.
    boolean nested = table.schema().columns().stream().noneMatch(it -> it.name().equals(name));
    boolean given =
        table.schema().columns().stream()
            .filter(it -> name.startsWith(it.name() + "."))
            .anyMatch(it -> holdsAny(it, table.schema().identifierFieldIds()));
    if (type != Type.TypeID.TIMESTAMP_NANO && (given || !nested)) {
      terms.add(Expressions.ref(name));
    }
    if (type != Type.TypeID.BOOLEAN) {
      terms.add(Expressions.bucket(name, 2));
    }
    switch (type) {
      case INTEGER, LONG, DECIMAL, STRING, BINARY -> terms.add(Expressions.truncate(name, 1));
      case DATE -> terms.addAll(days(name));
      case TIMESTAMP, TIMESTAMP_NANO -> {
        terms.addAll(days(name));
        terms.add(Expressions.hour(name));
      }
      default -> {}
    }
    return terms;
  }

  private static List<Term> days(String name) {
    return List.of(Expressions.year(name), Expressions.month(name), Expressions.day(name));
  }
}
