package dev.varve.engine.prepared;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.ContentId;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.ingest.FileFormat;
import dev.varve.engine.ingest.Ingest;
import dev.varve.engine.ingest.IngestMode;
import dev.varve.engine.ingest.IngestRequest;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.IngestSource;
import dev.varve.engine.ingest.ProgressListener;
import dev.varve.engine.merge.Answer;
import dev.varve.engine.merge.Answers;
import dev.varve.engine.merge.ConflictFiles;
import dev.varve.engine.merge.MergeConflict;
import dev.varve.engine.merge.MergeReport;
import dev.varve.engine.merge.RowTask;
import dev.varve.engine.merge.rows.SeenRow;
import dev.varve.engine.merge.rows.Side;
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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Conflicts as tables {@code conflicts.NAME} on the branch of a prepared merge: for each table
 * whose rows are in conflict one with a row for each cell, or row; and a {@link ChoiceTable} for
 * all other conflicts. In {@code take} and {@code value} is what was said.
 */
final class ConflictTables {
  private final Tables tables;
  private final Ingest ingest;
  private final Supplier<Duck> duck;
  private final RowTasks tasks;
  private final ConflictNames names;
  private final RowAnswers rowAnswers;
  private final ChoiceTable choices;

  ConflictTables(Tables tables, Ingest ingest, TableEdits edits, Supplier<Duck> duck) {
    this.tables = tables;
    this.ingest = ingest;
    this.duck = duck;
    this.tasks = new RowTasks(tables);
    this.names = new ConflictNames(tables);
    this.rowAnswers = new RowAnswers(tables, edits, tasks, duck);
    this.choices = new ChoiceTable(tables, ingest, edits, duck);
  }

  /**
   * Puts the conflicts of a merge onto a branch, a commit for each table. Only the last commit says
   * what they belong to, so that after a crash they are all there or nothing is.
   *
   * @param on the branch, with the properties of the last commit
   * @param files where the merge left them
   * @param said what was said before: a task has it beside it
   */
  void keep(WriteOptions on, MergeReport report, ConflictFiles files, Optional<Said> said) {
    NamespaceName namespace = names.freeNamespace(report.sides().ours());
    List<KeptConflict> kept = new ArrayList<>();
    for (MergeConflict conflict : report.conflicts()) {
      if (conflict.choice().isPresent()) {
        continue;
      }
      Optional<RowTask> left = files.elsewhere().left(conflict.subject());
      Optional<KeptConflict.Task> task =
          left.map(
              it ->
                  KeptConflict.Task.of(
                      it,
                      ConflictNames.freeName(namespace, conflict.subject() + "_files", kept),
                      ConflictNames.freeName(namespace, conflict.subject(), kept)));
      Optional<KeptConflict.Rows> rows =
          task.isPresent() ? Optional.empty() : rows(report, conflict, namespace, kept);
      kept.add(KeptConflict.of(conflict, rows, task, Optional.empty()));
    }
    List<MergeConflict> answerable = answerable(report, files.answers());
    TableName choiceTable = ConflictNames.freeName(namespace, ChoiceTable.NAME, kept);
    answerable.forEach(
        it ->
            kept.add(
                KeptConflict.of(
                    it,
                    Optional.empty(),
                    Optional.empty(),
                    it.choice().map(choice -> new KeptChoice(choiceTable, choice)))));
    kept.sort(Comparator.comparing(KeptConflict::subject));
    WriteOptions first = unmarked(on);
    tables.namespaces().create(first, namespace, Map.of());
    for (KeptConflict conflict : kept) {
      conflict.rows().ifPresent(rows -> ingest(first, rows, files));
      conflict.task().ifPresent(task -> ingest(first, conflict, task, files));
      if (conflict.task().isPresent() && said.isPresent()) {
        tasks.carry(first, conflict, said.get());
      }
    }
    if (!answerable.isEmpty()) {
      Path file = files.directory().resolve("choices.parquet");
      choices.write(first, choiceTable, answerable, files.answers(), file);
    }
    tables
        .namespaces()
        .update(
            on.withProperties(KeptConflict.property(kept)),
            namespace,
            Map.of("comment", on.message().orElse("conflicts")),
            Set.of());
  }

