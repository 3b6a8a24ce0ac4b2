package dev.varve.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.diff.FileCounts;
import dev.varve.engine.merge.MergeConflict;
import dev.varve.engine.merge.MergeLevel;
import dev.varve.engine.merge.MergeReport;
import dev.varve.engine.merge.TableMergeReport;
import dev.varve.engine.merge.rows.RowConflict;
import dev.varve.engine.merge.rows.RowConflicts;
import dev.varve.engine.merge.rows.RowWork;
import dev.varve.engine.prepared.Preparation;
import dev.varve.server.http.Doc;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a merge, cherry-pick or revert did or would do, as it is answered. */
@Doc("What a merge, cherry-pick or revert did, or would do.")
record MergeView(
    @Doc("'fast-forwarded', 'merged', 'up-to-date' or 'conflicted'.") String outcome,
    @Doc("Whether nothing was to be written.") boolean dryRun,
    @Doc("What the sides were compared to.") Optional<String> base,
    @Doc("Where the branch stood.") String ours,
    @Doc("What was merged; for a revert, the parent of the reverted commit.") String theirs,
    @Doc("Where the branch stands now, if it moved; or what was prepared.")
        Optional<CommitView> commit,
    List<TableView> tables,
    List<ConflictView> conflicts,
    @Doc("What waits to be published, if the merge was prepared.")
        Optional<PreparedView> prepared) {

  /** What happens to one table. */
  @Doc("What happens to one table.")
  record TableView(
      String table,
      @Doc("The cheapest level that decided it: 'pointer', 'metadata', 'files' or 'rows'.")
          String level,
      @Doc("What is done to the table.") String action,
      Optional<String> detail,
      @Doc("Data files that the table gains.") long filesAdded,
      @Doc("Data files that the table loses.") long filesRemoved,
      @Doc(
              "What was compared: rows at the level 'rows', keys of added files at the level 'files', and columns that one side dropped, to tell whether the other wrote to them.")
          Optional<RowWorkView> rows) {}

  /** What a merge of rows read and did. */
  @Doc("What a merge of rows read and did.")
  record RowWorkView(
      @Doc("Data files of base that were compared.") long baseFiles,
      @Doc("Data files of ours that were compared.") long oursFiles,
      @Doc("Data files of theirs that were compared.") long theirsFiles,
      @Doc("The rows in these files; of keys and dropped columns only these are read.")
          long rowsRead,
      @Doc("Rows that theirs added, changed or removed.") long rowsChanged,
      @Doc("Rows that came to ours anew or in another form.") long rowsWritten,
      @Doc("Rows of ours that went or were replaced.") long rowsRemoved,
      @Doc("Files of ours that held such rows.") long filesRewritten,
      @Doc(
              "Those of them that were put together of both sides' columns; of their rows only what changed was read.")
          long filesSpliced) {
    static RowWorkView of(RowWork work) {
      return new RowWorkView(
          work.baseFiles(),
          work.oursFiles(),
          work.theirsFiles(),
          work.rowsRead(),
          work.rowsChanged(),
          work.rowsWritten(),
          work.rowsRemoved(),
          work.filesRewritten(),
          work.filesSpliced());
    }
  }

  /** A page of cells and rows. */
  @Doc("The cells and rows in conflict; a page of them, in the order of keys.")
  record RowsView(
      @Doc("How many there are.") long count,
      @Doc("In how many rows.") long rows,
      List<RowConflictView> items) {
    static RowsView of(RowConflicts conflicts) {
      return new RowsView(
          conflicts.count(),
          conflicts.rows(),
          conflicts.page().stream().map(RowConflictView::of).toList());
    }
  }

  /** One cell or row. */
  @Doc("One cell or row on which the sides disagree.")
  record RowConflictView(
      @Doc(
              "'changed-on-both-sides', 'added-on-both-sides', 'removed-in-ours',"
                  + " 'removed-in-theirs', or without a key 'removed-on-both-sides'.")
          String kind,
      @Doc("The row key, by column.") Optional<JsonNode> key,
      @Doc("The column; absent if the whole row is meant.") Optional<String> column,
      @Doc("The value, or the row by column; absent if base has no such row.")
          Optional<JsonNode> base,
      Optional<JsonNode> ours,
      Optional<JsonNode> theirs) {
    static RowConflictView of(RowConflict conflict) {
      return new RowConflictView(
          conflict.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
          conflict.key().map(RowJson::of),
          conflict.column(),
          conflict.base().map(RowJson::of),
          conflict.ours().map(RowJson::of),
          conflict.theirs().map(RowJson::of));
    }
  }

  /** One thing that both sides changed. */
  @Doc("One thing that both sides changed and that no rule decides.")
  record ConflictView(
      @Doc("The table or namespace.") String table,
      String code,
      @Doc("What each side did.") String message,
      @Doc("What a person can do next.") String hint,
      Map<String, String> details,
      @Doc("What disagrees, if it is cells and rows.") Optional<RowsView> rows) {
    static ConflictView of(MergeConflict conflict) {
      return new ConflictView(
          conflict.subject(),
          conflict.code(),
          conflict.message(),
          conflict.hint(),
          conflict.details(),
          conflict.rows().map(RowsView::of));
    }
  }

  static MergeView of(Preparation preparation) {
    return of(preparation.report(), false, preparation.prepared().map(PreparedView::of));
  }

  static MergeView of(MergeReport report, boolean dryRun) {
    return of(report, dryRun, Optional.empty());
  }

  private static MergeView of(MergeReport report, boolean dryRun, Optional<PreparedView> prepared) {
    String outcome =
        switch (report.outcome()) {
          case UP_TO_DATE -> "up-to-date";
          case FAST_FORWARD -> "fast-forwarded";
          case MERGE -> "merged";
          case CONFLICT -> "conflicted";
        };
    return new MergeView(
        outcome,
        dryRun,
        report.sides().bases().stream().findFirst().map(ObjectId::hex),
        report.sides().ours().hex(),
        report.sides().theirs().hex(),
        report.head().map(CommitView::of),
        report.tables().stream().map(MergeView::table).toList(),
        report.conflicts().stream().map(ConflictView::of).toList(),
        prepared);
  }

  private static TableView table(TableMergeReport report) {
    String action =
        report
            .renamedFrom()
            .map(from -> "renamed from '" + from + "'")
            .orElse(report.action().name().toLowerCase(Locale.ROOT));
    List<String> detail =
        report.schema().stream()
            .map(SchemaSentences::of)
            .collect(Collectors.toCollection(ArrayList::new));
    if (report.level() == MergeLevel.ROWS && report.rows().isPresent()) {
      rows(report.rows().get(), report, detail);
    } else {
      count("added", report.added(), detail);
      count("removed", report.removed(), detail);
    }
    return new TableView(
        report.table().toString(),
        report.level().name().toLowerCase(Locale.ROOT),
        action,
        detail.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", detail)),
        report.added().files(),
        report.removed().files(),
        report.rows().map(RowWorkView::of));
  }

  private static void rows(RowWork work, TableMergeReport report, List<String> detail) {
    detail.add(
        String.format(
            Locale.ROOT,
            "%,d row%s written and %,d removed, %d file%s replaced by %d%s",
            work.rowsWritten(),
            work.rowsWritten() == 1 ? "" : "s",
            work.rowsRemoved(),
            report.removed().files(),
            report.removed().files() == 1 ? "" : "s",
            report.added().files(),
            spliced(work)));
  }

  private static String spliced(RowWork work) {
    if (work.filesSpliced() == 0) {
      return "";
    }
    return work.filesSpliced() == work.filesRewritten()
        ? ", by whole columns"
        : String.format(Locale.ROOT, ", %d of them by whole columns", work.filesSpliced());
  }

  private static void count(String verb, FileCounts counts, List<String> detail) {
    if (counts.files() > 0) {
      detail.add(
          String.format(
              Locale.ROOT,
              "%s %,d file%s with %,d row%s",
              verb,
              counts.files(),
              counts.files() == 1 ? "" : "s",
              counts.rows(),
              counts.rows() == 1 ? "" : "s"));
    }
  }
}
