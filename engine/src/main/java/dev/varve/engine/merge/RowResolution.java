package dev.varve.engine.merge;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.Nearest;
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
import dev.varve.engine.query.RowExpressions;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
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
  private final Map<ContentId, Map<Integer, CellStrategy>> columns = new HashMap<>();

  private RowResolution(ConflictOptions options) {
    this.options = options;
  }

  /**
   * Looks the names up in two commits.
   *
   * @throws VarveException if a name is of no table and no column of either, or a rule is not an
   *     expression over base, ours and theirs
   */
  static RowResolution of(
      ConflictOptions options, Tables tables, Supplier<Duck> duck, List<ObjectId> commits) {
    RowResolution resolution = new RowResolution(options);
    options
        .strategies()
        .forEach(
            (name, side) -> {
              Optional<LoadedTable> table = find(tables, commits, TableName.parse(name));
              if (table.isPresent()) {
                resolution.tables.put(table.get().content().id(), side);
              } else {
                resolution.put(tables, commits, name, side);
              }
            });
    options
        .rules()
        .forEach((name, text) -> resolution.put(tables, commits, name, rule(duck, text)));
    return resolution;
  }

  private static Optional<LoadedTable> find(Tables tables, List<ObjectId> commits, TableName name) {
    return commits.stream().flatMap(commit -> tables.find(commit, name).stream()).findFirst();
  }

  private void put(Tables tables, List<ObjectId> commits, String name, CellStrategy strategy) {
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
          "write TABLE=ours, TABLE.COLUMN=theirs or a rule TABLE.COLUMN=EXPRESSION");
    }
    found.forEach(
        it ->
            columns.computeIfAbsent(it.table(), id -> new HashMap<>()).put(it.column(), strategy));
  }

  private record Found(ContentId table, int column) {
    static Optional<Found> in(LoadedTable table, String column) {
      List<NestedField> fields = table.metadata().schema().columns();
      return ColumnNames.find(fields.stream().map(NestedField::name).toList(), column)
          .map(name -> table.metadata().schema().findField(name).fieldId())
          .map(id -> new Found(table.content().id(), id));
    }
  }

  private static CellRule rule(Supplier<Duck> duck, String text) {
    RowExpressions.RowExpression checked = new RowExpressions(duck.get()).parse(text);
    for (List<String> name : checked.columns()) {
      if (Stream.of("base", "ours", "theirs").noneMatch(name.get(0)::equalsIgnoreCase)) {
        throw new VarveException(
            ErrorCode.INVALID_SQL,
            "cannot use the rule '%s': it does not say on which side '%s' is"
                .formatted(text, String.join(".", name)),
            "write base.%1$s, ours.%1$s or theirs.%1$s".formatted(name.get(name.size() - 1)));
      }
    }
    return new CellRule(checked.sql(), text, List.copyOf(checked.columns()));
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
    byName.values().forEach(strategy -> requireKnown(strategy, names));
    return new RowStrategies(tables.getOrDefault(table, options.strategy()), byName);
  }

  /** A rule reads columns of the merged table, on any side. */
  private static void requireKnown(CellStrategy strategy, List<String> names) {
    if (!(strategy instanceof CellRule rule)) {
      return;
    }
    for (List<String> field : rule.fields()) {
      if (field.size() > 1 && names.stream().noneMatch(field.get(1)::equalsIgnoreCase)) {
        throw new VarveException(
            ErrorCode.INVALID_SQL,
            "cannot use the rule '%s': the merged table has no column '%s'"
                .formatted(rule.text(), field.get(1)),
            Nearest.to(field.get(1), names)
                .map(near -> "did you mean '%s.%s'?".formatted(field.get(0), near))
                .orElse("its columns are " + String.join(", ", names)));
      }
    }
  }
}