  /** What is in conflict and can be answered, and what was and has been, each once. */
  private static List<MergeConflict> answerable(MergeReport report, Answers answers) {
    Map<String, MergeConflict> byId = new LinkedHashMap<>();
    Stream.concat(report.conflicts().stream(), answers.settled().stream())
        .forEach(
            conflict ->
                conflict.choice().ifPresent(choice -> byId.putIfAbsent(choice.id(), conflict)));
    return List.copyOf(byId.values());
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
                    ConflictNames.freeName(namespace, conflict.subject(), taken),
                    table.content().id(),
                    conflict.rows().orElseThrow().count()));
  }

  private void ingest(WriteOptions options, KeptConflict.Rows rows, ConflictFiles files) {
    ingest(options, rows.table(), files.of(rows.content()).conflicts(), FileFormat.PARQUET);
  }

  private void ingest(
      WriteOptions options, KeptConflict conflict, KeptConflict.Task kept, ConflictFiles files) {
    RowTask task = files.elsewhere().left(conflict.subject()).orElseThrow();
    Path list =
        files.of(task.content()).conflicts().resolveSibling(task.content() + ".files.jsonl");
    RowTasks.write(task, list);
    ingest(options, kept.files(), list, FileFormat.JSON_LINES);
    tasks.putTarget(options, task);
  }

  private void ingest(WriteOptions options, TableName table, Path file, FileFormat format) {
    ingest.ingest(
        new IngestRequest(
            table,
            IngestSource.of(file),
            Optional.of(format),
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

  /** As {@link RowAnswers#resolve}. */
  long resolve(WriteOptions options, PreparedMerge prepared, Resolution resolution) {
    return rowAnswers.resolve(options, prepared, resolution);
  }

  /** As {@link ChoiceTable#resolve}; there is at least one conflict with a choice. */
  long choose(WriteOptions options, PreparedMerge prepared, ChoiceResolution resolution) {
    TableName table =
        prepared.conflicts().stream()
            .flatMap(conflict -> conflict.choice().stream())
            .map(KeptChoice::table)
            .findFirst()
            .orElseThrow();
    return choices.resolve(options, table, resolution);
  }

  /** What is in the way, and of how much of it nothing is said. */
  List<OpenConflict> open(PreparedMerge prepared) {
    return open(prepared, prepared.conflicts());
  }

  /** Of how much of some conflicts nothing is said. Reads the tables of these alone. */
  List<OpenConflict> open(PreparedMerge prepared, List<KeptConflict> conflicts) {
    ObjectId commit = prepared.commit().id();
    Map<TableName, SortedMap<String, Answer>> said = new TreeMap<>();
    List<OpenConflict> open = new ArrayList<>();
    for (KeptConflict conflict : conflicts) {
      if (conflict.choice().isPresent()) {
        KeptChoice kept = conflict.choice().get();
        Optional<Answer> answer =
            Optional.ofNullable(
                said.computeIfAbsent(kept.table(), table -> choices.said(commit, table))
                    .get(kept.choice().id()));
        open.add(new OpenConflict(conflict, answer.isPresent() ? 0 : 1, answer));
      } else {
        open.add(new OpenConflict(conflict, openRows(prepared, conflict), Optional.empty()));
      }
    }
    return open;
  }

  private long openRows(PreparedMerge prepared, KeptConflict conflict) {
    if (tasks.isDone(prepared, conflict)) {
      return 0;
    }
    return conflict
        .rows()
        .map(
            rows ->
                tables
                    .find(prepared.commit().id(), rows.table())
                    .map(table -> number(table, "count(*) FILTER (take IS NULL)"))
                    .orElse(rows.count()))
        .orElse(1L);
  }

  /** What is to be done elsewhere before the merge can be finished, though nothing is open. */
  Optional<KeptConflict> toApply(PreparedMerge prepared) {
    return prepared.conflicts().stream()
        .filter(conflict -> conflict.task().isPresent() && conflict.rows().isPresent())
        .filter(conflict -> !tasks.isDone(prepared, conflict))
        .findFirst();
  }

  /** Conflicts as a commit on top of those that were kept has them: with what was found since. */
  List<KeptConflict> asFound(ObjectId commit, List<KeptConflict> conflicts) {
    return conflicts.stream().map(conflict -> tasks.asFound(commit, conflict)).toList();
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
   * @param ours where the branch stands that is merged into
   * @return strategies for those tables without a row key of whose rows all was said the same, if
   *     the branch has the rows that it had then: others would be discarded unseen
   */
  SortedMap<String, Side> export(Said said, ObjectId ours, ConflictFiles files) {
    SortedMap<String, Side> strategies = new TreeMap<>();
    said.conflicts().stream()
        .flatMap(conflict -> conflict.choice().stream())
        .map(KeptChoice::table)
        .distinct()
        .forEach(table -> choices.said(said.commit(), table).forEach(files.answers()::add));
    for (KeptConflict conflict : said.conflicts()) {
      Optional<ContentId> content = conflict.rows().map(KeptConflict.Rows::content);
      if (conflict.task().isPresent()) {
        Optional<LoadedTable> target =
            tables.find(said.commit(), TableName.parse(conflict.subject()));
        target.ifPresent(it -> files.elsewhere().add(it.content().id(), it.metadata()));
        content = target.map(it -> it.content().id());
      }
      Optional<LoadedTable> table =
          conflict.table().flatMap(name -> tables.find(said.commit(), name));
      if (table.isEmpty() || content.isEmpty() || !RowTasks.holdsConflicts(table.get())) {
        continue;
      }
      if (table.get().metadata().schema().findField("key") != null) {
        said(table.get(), files.of(content.get()).said().toString());
      } else if (said.ours().filter(was -> rowsDiffer(conflict, was, ours)).isEmpty()) {
        side(table.get()).ifPresent(side -> strategies.put(conflict.subject(), side));
      }
    }
    return strategies;
  }

  private boolean rowsDiffer(KeptConflict conflict, ObjectId one, ObjectId other) {
    TableName name = TableName.parse(conflict.subject());
    Optional<LoadedTable> before = tables.find(one, name);
    Optional<LoadedTable> now = tables.find(other, name);
    return before.isPresent()
        && now.isPresent()
        && !Objects.equals(
            before.get().metadata().currentSnapshot(), now.get().metadata().currentSnapshot());
  }

  private void said(LoadedTable table, String file) {
    try (DuckSession session = duck.get().trusted()) {
      TableRelation.of(table.metadata(), table.io()).register(session, "__varve_conflicts");
      session.execute(
          """
          COPY (SELECT "key", cell, take, value, %s AS ours, %s AS theirs
                FROM __varve_conflicts WHERE take IS NOT NULL)
          TO %s (FORMAT parquet)"""
              .formatted(seen(table, "ours"), seen(table, "theirs"), SqlText.literal(file)));
    }
  }

  private static String seen(LoadedTable conflicts, String side) {
    return SeenRow.text(side, conflicts.metadata().schema().findType(side).asStructType().fields());
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
