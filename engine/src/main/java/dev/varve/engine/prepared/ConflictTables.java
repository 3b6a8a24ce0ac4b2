package dev.varve.engine.prepared;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.history.RowKey;
import dev.varve.engine.ingest.FileFormat;
import dev.varve.engine.ingest.Ingest;
import dev.varve.engine.ingest.IngestMode;
import dev.varve.engine.ingest.IngestRequest;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.IngestSource;
import dev.varve.engine.ingest.ProgressListener;
import dev.varve.engine.merge.ConflictFiles;
import dev.varve.engine.merge.MergeConflict;
import dev.varve.engine.merge.MergeReport;
import dev.varve.engine.merge.RowTask;
import dev.varve.engine.merge.rows.Side;
import dev.varve.engine.prepared.Resolution.Take;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Conflicts between rows as tables {@code conflicts.NAME} on the branch of a prepared merge: a row
 * for each cell, or row, in conflict, and in {@code take} and {@code value} what was said of it.
 */
final class ConflictTables {
  private static final String NAMESPACE = "conflicts";

  private final Tables tables;
  private final Ingest ingest;
  private final TableEdits edits;
  private final Supplier<Duck> duck;
  private final RowTasks tasks;

  ConflictTables(Tables tables, Ingest ingest, TableEdits edits, Supplier<Duck> duck) {
    this.tables = tables;
    this.ingest = ingest;
    this.edits = edits;
    this.duck = duck;
    this.tasks = new RowTasks(tables);
  }

  /**
   * Puts the conflicts of a merge onto a branch, a commit for each table. Only the last commit says
   * what they belong to, so that after a crash they are all there or nothing is.
   *
   * @param on the branch, with the properties of the last commit
   * @param files where the merge left them
   */
  void keep(WriteOptions on, MergeReport report, ConflictFiles files) {
    NamespaceName namespace = freeNamespace(report.sides().ours());
    List<KeptConflict> kept = new ArrayList<>();
    for (MergeConflict conflict : report.conflicts()) {
      Optional<RowTask> task =
          files.elsewhere().left().stream()
              .filter(it -> it.table().toString().equals(conflict.subject()))
              .findFirst();
      Optional<KeptConflict.Rows> rows =
          task.map(
                  it ->
                      new KeptConflict.Rows(
                          freeName(namespace, conflict.subject(), kept),
                          it.content(),
                          it.plan().fileCount()))
              .or(() -> rows(report, conflict, namespace, kept));
      kept.add(KeptConflict.of(conflict, rows, task.map(KeptConflict.Task::of)));
    }
    WriteOptions first = unmarked(on);
    tables.namespaces().create(first, namespace, Map.of());
    for (KeptConflict conflict : kept) {
      conflict.rows().ifPresent(rows -> ingest(first, conflict, rows, files));
    }
    files.elsewhere().left().forEach(task -> tasks.putTarget(first, task));
    tables
        .namespaces()
        .update(
            on.withProperties(KeptConflict.property(kept)),
            namespace,
            Map.of("comment", on.message().orElse("conflicts")),
            Set.of());
  }

  /** The options of a commit that does not yet make the branch a prepared merge. */
  private static WriteOptions unmarked(WriteOptions options) {
    SortedMap<String, String> properties = new TreeMap<>(options.properties());
    properties.remove(Intent.PROPERTY);
    return new WriteOptions(options.branch(), options.author(), options.message(), properties);
  }

  private Optional<KeptConflict.Rows> rows(
      MergeReport report,
      MergeConflict conflict,
      NamespaceName namespace,
      List<KeptConflict> taken) {
    return conflict
        .rows()
        .flatMap(rows -> find(report, TableName.parse(conflict.subject())))
        .map(
            table ->
                new KeptConflict.Rows(
                    freeName(namespace, conflict.subject(), taken),
                    table.content().id(),
                    conflict.rows().orElseThrow().count()));
  }

