package dev.varve.engine.history;

import dev.varve.catalog.Repository;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.Difference;
import dev.varve.catalog.tree.Key;
import dev.varve.engine.diff.ChangedFiles;
import dev.varve.engine.sql.ComparedSql;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.JsonSql;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What the row of one key was in the states of one table, in the columns of one schema.
 *
 * <p>Two states are compared by the files that only one of them has, and of these only those are
 * read whose column metrics allow them to hold the key. Not safe for use by several threads.
 */
final class RowStates {
  private final Tables tables;
  private final Repository repository;
  private final Supplier<Duck> duck;
  private final LoadedTable start;
  private final Schema schema;
  private final RowKey key;
  private TableName name;
  private long filesRead;

  /**
   * @param start the table where the walk begins, which names the columns and the key
   */
  RowStates(Tables tables, Supplier<Duck> duck, LoadedTable start, RowKey key) {
    this.tables = tables;
    this.repository = tables.repository();
    this.duck = duck;
    this.start = start;
    this.schema = start.metadata().schema();
    this.key = key;
    this.name = start.name();
  }

  List<NestedField> columns() {
    return schema.columns();
  }

  /** How many data files were read so far. */
  long filesRead() {
    return filesRead;
  }

  /** The table at a commit, under whatever name. O(log size) unless it was renamed. */
  Optional<Located> find(ObjectId commit) {
    Optional<Located> known = at(commit, name);
    if (known.isPresent()) {
      return known;
    }
    ContentId id = start.content().id();
    var differences = repository.tree(commit).diff(repository.tree(start.commitId()));
    while (differences.hasNext()) {
      Difference difference = differences.next();
      if (difference.before().filter(it -> it.id().equals(id)).isPresent()) {
        name = new TableName(difference.key());
        return at(commit, name);
      }
    }
    return at(commit, start.name());
  }

  private Optional<Located> at(ObjectId commit, TableName name) {
    Key place = name.key();
    return repository
        .tree(commit)
        .get(place)
        .filter(content -> content.id().equals(start.content().id()))
        .map(content -> new Located(commit, name, content));
  }

  /** The rows of the key in a state. */
  List<List<String>> rows(Located state) {
    LoadedTable table = load(state);
    return read(table, ChangedFiles.all(table).stream().filter(this::mayHold).toList());
  }

  /** What the key's row is in one state and not in another, which may not have the table. */
  RowStep compare(Optional<Located> before, Located after) {
    if (before.isPresent() && before.get().content().value().equals(after.content().value())) {
      return RowStep.SAME;
    }
    LoadedTable is = load(after);
    if (before.isEmpty()) {
      return RowStep.of(List.of(), rows(after), List.of());
    }
    LoadedTable was = load(before.get());
    ChangedFiles files = ChangedFiles.between(was, is);
    List<ScanFile> old = files.before().stream().filter(this::mayHold).toList();
    List<ScanFile> now = files.after().stream().filter(this::mayHold).toList();
    return RowStep.of(read(was, old), read(is, now), newColumns(was, is));
  }

  /** The places of the columns that one state has and an earlier one does not. */
  private List<Integer> newColumns(LoadedTable was, LoadedTable is) {
    List<Integer> places = new ArrayList<>();
    for (int at = 0; at < schema.columns().size(); at++) {
      int id = schema.columns().get(at).fieldId();
      if (was.metadata().schema().findField(id) == null
          && is.metadata().schema().findField(id) != null) {
        places.add(at);
      }
    }
    return places;
  }

  private LoadedTable load(Located state) {
    return tables.load(state.commit(), state.name());
  }

  private boolean mayHold(ScanFile file) {
    return key.mayBeIn(file.file());
  }

  private List<List<String>> read(LoadedTable table, List<ScanFile> files) {
    if (files.isEmpty()) {
      return List.of();
    }
    filesRead +=
        files.stream()
            .map(file -> file.file().location())
            .collect(Collectors.toCollection(TreeSet::new))
            .size();
    String cells =
        schema.columns().stream()
            .map(
                column ->
                    "coalesce((%s)::VARCHAR, 'null')"
                        .formatted(JsonSql.of(SqlText.name(column.name()), column.type())))
            .collect(Collectors.joining(", "));
    String columns =
        schema.columns().stream()
            .map(
                column -> {
                  String name = SqlText.name(column.name());
                  return ComparedSql.of(name, column.type()) + " AS " + name;
                })
            .collect(Collectors.joining(", "));
    try (DuckSession session = duck.get().trusted()) {
      String view = session.freshName("__varve_row");
      TableRelation.of(table.metadata(), table.io(), files).as(schema).register(session, view);
      return session.query(
          "SELECT %s FROM (SELECT %s FROM %s WHERE %s) ORDER BY ALL"
              .formatted(cells, columns, view, key.condition()),
          result -> {
            List<List<String>> rows = new ArrayList<>();
            while (result.next()) {
              List<String> row = new ArrayList<>();
              for (int at = 1; at <= schema.columns().size(); at++) {
                row.add(result.getString(at));
              }
              rows.add(List.copyOf(row));
            }
            return rows;
          });
    }
  }

  /** Where the table is at a commit. */
  record Located(ObjectId commit, TableName name, Content content) {}
}
