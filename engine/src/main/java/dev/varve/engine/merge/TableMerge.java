package dev.varve.engine.merge;

import dev.varve.catalog.Repository;
import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.merge.ContentMerger;
import dev.varve.catalog.merge.ContentVersion;
import dev.varve.catalog.merge.KeyAnswer;
import dev.varve.catalog.merge.KeyConflict;
import dev.varve.catalog.merge.MergeVerb;
import dev.varve.catalog.merge.MergedContent;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import dev.varve.engine.merge.StateMergeResult.Combined;
import dev.varve.engine.merge.StateMergeResult.MetadataConflicts;
import dev.varve.engine.merge.StateMergeResult.NeedsRows;
import dev.varve.engine.merge.StateMergeResult.Why;
import dev.varve.engine.merge.WholeContents.Sides;
import dev.varve.engine.merge.rows.ColumnFill;
import dev.varve.engine.merge.rows.RowMerge;
import dev.varve.engine.merge.rows.RowMergeResult;
import dev.varve.engine.merge.rows.RowPlan;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.table.MergeIds;
import dev.varve.engine.table.NamespaceContent;
import dev.varve.engine.table.TableContent;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import dev.varve.engine.write.WrittenFiles;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/**
 * Merges the contents of one merge, cherry-pick or revert that both sides changed.
 *
 * <p>What it writes is in its {@link #files}. Equal inputs are merged once: a plan and the merge
 * that follows it give the same bytes, unless another branch took ids in between. One instance
 * serves one merge.
 */
final class TableMerge implements ContentMerger {
  private final MergeVerb verb;
  private final Repository repository;
  private final SharedKeys sharedKeys;
  private final RowMerge rows;
  private final Supplier<Duck> duck;
  private final RowResolution resolution;
  private final Answers answers;
  private final WholeContents wholes;
  private final KeyConflicts keyConflicts;
  private final MergeFiles files;
  private final FileIO io;
  private final Map<List<Object>, MergedContent> made = new HashMap<>();
  private final Map<ContentId, Combined> combined = new HashMap<>();
  private final Map<ContentId, List<MergeConflict>> conflicts = new HashMap<>();

  TableMerge(MergeVerb verb, Tables tables, Supplier<Duck> duck, RowResolution resolution) {
    this.verb = verb;
    this.repository = tables.repository();
    this.files = new MergeFiles(verb, tables);
    this.io = files.io();
    this.sharedKeys = new DuckSharedKeys(duck, io);
    this.rows = new RowMerge(duck, io);
    this.duck = duck;
    this.resolution = resolution;
    this.answers = resolution.answers();
    this.wholes = new WholeContents(verb, answers);
    this.keyConflicts = new KeyConflicts(answers);
  }

  /** How a table was merged, if this merged it. */
  synchronized Optional<Combined> combined(ContentId table) {
    return Optional.ofNullable(combined.get(table));
  }

  /** All that is in the way of merging a content; empty if the catalog found it, not this. */
  synchronized List<MergeConflict> conflicts(ContentId content) {
    return conflicts.getOrDefault(content, List.of());
  }

  /** What this writes; whoever merges sees to it. */
  MergeFiles files() {
    return files;
  }

  @Override
  public synchronized MergedContent merge(
      Key key,
      Optional<ContentVersion> base,
      Optional<ContentVersion> ours,
      Optional<ContentVersion> theirs) {
    List<Object> inputs =
        List.of(
            key,
            base.map(ContentVersion::content),
            ours.map(ContentVersion::content),
            theirs.map(ContentVersion::content),
            ours.map(version -> MergeIds.marks(repository, version.content().id())));
    MergedContent known = made.get(inputs);
    if (known == null) {
      known = decide(key, base, ours, theirs);
      made.put(inputs, known);
    }
    files.writeIfPublished();
    return known;
  }