  private void ingest(
      WriteOptions options, KeptConflict conflict, KeptConflict.Rows rows, ConflictFiles files) {
    Path file = files.of(rows.content()).conflicts();
    if (conflict.task().isPresent()) {
      file = file.resolveSibling(rows.content() + ".files.jsonl");
      RowTask task =
          files.elsewhere().left().stream()
              .filter(it -> it.content().equals(rows.content()))
              .findFirst()
              .orElseThrow();
      RowTasks.write(task, file);
    }
    ingest.ingest(
        new IngestRequest(
            rows.table(),
            IngestSource.of(file),
            Optional.of(conflict.task().isPresent() ? FileFormat.JSON_LINES : FileFormat.PARQUET),
            IngestMode.CREATE,
            NewTable.PLAIN,
            options),
        ProgressListener.NONE);
  }

  private Optional<LoadedTable> find(MergeReport report, TableName name) {
    return Stream.concat(
            Stream.of(report.sides().ours(), report.sides().theirs()),
            report.sides().bases().stream())
        .flatMap(commit -> tables.find(commit, name).stream())
        .findFirst();
  }

  private NamespaceName freeNamespace(ObjectId commit) {
    NamespaceName name = NamespaceName.parse(NAMESPACE);
    for (int i = 2; tables.namespaces().exists(commit, name); i++) {
      name = NamespaceName.parse(NAMESPACE + "_" + i);
    }
    return name;
  }

  private static TableName freeName(
      NamespaceName namespace, String subject, List<KeptConflict> taken) {
    String name = subject.replaceAll("[^\\p{L}\\p{N}_]", "_");
    TableName free = TableName.of(namespace, name);
    for (int i = 2; isTaken(free, taken); i++) {
      free = TableName.of(namespace, name + "_" + i);
    }
    return free;
  }

  private static boolean isTaken(TableName name, List<KeptConflict> taken) {
    return taken.stream()
        .flatMap(conflict -> conflict.rows().stream())
        .anyMatch(rows -> rows.table().equals(name));
  }

