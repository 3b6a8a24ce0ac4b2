package dev.varve.engine.prepared;

import dev.varve.catalog.object.ObjectId;
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
import dev.varve.engine.merge.Choice;
import dev.varve.engine.merge.MergeConflict;
import dev.varve.engine.merge.Winner;
import dev.varve.engine.prepared.Resolution.Take;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Conflicts of metadata and of whole keys as a table on the branch of a prepared merge, with a row
 * for each, and in {@code take} and {@code value} what was said of it.
 *
 * <pre>
 * id         names the conflict, as {@link Choice#id()}
 * subject    the table or namespace
 * code       the kind of the conflict
 * part       what of the subject is in conflict
 * message    what each side did
 * base, ours, theirs   what the part is on the three sides, as text
 * choices    who may win, such as 'ours, theirs, value'
 * take       who wins, null if nothing is said
 * value      what is given, if that wins
 * </pre>
 */
final class ChoiceTable {
  /** Its name within the namespace of the conflicts, if no table in conflict has it. */
  static final String NAME = "metadata";

  private final Tables tables;
  private final Ingest ingest;
  private final TableEdits edits;
  private final Supplier<Duck> duck;

  ChoiceTable(Tables tables, Ingest ingest, TableEdits edits, Supplier<Duck> duck) {
    this.tables = tables;
    this.ingest = ingest;
    this.edits = edits;
    this.duck = duck;
  }

  /**
   * Writes the table.
   *
   * @param conflicts each with a choice
   * @param answers what was said of some of them
   * @param file where to write the rows before
   */
  void write(
      WriteOptions options,
      TableName table,
      List<MergeConflict> conflicts,
      Answers answers,
      Path file) {
    String rows =
        conflicts.stream()
            .map(conflict -> row(conflict, answer(conflict.choice().orElseThrow(), answers)))
            .collect(Collectors.joining(",\n"));
    try (DuckSession session = duck.get().trusted()) {
      session.execute(
          """
          COPY (SELECT * FROM (VALUES %s) AS conflicts
                (id, subject, code, part, message, base, ours, theirs, choices, take, value))
          TO %s (FORMAT parquet)"""
              .formatted(rows, SqlText.literal(file.toString())));
    }
    ingest.ingest(
        new IngestRequest(
            table,
            IngestSource.of(file),
            Optional.of(FileFormat.PARQUET),
            IngestMode.CREATE,
            NewTable.PLAIN,
            options),
        ProgressListener.NONE);
  }

  /** What was said and can still be. */
  private static Optional<Answer> answer(Choice choice, Answers answers) {
    return answers.find(choice.id()).filter(it -> choice.winners().contains(it.winner()));
  }

  private static String row(MergeConflict conflict, Optional<Answer> answer) {
    Choice choice = conflict.choice().orElseThrow();
    return Stream.of(
            Optional.of(choice.id()),
            Optional.of(conflict.subject()),
            Optional.of(conflict.code()),
            Optional.of(choice.part()),
            Optional.of(conflict.message()),
            choice.base(),
            Optional.of(choice.ours()),
            Optional.of(choice.theirs()),
            Optional.of(
                choice.winners().stream().map(ChoiceTable::text).collect(Collectors.joining(", "))),
            answer.map(it -> text(it.winner())),
            answer.flatMap(Answer::value))
        .map(text -> text.map(SqlText::literal).orElse("NULL") + "::VARCHAR")
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Says something of those conflicts that allow it.
   *
   * @return of how many it is said
   */
  long resolve(WriteOptions options, TableName table, ChoiceResolution resolution) {
    edits.check(options, table, resolution.where());
    List<String> conditions = new ArrayList<>();
    conditions.add(resolution.where() + "\n");
    resolution.id().ifPresent(id -> conditions.add("id = " + SqlText.literal(id)));
    resolution
        .subject()
        .ifPresent(it -> conditions.add("subject = " + SqlText.literal(it.toString())));
    String take = "NULL";
    if (resolution.take() != Take.NONE) {
      take = SqlText.literal(text(resolution.take()));
      conditions.add("list_contains(string_split(choices, ', '), " + take + ")");
    }
    return edits
        .update(
            options,
            table,
            new TreeMap<>(
                Map.of(
                    "take",
                    take,
                    "value",
                    resolution.value().map(SqlText::literal).orElse("NULL"))),
            "(" + String.join(") AND (", conditions) + ")")
        .rowsAdded();
  }

  /** What was said, by the id of the conflict. */
  SortedMap<String, Answer> said(ObjectId commit, TableName name) {
    SortedMap<String, Answer> said = new TreeMap<>();
    Optional<LoadedTable> table = tables.find(commit, name);
    if (table.isPresent()) {
      try (DuckSession session = duck.get().trusted()) {
        TableRelation.of(table.get().metadata(), table.get().io())
            .register(session, "__varve_conflicts");
        session.query(
            "SELECT id, take, value FROM __varve_conflicts WHERE take IS NOT NULL",
            rows -> {
              while (rows.next()) {
                Winner winner = Winner.valueOf(rows.getString(2).toUpperCase(Locale.ROOT));
                Optional<String> value =
                    winner == Winner.VALUE
                        ? Optional.ofNullable(rows.getString(3))
                        : Optional.empty();
                said.put(rows.getString(1), new Answer(winner, value));
              }
              return said.size();
            });
      }
    }
    return said;
  }
}