  private MergedContent decide(
      Key key,
      Optional<ContentVersion> base,
      Optional<ContentVersion> ours,
      Optional<ContentVersion> theirs) {
    String name = name(key, ours.or(() -> theirs).orElseThrow().content().type());
    if (ours.isEmpty() || theirs.isEmpty()) {
      return conflict(
          base.orElseThrow().content().id(),
          new Sides(ours, theirs),
          List.of(
              TableConflicts.droppedAndChanged(
                  verb, name, base.get().content().type(), ours.isEmpty())));
    }
    ContentType type = ours.get().content().type();
    boolean oneContent =
        type.equals(theirs.get().content().type())
            && ours.get().content().id().equals(theirs.get().content().id());
    ThreeWay<ContentVersion> sides = new ThreeWay<>(base, ours.get(), theirs.get());
    if (type.equals(ContentType.NAMESPACE) && type.equals(theirs.get().content().type())) {
      return mergeNamespace(name, sides);
    }
    if (!oneContent || (base.isEmpty() && !type.equals(ContentType.ICEBERG_TABLE))) {
      return conflict(
          sides,
          List.of(
              TableConflicts.createdByBoth(
                  verb, name, ours.get().content(), theirs.get().content())));
    }
    return type.equals(ContentType.ICEBERG_TABLE)
        ? mergeTable(new TableName(key), sides)
        : conflict(sides, List.of(TableConflicts.bothChanged(verb, name)));
  }

  @Override
  public String name(Key key, ContentType type) {
    return KeyConflicts.name(key, type);
  }

  @Override
  public synchronized Optional<KeyAnswer> answer(KeyConflict conflict) {
    return keyConflicts.answer(conflict);
  }

  private MergedContent mergeTable(TableName name, ThreeWay<ContentVersion> versions) {
    ContentId id = versions.ours().content().id();
    ThreeWay<TableMetadata> stored = versions.map(version -> TableContent.decode(version.value()));
    Optional<TableMetadata> base =
        stored.base().or(() -> CommonStart.of(stored.ours(), stored.theirs()));
    if (base.isEmpty()) {
      // The table came to both branches, as by a cherry-pick, after their histories parted.
      return conflict(versions, List.of(TableConflicts.createdApart(verb, name.toString())));
    }
    SideSnapshots snapshots = snapshots(base.get(), stored, versions);
    Optional<MergeConflict> unknown = unknown(name, base.get(), stored, snapshots);
    if (unknown.isPresent()) {
      return conflict(versions, List.of(unknown.get()));
    }
    int format = Math.max(stored.ours().formatVersion(), stored.theirs().formatVersion());
    TableMetadata ours = MergeIds.raised(repository, id, stored.ours(), format);
    TableMetadata theirs = MergeIds.raised(repository, id, stored.theirs(), format);
    Conflicts problems = new Conflicts(name.toString(), verb, answers);
    ThreeWay<TableMetadata> served = new ThreeWay<>(base, ours, theirs);
    ColumnWrites writes = new DuckColumnWrites(served, snapshots, duck, io);
    RowFit fit = new DuckRowFit(duck, io);
    KeptColumns kept = KeptColumns.of(served, writes, problems);
    if (kept.isEmpty()) {
      RestoredSides sides = RestoredSides.nothing(new ThreeWay<>(base, ours, stored.theirs()));
      return merge(new Merging(name, versions, stored, served, sides, snapshots, writes, fit));
    }
    RestoredSides restored =
        new DroppedValues(
                new ColumnFill(duck, io), io, files::announce, served, snapshots, problems)
            .restore(kept);
    return problems.isEmpty()
        ? mergeRestored(
            new Merging(name, versions, stored, served, restored, snapshots, writes, fit))
        : conflict(versions, problems.found());
  }

  private SideSnapshots snapshots(
      TableMetadata base, ThreeWay<TableMetadata> sides, ThreeWay<ContentVersion> versions) {
    return SideSnapshots.LISTED
        .withRemoved(base, sides.ours(), new FormerTables(repository, versions, Winner.OURS))
        .withRemoved(base, sides.theirs(), new FormerTables(repository, versions, Winner.THEIRS));
  }

  /**
   * A side's snapshot that is not known, if a file that it added may have come to the other side as
   * well: whether its rows are there twice then cannot be told.
   */
  private Optional<MergeConflict> unknown(
      TableName name, TableMetadata base, ThreeWay<TableMetadata> sides, SideSnapshots snapshots) {
    if (sameFiles(base, sides.ours()) || sameFiles(base, sides.theirs())) {
      return Optional.empty();
    }
    return Stream.of(Winner.OURS, Winner.THEIRS)
        .flatMap(
            side ->
                snapshots.missing(base, sides.of(side)).stream()
                    .map(it -> TableConflicts.snapshotsRemoved(verb, name.toString(), side, it)))
        .findFirst();
  }

