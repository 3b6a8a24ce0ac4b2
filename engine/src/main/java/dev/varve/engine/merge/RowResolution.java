package dev.varve.engine.merge;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.Key;
import dev.varve.engine.diff.RowPage;
import dev.varve.engine.layout.ColumnNames;
import dev.varve.engine.merge.rows.CellRule;
import dev.varve.engine.merge.rows.CellStrategy;
import dev.varve.engine.merge.rows.KeptConflicts;
import dev.varve.engine.merge.rows.RowPlan;
import dev.varve.engine.merge.rows.RowStrategies;
import dev.varve.engine.merge.rows.Side;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * {@link ConflictOptions} whose names were looked up: tables by id and columns by field id, so that
 * a name may be that of either side.
 */
final class RowResolution {
  private final ConflictOptions options;
  private final Map<ContentId, Side> tables = new HashMap<>();
  private final Map<ContentId, CellRule> winners = new HashMap<>();
  private final Map<ContentId, Map<Integer, CellStrategy>> columns = new HashMap<>();

  private RowResolution(ConflictOptions options) {
    this.options = options;
  }

  /**
   * Looks the names up in two commits.
   *
   * @throws VarveException if a name is of no table and no column of either, or of a column that
   *     never conflicts; two say something of one column; or a rule is not an expression over base,
   *     ours and theirs that the column can take
   */
  static RowResolution of(
      ConflictOptions options, Tables tables, Supplier<Duck> duck, List<ObjectId> commits) {
    RowResolution resolution = new RowResolution(options);
    options
        .strategies()
        .forEach(
            (name, side) -> {
              List<LoadedTable> found = findAll(tables, commits, TableName.parse(name));
              if (found.isEmpty()) {
                resolution.put(tables, commits, name, side);
              }
              found.forEach(table -> resolution.tables.put(table.content().id(), side));
            });
    Rules rules = new Rules(duck);
    options
        .rules()
        .forEach(
            (name, text) -> {
              CellRule rule = rules.read(name, text);
              List<LoadedTable> whole = findAll(tables, commits, TableName.parse(name));
              List<Found> found =
                  whole.isEmpty()
                      ? resolution.put(tables, commits, name, rule)
                      : resolution.putWinner(whole, name, rule);
              if (options.rowLimit().orElse(Long.MAX_VALUE) > 0) {
                // Else no row is compared here: it may be Spark's SQL.
                check(rules, whole.isEmpty(), rule, found);
              }
            });
    return resolution;
  }

  private static List<LoadedTable> findAll(Tables tables, List<ObjectId> commits, TableName name) {
    return commits.stream().flatMap(commit -> tables.find(commit, name).stream()).toList();
  }

  /** A rule for a table says who wins the cells for whose columns nothing is said. */
  private List<Found> putWinner(List<LoadedTable> versions, String name, CellRule rule) {
    List<Found> cells = versions.stream().flatMap(Found::cells).toList();
    if (versions.stream().allMatch(it -> it.metadata().schema().identifierFieldIds().isEmpty())) {
      throw withoutKey(name, versions.get(0).name());
    }
    versions.forEach(version -> winners.put(version.content().id(), rule));
    return cells;
  }

