package dev.varve.engine.diff;

import dev.varve.catalog.Repository;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Difference;
import dev.varve.catalog.tree.Key;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.NamespaceContent;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Compares any two commits of a lake. Safe for use by many threads; writes nothing.
 *
 * <p>Tables are followed across renames by their content ids. The cost is that of the differing
 * keys, and per changed table of its differing manifests; {@link #rows} also reads the changed data
 * files, and no others.
 */
public final class Diffs {
  private final Tables tables;
  private final Repository repository;
  private final Supplier<Duck> duck;
  private final RowDiffCache cache;

  /** With a cache of its own. */
  public Diffs(Tables tables, Supplier<Duck> duck) {
    this(tables, duck, new RowDiffCache(RowDiffCache.DEFAULT_BYTES));
  }

  /**
   * @param cache of this warehouse, for all of its repositories
   */
  public Diffs(Tables tables, Supplier<Duck> duck, RowDiffCache cache) {
    this.cache = cache;
    this.tables = tables;
    this.repository = tables.repository();
    this.duck = duck;
  }

  /** Compares all tables, views and namespaces of two commits. */
  public DiffReport diff(ObjectId from, ObjectId to) {
    List<NamespaceDiff> namespaces = new ArrayList<>();
    Map<ContentId, TableName> before = new HashMap<>();
    Map<ContentId, TableName> after = new HashMap<>();
    List<Difference> differences = new ArrayList<>();
    repository
        .tree(from)
        .diff(repository.tree(to))
        .forEachRemaining(
            difference -> {
              difference.before().ifPresent(it -> note(difference.key(), it, before));
              difference.after().ifPresent(it -> note(difference.key(), it, after));
              namespace(difference).ifPresent(namespaces::add);
              differences.add(difference);
            });
    List<TableDiff> found = new ArrayList<>();
    after.forEach(
        (id, name) ->
            found.add(
                between(
                    Optional.ofNullable(before.remove(id)).map(was -> tables.load(from, was)),
                    Optional.of(tables.load(to, name)))));
    before.values().forEach(name -> found.add(TableStates.removed(tables.load(from, name))));
    found.sort(Comparator.comparing(TableDiff::table).thenComparing(TableDiff::kind));
    return new DiffReport(
        from, to, namespaces, found, ViewDiff.of(tables.views(), from, to, differences));
  }

  /**
   * Compares one table of two commits, empty if it is the same or exists in neither.
   *
   * @param name its name at {@code to}, or at {@code from} if it is gone
   */
  public Optional<TableDiff> diff(ObjectId from, ObjectId to, TableName name) {
    Optional<LoadedTable> after = tables.find(to, name);
    Optional<LoadedTable> before = before(from, name, after);
    boolean same = before.map(LoadedTable::content).equals(after.map(LoadedTable::content));
    boolean renamed = before.isPresent() && !before.get().name().equals(name);
    return same && !renamed ? Optional.empty() : Optional.of(between(before, after));
  }

  /**
   * The rows of one table that two commits differ by, one page of them.
   *
   * @param name as for {@link #diff(ObjectId, ObjectId, TableName)}
   */
  public RowDiff rows(ObjectId from, ObjectId to, TableName name, RowPage page) {
    Optional<LoadedTable> after = tables.find(to, name);
    Optional<LoadedTable> before = before(from, name, after);
    if (before.isEmpty() && after.isEmpty()) {
      tables.load(to, name);
    }
    RowComparison comparison = new RowComparison(before, after);
    return cache.get(
        new RowDiffCache.States(value(before), value(after)),
        page,
        (needed, limit) -> comparison.run(duck.get(), needed, limit));
  }

  private static Optional<ObjectId> value(Optional<LoadedTable> table) {
    return table.map(it -> it.content().value());
  }

  private Optional<LoadedTable> before(ObjectId from, TableName name, Optional<LoadedTable> after) {
    Optional<LoadedTable> same = tables.find(from, name);
    if (after.isEmpty() || same.filter(it -> sameTable(it, after.get())).isPresent()) {
      return same;
    }
    return find(from, after.get());
  }

  /** Where a table of another commit is in {@code from}, if it was renamed in between. */
  private Optional<LoadedTable> find(ObjectId from, LoadedTable after) {
    var differences = repository.tree(from).diff(repository.tree(after.commitId()));
    while (differences.hasNext()) {
      Difference difference = differences.next();
      if (difference.before().filter(it -> it.id().equals(after.content().id())).isPresent()) {
        return Optional.of(tables.load(from, new TableName(difference.key())));
      }
    }
    return Optional.empty();
  }

  private static boolean sameTable(LoadedTable one, LoadedTable other) {
    return one.content().id().equals(other.content().id());
  }

  /** Compares two states of one table, of which at least one is there. */
  public static TableDiff between(Optional<LoadedTable> before, Optional<LoadedTable> after) {
    if (before.isEmpty()) {
      return TableStates.added(after.orElseThrow());
    }
    return after.isEmpty()
        ? TableStates.removed(before.get())
        : TableStates.compare(before.get(), after.get());
  }

  private static void note(Key key, Content content, Map<ContentId, TableName> names) {
    if (content.type().equals(ContentType.ICEBERG_TABLE)) {
      names.put(content.id(), new TableName(key));
    }
  }

  private Optional<NamespaceDiff> namespace(Difference difference) {
    Optional<SortedMap<String, String>> before = difference.before().flatMap(this::properties);
    Optional<SortedMap<String, String>> after = difference.after().flatMap(this::properties);
    if (before.isEmpty() && after.isEmpty()) {
      return Optional.empty();
    }
    ChangeKind kind =
        before.isEmpty()
            ? ChangeKind.ADDED
            : after.isEmpty() ? ChangeKind.REMOVED : ChangeKind.CHANGED;
    return Optional.of(
        new NamespaceDiff(
            new NamespaceName(difference.key()),
            kind,
            ValueChange.between(before.orElseGet(TreeMap::new), after.orElseGet(TreeMap::new))));
  }

  private Optional<SortedMap<String, String>> properties(Content content) {
    return content.type().equals(ContentType.NAMESPACE)
        ? Optional.of(NamespaceContent.decode(repository.value(content)))
        : Optional.empty();
  }
}