  private static boolean sameFiles(TableMetadata one, TableMetadata other) {
    return Objects.equals(one.currentSnapshot(), other.currentSnapshot());
  }

  /**
   * One table that is merged.
   *
   * @param stored the sides as they are on their branches
   * @param served the sides with the counters from which ids are taken
   * @param restored the sides as they are merged
   */
  private record Merging(
      TableName name,
      ThreeWay<ContentVersion> versions,
      ThreeWay<TableMetadata> stored,
      ThreeWay<TableMetadata> served,
      RestoredSides restored,
      SideSnapshots snapshots,
      ColumnWrites writes,
      RowFit fit) {
    ContentId id() {
      return versions.ours().content().id();
    }

    ThreeWay<TableMetadata> sides() {
      return restored.sides();
    }

    /** With what was looked at beside the rows that were merged. */
    Combined withChecks(Combined merged) {
      Combined all = writes.work().map(merged::and).orElse(merged);
      return fit.work().map(all::and).orElse(all);
    }
  }

  private MergedContent mergeRestored(Merging table) {
    try {
      MergedContent content = merge(table);
      if (!(content instanceof MergedContent.Merged)) {
        table.restored().discard();
      }
      return content;
    } catch (RuntimeException e) {
      table.restored().discard();
      throw e;
    }
  }

  private MergedContent merge(Merging table) {
    StateMergeResult result =
        StateMerge.merge(
            new Conflicts(table.name().toString(), verb, answers),
            table.sides(),
            io,
            sharedKeys,
            table.fit(),
            table.writes(),
            table.snapshots());
    if (result instanceof Combined merged) {
      return merged(table, merged, WrittenFiles.none(io));
    }
    if (result instanceof MetadataConflicts metadata) {
      return conflict(table.versions(), metadata.conflicts());
    }
    NeedsRows needed = (NeedsRows) result;
    return needed.why() == Why.ROWS_MAY_NOT_FIT
        ? conflict(table.versions(), List.of(unfit(table, needed)))
        : mergeRows(table, needed);
  }

  /**
   * Takes a table as it was merged.
   *
   * @param own the files that are deleted if nothing comes of the merge
   */
  private MergedContent.Merged merged(Merging table, Combined result, WrittenFiles own) {
    // Rows that theirs' history brings along have the ids that theirs took for them.
    TableMetadata from =
        continues(result.metadata(), table.sides().theirs())
            ? table.served().theirs()
            : table.served().ours();
    Combined merged = table.restored().told(result, table.served().ours(), io);
    combined.put(table.id(), table.withChecks(merged));
    WrittenFiles data = own.and(table.restored().named(merged.metadata(), table.served(), io));
    if (MergeIds.raisedAlone(table.stored().ours(), merged.metadata())) {
      data.discard();
      return new MergedContent.Merged(
          ContentType.ICEBERG_TABLE, table.id(), table.versions().ours().value());
    }
    byte[] value = TableContent.encode(merged.metadata());
    List<CounterRaise> raises =
        MergeIds.raises(repository, table.name(), table.id(), from, merged.metadata());
    files.add(value, data);
    return new MergedContent.Merged(ContentType.ICEBERG_TABLE, table.id(), value, raises);
  }

  private MergeConflict unfit(Merging table, NeedsRows needed) {
    SideCommits commits = new SideCommits(repository);
    ThreeWay<ContentVersion> versions = table.versions();
    return RowProblems.unfit(
        verb,
        table.name().toString(),
        needed,
        count(commits, versions.base(), versions.ours()),
        count(commits, versions.base(), versions.theirs()));
  }

  private static Optional<Integer> count(
      SideCommits commits, Optional<ContentVersion> base, ContentVersion side) {
    return base.flatMap(from -> commits.all(from.commit(), side.commit(), side.key()))
        .map(List::size);
  }