  /**
   * Says something of conflicts.
   *
   * @param options the branch of the prepared merge, with the properties of its commits
   * @return how many conflicts it is said of
   */
  long resolve(WriteOptions options, PreparedMerge prepared, Resolution resolution) {
    KeptConflict.Rows rows = rows(prepared, resolution.table());
    boolean valued = resolution.take() == Take.VALUE;
    if (valued && (resolution.cell().isEmpty() || resolution.value().isEmpty())) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "cannot resolve conflicts of '%s' by a value: it is not said of which column"
              .formatted(resolution.table()),
          "name the column and an expression for its value");
    }
    List<String> conditions = new ArrayList<>();
    conditions.add(resolution.where() + "\n");
    resolution.cell().ifPresent(cell -> conditions.add("cell = " + SqlText.literal(cell)));
    if (!resolution.key().isEmpty()) {
      conditions.add(key(prepared, resolution).conditionOn("\"key\""));
    }
    if (valued || resolution.take() == Take.BASE) {
      // A row that base does not have has no cell to go back to.
      conditions.add("cell IS NOT NULL AND (base IS NOT NULL OR " + valued + ")");
    }
    String take =
        resolution.take() == Take.NONE
            ? "NULL"
            : SqlText.literal(resolution.take().name().toLowerCase(Locale.ROOT));
    String value = valued ? "CAST((" + resolution.value().get() + "\n) AS VARCHAR)" : "NULL";
    return edits
        .update(
            options,
            rows.table(),
            new TreeMap<>(Map.of("take", take, "value", value)),
            "(" + String.join(") AND (", conditions) + ")")
        .rowsAdded();
  }

  private RowKey key(PreparedMerge prepared, Resolution resolution) {
    LoadedTable table =
        Stream.of(prepared.intent().ours(), prepared.intent().commit())
            .flatMap(commit -> tables.find(commit, resolution.table()).stream())
            .findFirst()
            .orElseThrow(() -> noConflict(prepared, resolution.table()));
    return RowKey.parse(resolution.table(), table.metadata().schema(), resolution.key());
  }

  private static KeptConflict.Rows rows(PreparedMerge prepared, TableName table) {
    return prepared.conflicts().stream()
        .filter(conflict -> conflict.subject().equals(table.toString()))
        .filter(conflict -> conflict.task().isEmpty())
        .flatMap(conflict -> conflict.rows().stream())
        .findFirst()
        .orElseThrow(() -> noConflict(prepared, table));
  }

  private static VarveException noConflict(PreparedMerge prepared, TableName table) {
    return new VarveException(
        ErrorCode.INVALID_REQUEST,
        "'%s' has no conflicts between rows of '%s'".formatted(prepared.name(), table),
        "list them with: varve prepared conflicts " + prepared.name(),
        Map.of("ref", prepared.name().text(), "table", table.toString()),
        null);
  }

  /** How many conflicts of each table nothing is said of, by the table in conflict. */
  SortedMap<String, Long> open(PreparedMerge prepared) {
    SortedMap<String, Long> open = new TreeMap<>();
    for (KeptConflict conflict : prepared.conflicts()) {
      if (conflict.task().isPresent()) {
        open.put(conflict.subject(), tasks.isDone(prepared, conflict) ? 0L : 1L);
        continue;
      }
      conflict
          .rows()
          .ifPresent(
              rows ->
                  open.put(
                      conflict.subject(),
                      tables
                          .find(prepared.commit().id(), rows.table())
                          .map(table -> number(table, "count(*) FILTER (take IS NULL)"))
                          .orElse(rows.count())));
    }
    return open;
  }

  private long number(LoadedTable table, String expression) {
    try (DuckSession session = duck.get().trusted()) {
      TableRelation.of(table.metadata(), table.io()).register(session, "__varve_conflicts");
      return session.query(
          "SELECT " + expression + " FROM __varve_conflicts",
          row -> row.next() ? row.getLong(1) : 0L);
    }
  }

  /**
   * Writes what was said where a merge finds it.
   *
   * @param commit holds the conflict tables
   * @return strategies for those tables without a row key of whose rows all was said the same
   */
  SortedMap<String, Side> export(
      ObjectId commit, List<KeptConflict> conflicts, ConflictFiles files) {
    SortedMap<String, Side> strategies = new TreeMap<>();
    for (KeptConflict conflict : conflicts) {
      if (conflict.task().isPresent()) {
        tables
            .find(commit, TableName.parse(conflict.subject()))
            .ifPresent(table -> files.elsewhere().add(table.content().id(), table.metadata()));
        continue;
      }
      Optional<KeptConflict.Rows> rows = conflict.rows();
      Optional<LoadedTable> table = rows.flatMap(it -> tables.find(commit, it.table()));
      if (table.isPresent() && table.get().metadata().schema().findField("key") != null) {
        said(table.get(), files.of(rows.get().content()).said().toString());
      } else if (table.isPresent()) {
        side(table.get()).ifPresent(side -> strategies.put(conflict.subject(), side));
      }
    }
    return strategies;
  }

  private void said(LoadedTable table, String file) {
    try (DuckSession session = duck.get().trusted()) {
      TableRelation.of(table.metadata(), table.io()).register(session, "__varve_conflicts");
      session.execute(
          """
          COPY (SELECT "key", cell, take, value, to_json(ours)::VARCHAR AS ours,
                       to_json(theirs)::VARCHAR AS theirs
                FROM __varve_conflicts WHERE take IS NOT NULL)
          TO %s (FORMAT parquet)"""
              .formatted(SqlText.literal(file)));
    }
  }

  private Optional<Side> side(LoadedTable table) {
    if (number(table, "count(*) FILTER (take IS DISTINCT FROM 'ours')") == 0) {
      return Optional.of(Side.OURS);
    }
    return number(table, "count(*) FILTER (take IS DISTINCT FROM 'theirs')") == 0
        ? Optional.of(Side.THEIRS)
        : Optional.empty();
  }
}
