package dev.varve.server.api;

import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.diff.FileCounts;
import dev.varve.engine.merge.MergeConflict;
import dev.varve.engine.merge.MergeReport;
import dev.varve.engine.merge.TableMergeReport;
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
    @Doc("Where the branch stands now, if it moved.") Optional<CommitView> commit,
    List<TableView> tables,
    List<ConflictView> conflicts) {

  /** What happens to one table. */
  @Doc("What happens to one table.")
  record TableView(
      String table,
      @Doc("The cheapest level that decided it: 'pointer', 'metadata' or 'files'.") String level,
      @Doc("What is done to the table.") String action,
      Optional<String> detail) {}

  /** One thing that both sides changed. */
  @Doc("One thing that both sides changed and that no rule decides.")
  record ConflictView(
      @Doc("The table or namespace.") String table,
      String code,
      @Doc("What each side did.") String message,
      @Doc("What a person can do next.") String hint,
      Map<String, String> details) {
    static ConflictView of(MergeConflict conflict) {
      return new ConflictView(
          conflict.subject(),
          conflict.code(),
          conflict.message(),
          conflict.hint(),
          conflict.details());
    }
  }

  static MergeView of(MergeReport report, boolean dryRun) {
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
        report.conflicts().stream().map(ConflictView::of).toList());
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
    count("added", report.added(), detail);
    count("removed", report.removed(), detail);
    return new TableView(
        report.table().toString(),
        report.level().name().toLowerCase(Locale.ROOT),
        action,
        detail.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", detail)));
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