  private MergedContent mergeRows(Merging table, NeedsRows needed) {
    String name = table.name().toString();
    RowLevel level = new RowLevel(table.sides(), needed, io, files::announce);
    RowPlan plan = level.plan(resolution.of(table.id(), needed.metadata().schema()));
    Optional<MergedContent> elsewhere = elsewhere(table, needed, plan, level);
    if (elsewhere.isPresent()) {
      return elsewhere.get();
    }
    RowMergeResult result =
        level.merge(rows, name, plan, resolution.page(), resolution.kept(table.id()));
    if (result instanceof RowMergeResult.Conflicted conflicted) {
      return conflict(
          table.versions(),
          List.of(RowProblems.disagree(verb, name, needed, conflicted.conflicts())));
    }
    if (result instanceof RowMergeResult.UnclearKeys keys) {
      return conflict(table.versions(), List.of(RowProblems.unclear(verb, name, keys)));
    }
    RowMergeResult.Merged done = (RowMergeResult.Merged) result;
    return rowsMerged(table, needed, done, done.written());
  }

  /** What another engine made of the rows, or that it is to compare them; empty if it is not. */
  private Optional<MergedContent> elsewhere(
      Merging table, NeedsRows needed, RowPlan plan, RowLevel level) {
    // Files that were written to bring values back are here only as long as this merge.
    boolean isLeft = resolution.isElsewhere(plan) && table.restored().isAsServed();
    String id = RowTask.id(table.versions().map(version -> version.content().value()));
    if (!isLeft && !resolution.elsewhere().isDone(table.id(), id)) {
      return Optional.empty();
    }
    Optional<RowMergeResult.Merged> done =
        resolution.elsewhere().result(task(table, plan, level.target()), needed.metadata(), io);
    return Optional.of(
        done.isPresent()
            ? rowsMerged(table, needed, done.get(), WrittenFiles.none(io))
            : conflict(
                table.versions(),
                List.of(RowProblems.elsewhere(verb, table.name().toString(), needed, plan))));
  }

  private RowTask task(Merging table, RowPlan plan, TableMetadata target) {
    return new RowTask(
        RowTask.id(table.versions().map(version -> version.content().value())),
        table.name(),
        table.id(),
        plan,
        new MergedContent.Merged(
            ContentType.ICEBERG_TABLE,
            table.id(),
            TableContent.encode(target),
            MergeIds.raises(repository, table.name(), table.id(), table.sides().ours(), target)));
  }

  /**
   * Puts the rows that were merged into the table.
   *
   * @param own the files among them that are deleted if nothing comes of the merge
   */
  private MergedContent rowsMerged(
      Merging table, NeedsRows needed, RowMergeResult.Merged done, WrittenFiles own) {
    try {
      Combined combined = new RowLevel(table.sides(), needed, io).combine(done);
      Optional<String> misfit = table.fit().misfit(table.sides(), combined.metadata(), verb);
      if (misfit.isPresent()) {
        own.discard();
        return conflict(table.versions(), List.of(unfit(table, needed.unfit(misfit.get()))));
      }
      return merged(table, combined, own);
    } catch (RuntimeException e) {
      own.discard();
      throw e;
    }
  }

  private static boolean continues(TableMetadata merged, TableMetadata side) {
    return merged.currentSnapshot() != null
        && side.currentSnapshot() != null
        && merged.currentSnapshot().snapshotId() == side.currentSnapshot().snapshotId();
  }

  /** A namespace is its name: if both sides created it, they created the same one. */
  private MergedContent mergeNamespace(String name, ThreeWay<ContentVersion> versions) {
    ContentId id = versions.ours().content().id();
    Conflicts found = new Conflicts(name, verb, answers);
    SortedMap<String, String> merged =
        PropertiesMerge.ofNamespace(
            versions.map(version -> NamespaceContent.decode(version.value())), found);
    return found.isEmpty()
        ? new MergedContent.Merged(ContentType.NAMESPACE, id, NamespaceContent.encode(merged))
        : conflict(versions, found.found());
  }

  private MergedContent conflict(ThreeWay<ContentVersion> versions, List<MergeConflict> found) {
    return conflict(versions.ours().content().id(), Sides.of(versions), found);
  }

  /** What somebody chose of a whole content; else what is in its way. */
  private MergedContent conflict(ContentId id, Sides sides, List<MergeConflict> problems) {
    List<MergeConflict> found = wholes.withChoices(problems, sides);
    return wholes.settled(found, sides).orElseGet(() -> conflict(id, found));
  }

  private MergedContent conflict(ContentId id, List<MergeConflict> found) {
    conflicts.put(id, found);
    MergeConflict first = found.get(0);
    return new MergedContent.Conflict(first.code(), first.message(), first.hint(), first.details());
  }
}
