package dev.varve.engine.merge;

import dev.varve.catalog.Repository;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.merge.KeyConflict;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.merge.MergePlan;
import dev.varve.catalog.merge.MergeResult;
import dev.varve.catalog.merge.MergeSides;
import dev.varve.catalog.merge.MergedContent;
import dev.varve.catalog.merge.MergedKey;
import dev.varve.catalog.merge.MergedKey.Origin;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import dev.varve.engine.diff.ChangeKind;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.diff.TableDiff;
import dev.varve.engine.merge.StateMergeResult.Combined;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableContent;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Tells what a plan or a result means for each table of the branch. */
final class MergeReports {
  private final Tables tables;
  private final Repository repository;
  private final Diffs diffs;

  MergeReports(Tables tables, Diffs diffs) {
    this.tables = tables;
    this.repository = tables.repository();
    this.diffs = diffs;
  }

  MergeReport planned(MergePlan plan, TableMerge merger) {
    return report(plan, Optional.empty(), merger);
  }

  MergeReport done(MergeResult result, TableMerge merger) {
    Optional<Commit> head = Optional.empty();
    if (result instanceof MergeResult.Merged merged) {
      head = Optional.of(merged.commit());
    } else if (result instanceof MergeResult.FastForwarded) {
      head = Optional.of(repository.commit(result.plan().sides().theirs()));
    }
    return report(result.plan(), head, merger);
  }

  private MergeReport report(MergePlan plan, Optional<Commit> head, TableMerge merger) {
    List<TableMergeReport> reports = new ArrayList<>();
    if (plan.outcome() == MergeOutcome.FAST_FORWARD) {
      diffs
          .diff(plan.sides().ours(), plan.sides().theirs())
          .tables()
          .forEach(table -> reports.add(taken(table)));
    } else {
      changes(plan)
          .forEach(
              change ->
                  reports.add(change.report((key, content) -> state(plan, key, content), merger)));
    }
    reports.sort(Comparator.comparing(TableMergeReport::table));
    SideCommits commits = new SideCommits(repository);
    List<MergeConflict> conflicts =
        plan.conflicts().stream()
            .flatMap(
                conflict -> {
                  Map<String, String> by = changedBy(commits, plan.sides(), conflict.key());
                  return conflicts(conflict, merger).map(it -> it.and(by));
                })
            .toList();
    return new MergeReport(plan.outcome(), plan.sides(), head, reports, conflicts);
  }

  /** The commit of each side that changed last what is in conflict, as far as they are known. */
  private static Map<String, String> changedBy(SideCommits commits, MergeSides sides, Key key) {
    Map<String, String> details = new TreeMap<>();
    sides.bases().stream()
        .findFirst()
        .ifPresent(
            base -> {
              commits
                  .newest(base, sides.ours(), key)
                  .ifPresent(id -> details.put("ours-commit", id.hex()));
              commits
                  .newest(base, sides.theirs(), key)
                  .ifPresent(id -> details.put("theirs-commit", id.hex()));
            });
    return details;
  }

  private static TableMergeReport taken(TableDiff diff) {
    return new TableMergeReport(
        diff.table(),
        diff.renamedFrom(),
        diff.kind(),
        MergeLevel.POINTER,
        diff.schema(),
        diff.added(),
        diff.removed(),
        Optional.empty());
  }

  private Optional<LoadedTable> state(MergePlan plan, MergedKey key, Optional<Content> content) {
    return content.map(
        it ->
            new LoadedTable(
                new TableName(key.key()),
                it,
                plan.sides().ours(),
                TableContent.decode(repository.value(it)),
                tables.warehouse().io()));
  }

  /** The changed keys by content: a rename is two keys of one. */
  private static List<TableChange> changes(MergePlan plan) {
    Map<ContentId, TableChange> changes = new LinkedHashMap<>();
    for (MergedKey key : plan.keys()) {
      key.before()
          .filter(MergeReports::isTable)
          .ifPresent(
              content ->
                  changes.merge(
                      content.id(),
                      new TableChange(content.id(), Optional.of(key), Optional.empty()),
                      TableChange::and));
      key.after()
          .filter(MergeReports::isTable)
          .ifPresent(
              content ->
                  changes.merge(
                      content.id(),
                      new TableChange(content.id(), Optional.empty(), Optional.of(key)),
                      TableChange::and));
    }
    return List.copyOf(changes.values());
  }

  private static boolean isTable(Content content) {
    return content.type().equals(ContentType.ICEBERG_TABLE);
  }

  private static Stream<MergeConflict> conflicts(KeyConflict conflict, TableMerge merger) {
    Content content = conflict.ours().or(conflict::theirs).or(conflict::base).orElseThrow();
    List<MergeConflict> found = merger.conflicts(content.id());
    MergedContent.Conflict told = conflict.conflict();
    // What was found may be of the bases of a criss-cross history, or of an earlier attempt.
    if (!found.isEmpty() && found.get(0).message().equals(told.message())) {
      return found.stream();
    }
    return Stream.of(KeyConflicts.told(conflict));
  }

  /**
   * One table that the branch gains, loses or sees changed.
   *
   * @param before the key that it leaves or stays at, {@code after} the one where it will be
   */
  private record TableChange(ContentId id, Optional<MergedKey> before, Optional<MergedKey> after) {
    TableChange and(TableChange other) {
      return new TableChange(id, before.or(other::before), after.or(other::after));
    }

    TableMergeReport report(
        BiFunction<MergedKey, Optional<Content>, Optional<LoadedTable>> states, TableMerge merger) {
      Optional<TableName> was = before.map(key -> new TableName(key.key()));
      Optional<TableName> is = after.map(key -> new TableName(key.key()));
      Optional<Combined> combined =
          after.filter(key -> key.origin() == Origin.MERGED).flatMap(key -> merger.combined(id));
      if (combined.isPresent()) {
        return new TableMergeReport(
            is.orElseThrow(),
            was.filter(name -> !name.equals(is.orElseThrow())),
            was.equals(is) ? ChangeKind.CHANGED : ChangeKind.RENAMED,
            combined.get().level(),
            List.of(),
            combined.get().added(),
            combined.get().removed(),
            combined.get().rows());
      }
      return taken(
          Diffs.between(
              before.flatMap(key -> states.apply(key, key.before())),
              after.flatMap(key -> states.apply(key, key.after()))));
    }
  }
}