  private List<Found> put(
      Tables tables, List<ObjectId> commits, String name, CellStrategy strategy) {
    List<String> elements = TableName.parse(name).key().elements();
    List<String> above = elements.subList(0, elements.size() - 1);
    TableName table =
        above.size() == 1
            ? TableName.of(NamespaceName.DEFAULT, above.get(0))
            : new TableName(Key.of(above));
    String column = elements.get(elements.size() - 1);
    List<Found> found =
        commits.stream()
            .flatMap(commit -> tables.find(commit, table).stream())
            .flatMap(loaded -> Found.in(loaded, column).stream())
            .toList();
    if (found.isEmpty()) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "'%s' is no table of the branches to merge, and no column of one".formatted(name),
          "write TABLE=ours, TABLE.COLUMN=theirs, or a rule for one of them as NAME=EXPRESSION");
    }
    requireCell(table, name, found);
    found.stream()
        .collect(Collectors.toMap(Found::id, it -> it, (ours, theirs) -> ours))
        .values()
        .forEach(it -> put(it, name, strategy));
    return found;
  }

  private void put(Found found, String name, CellStrategy strategy) {
    Map<Integer, CellStrategy> of =
        columns.computeIfAbsent(found.table().content().id(), id -> new HashMap<>());
    CellStrategy other = of.put(found.column().fieldId(), strategy);
    if (other != null) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "cannot settle '%s' twice: by %s and by %s".formatted(name, text(other), text(strategy)),
          "give one strategy or one rule for a column");
    }
  }

  private static String text(CellStrategy strategy) {
    return strategy instanceof CellRule rule
        ? "the rule '" + rule.text() + "'"
        : "the strategy '" + strategy.toString().toLowerCase(Locale.ROOT) + "'";
  }

  /** By the key rows are found on both sides: its columns are the same there. */
  private static void requireCell(TableName table, String name, List<Found> found) {
    if (found.stream().anyMatch(Found::isKey)) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "cannot settle '%s': it is a column of the row key of '%s', which never conflicts"
              .formatted(name, table),
          "name another column; of rows that one side removed decides a strategy for the table",
          Map.of("table", table.toString()),
          null);
    }
    if (found.stream().allMatch(it -> it.schema().identifierFieldIds().isEmpty())) {
      throw withoutKey(name, table);
    }
  }

  private static VarveException withoutKey(String name, TableName table) {
    return new VarveException(
        ErrorCode.INVALID_REQUEST,
        "cannot settle '%s': '%s' has no row key, so that its rows conflict as a whole"
            .formatted(name, table),
        "give a strategy for the table: %1$s=ours or %1$s=theirs".formatted(table),
        Map.of("table", table.toString()),
        null);
  }

  /** Which side's columns the merged table will have is not known yet: those of one are enough. */
  private static void check(Rules rules, boolean isOfCell, CellRule rule, List<Found> found) {
    List<NestedField> all = found.stream().flatMap(it -> it.schema().columns().stream()).toList();
    VarveException refused = null;
    for (Found each : found) {
      try {
        rules.check(
            isOfCell ? rule : rule.winning(each.column().name()),
            each.column(),
            Stream.concat(each.schema().columns().stream(), all.stream()).toList());
        return;
      } catch (VarveException e) {
        refused = refused == null ? e : refused;
      }
    }
    if (refused != null) {
      throw refused;
    }
  }

  private record Found(LoadedTable table, NestedField column) {
    static Optional<Found> in(LoadedTable table, String column) {
      List<NestedField> fields = table.metadata().schema().columns();
      return ColumnNames.find(fields.stream().map(NestedField::name).toList(), column)
          .map(name -> new Found(table, table.metadata().schema().findField(name)));
    }

    /** The columns of a table that may conflict. */
    static Stream<Found> cells(LoadedTable table) {
      return table.metadata().schema().columns().stream()
          .map(column -> new Found(table, column))
          .filter(it -> !it.isKey());
    }

    Schema schema() {
      return table.metadata().schema();
    }

    boolean isKey() {
      return schema().identifierFieldIds().contains(column.fieldId());
    }

    /** The column, whichever side it is found on. */
    List<Object> id() {
      return List.of(table.content().id(), column.fieldId());
    }
  }

  RowPage page() {
    return options.page();
  }

  /** Where the conflicts of a table are kept, if they are. */
  Optional<KeptConflicts> kept(ContentId table) {
    return options.kept().map(kept -> kept.of(table));
  }

  /** Whether the rows of a table are left to another engine. */
  boolean isElsewhere(RowPlan plan) {
    return options.rowLimit().isPresent() && plan.bytes() > options.rowLimit().getAsLong();
  }

  /** What was said of conflicts that are not between rows. */
  Answers answers() {
    return options.kept().map(ConflictFiles::answers).orElseGet(Answers::new);
  }

  /** What another engine did, and takes what it is to do. */
  RowsElsewhere elsewhere() {
    return options.kept().map(ConflictFiles::elsewhere).orElseGet(RowsElsewhere::new);
  }

  /** The strategies for one table, by the column names of its merged schema. */
  RowStrategies of(ContentId table, Schema merged) {
    SortedMap<String, CellStrategy> byName = new TreeMap<>();
    columns
        .getOrDefault(table, Map.of())
        .forEach(
            (id, strategy) ->
                Optional.ofNullable(merged.findField(id))
                    .ifPresent(field -> byName.put(field.name(), strategy)));
    List<String> names = merged.columns().stream().map(NestedField::name).toList();
    Optional.ofNullable(winners.get(table))
        .ifPresent(
            rule ->
                merged.columns().stream()
                    .filter(column -> !merged.identifierFieldIds().contains(column.fieldId()))
                    .map(NestedField::name)
                    .forEach(name -> byName.putIfAbsent(name, rule.winning(name))));
    byName.values().stream()
        .filter(CellRule.class::isInstance)
        .forEach(rule -> Rules.requireColumns((CellRule) rule, names));
    return new RowStrategies(tables.getOrDefault(table, options.strategy()), byName);
  }
}
