package dev.varve.engine.merge;

import dev.varve.catalog.Repository;
import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.merge.ContentMerger;
import dev.varve.catalog.merge.ContentVersion;
import dev.varve.catalog.merge.KeyAnswer;
import dev.varve.catalog.merge.KeyConflict;
import dev.varve.catalog.merge.MergeVerb;
import dev.varve.catalog.merge.MergedContent;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import dev.varve.engine.merge.StateMergeResult.Combined;
import dev.varve.engine.merge.StateMergeResult.MetadataConflicts;
import dev.varve.engine.merge.StateMergeResult.NeedsRows;
import dev.varve.engine.merge.StateMergeResult.Why;
import dev.varve.engine.merge.WholeContents.Sides;
import dev.varve.engine.merge.rows.RowMerge;
import dev.varve.engine.merge.rows.RowMergeResult;
import dev.varve.engine.merge.rows.RowPlan;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.table.MergeIds;
import dev.varve.engine.table.NamespaceContent;
import dev.varve.engine.table.OpenAttempts;
import dev.varve.engine.table.TableContent;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import dev.varve.engine.write.WrittenFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.apache.iceberg.TableMetadata;

/**
 * Merges the contents of one merge, cherry-pick or revert that both sides changed.
 *
 * <p>Metadata that it makes stays in memory until {@link #publish()}; from then on it is written at
 * once, so that no commit ever names a file that is not there. Data files, of tables whose rows are
 * merged, are written at once: whoever merges ends with {@link #keepDataOf} or {@link #discard}.
 * Equal inputs are merged once: a plan and the merge that follows it give the same bytes, unless
 * another branch took ids in between. One instance serves one merge.
 */
final class TableMerge implements ContentMerger {
  private final MergeVerb verb;
  private final Repository repository;
  private final Tables tables;
  private final SharedKeys sharedKeys;
  private final RowFit fit;
  private final RowMerge rows;
  private final RowResolution resolution;
  private final Answers answers;
  private final WholeContents wholes;
  private final KeyConflicts keyConflicts;
  private final ScratchFileIO io;
  private final Map<List<Object>, MergedContent> made = new HashMap<>();
  private final Map<ContentId, Combined> combined = new HashMap<>();
  private final Map<ContentId, List<MergeConflict>> conflicts = new HashMap<>();
  private final List<byte[]> values = new ArrayList<>();
  private final List<String> written = new ArrayList<>();
  private final IdentityHashMap<byte[], WrittenFiles> dataFiles = new IdentityHashMap<>();
  private Optional<OpenAttempts.Announcement> attempt = Optional.empty();
  private boolean published;

  TableMerge(MergeVerb verb, Tables tables, Supplier<Duck> duck, RowResolution resolution) {
    this.verb = verb;
    this.tables = tables;
    this.repository = tables.repository();
    this.io = new ScratchFileIO(tables.warehouse().io());
    this.sharedKeys = new DuckSharedKeys(duck, io);
    this.fit = new DuckRowFit(duck, io);
    this.rows = new RowMerge(duck, io);
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

  /** Writes the manifests and metadata files that were made, and from now on at once. */
  synchronized void publish() {
    published = true;
    write();
  }

  /** Removes the files that were written, after a commit that certainly did not happen. */
  synchronized void discard() {
    keepDataOf(Set.of());
    written.forEach(tables.warehouse().io()::deleteFile);
    written.clear();
    end();
  }

  /**
   * Removes the data files that were written for tables that did not come into being: of an attempt
   * that was overtaken, or of a merge of several bases.
   *
   * @param committed the values that a commit made here names
   */
  synchronized void keepDataOf(Set<ObjectId> committed) {
    dataFiles.forEach(
        (value, files) -> {
          if (!committed.contains(TableContent.id(value))) {
            files.discard();
          }
        });
    dataFiles.clear();
  }

  /** Notes a location in a record that is made with the first one. */
  private synchronized void announce(String location) {
    if (attempt.isEmpty()) {
      attempt = Optional.of(tables.attempts().begin(verb.text()));
    }
    attempt.get().announce(location);
  }

  /** Takes the record away: what was written is committed, or gone. */
  synchronized void end() {
    attempt.ifPresent(OpenAttempts.Announcement::end);
    attempt = Optional.empty();
  }

  private void write() {
    io.pending().forEach(this::announce);
    written.addAll(io.flush());
    values.forEach(tables::writeMetadataFile);
    values.clear();
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
    if (published) {
      write();
    }
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
    int format = Math.max(stored.ours().formatVersion(), stored.theirs().formatVersion());
    TableMetadata ours = MergeIds.raised(repository, id, stored.ours(), format);
    ThreeWay<TableMetadata> sides = new ThreeWay<>(base, ours, stored.theirs());
    StateMergeResult result =
        StateMerge.merge(new Conflicts(name.toString(), verb, answers), sides, io, sharedKeys, fit);
    if (result instanceof Combined merged) {
      // Rows that theirs' history brings along have the ids that theirs took for them.
      TableMetadata from =
          continues(merged.metadata(), stored.theirs())
              ? MergeIds.raised(repository, id, stored.theirs(), format)
              : ours;
      return merged(name, id, from, merged);
    }
    if (result instanceof MetadataConflicts metadata) {
      return conflict(versions, metadata.conflicts());
    }
    NeedsRows needed = (NeedsRows) result;
    return needed.why() == Why.ROWS_MAY_NOT_FIT
        ? conflict(versions, List.of(unfit(name, versions, needed)))
        : mergeRows(name, versions, sides, needed);
  }

  private MergedContent.Merged merged(
      TableName name, ContentId id, TableMetadata from, Combined merged) {
    byte[] value = TableContent.encode(merged.metadata());
    List<CounterRaise> raises = MergeIds.raises(repository, name, id, from, merged.metadata());
    combined.put(id, merged);
    values.add(value);
    return new MergedContent.Merged(ContentType.ICEBERG_TABLE, id, value, raises);
  }

  private MergeConflict unfit(TableName name, ThreeWay<ContentVersion> versions, NeedsRows needed) {
    TableCommitCount commits = new TableCommitCount(repository);
    Optional<ContentVersion> from = versions.base();
    return RowProblems.describe(
        verb,
        name.toString(),
        needed,
        from.flatMap(it -> commits.between(it, versions.ours())),
        from.flatMap(it -> commits.between(it, versions.theirs())));
  }

  private MergedContent mergeRows(
      TableName name,
      ThreeWay<ContentVersion> versions,
      ThreeWay<TableMetadata> sides,
      NeedsRows needed) {
    ContentId id = versions.ours().content().id();
    RowLevel level = new RowLevel(sides, needed, io, this::announce);
    RowPlan plan = level.plan(resolution.of(id, needed.metadata().schema()));
    if (resolution.isElsewhere(plan)) {
      RowTask task = task(name, versions, plan, sides.ours(), level.target());
      Optional<RowMergeResult.Merged> done =
          resolution.elsewhere().result(task, needed.metadata(), io);
      return done.isPresent()
          ? rowsMerged(name, versions, sides, needed, done.get(), WrittenFiles.none(io))
          : conflict(versions, List.of(RowProblems.elsewhere(verb, name.toString(), needed, plan)));
    }
    RowMergeResult result =
        level.merge(rows, name.toString(), plan, resolution.page(), resolution.kept(id));
    if (result instanceof RowMergeResult.Conflicted conflicted) {
      return conflict(
          versions,
          List.of(RowProblems.disagree(verb, name.toString(), needed, conflicted.conflicts())));
    }
    if (result instanceof RowMergeResult.UnclearKeys keys) {
      return conflict(versions, List.of(RowProblems.unclear(verb, name.toString(), keys)));
    }
    RowMergeResult.Merged done = (RowMergeResult.Merged) result;
    return rowsMerged(name, versions, sides, needed, done, done.written());
  }

  private RowTask task(
      TableName name,
      ThreeWay<ContentVersion> versions,
      RowPlan plan,
      TableMetadata ours,
      TableMetadata target) {
    ContentId id = versions.ours().content().id();
    return new RowTask(
        RowTask.id(versions.map(version -> version.content().value())),
        name,
        id,
        plan,
        new MergedContent.Merged(
            ContentType.ICEBERG_TABLE,
            id,
            TableContent.encode(target),
            MergeIds.raises(repository, name, id, ours, target)));
  }

  /**
   * Puts the rows that were merged into the table.
   *
   * @param own the files among them that are deleted if nothing comes of the merge
   */
  private MergedContent rowsMerged(
      TableName name,
      ThreeWay<ContentVersion> versions,
      ThreeWay<TableMetadata> sides,
      NeedsRows needed,
      RowMergeResult.Merged done,
      WrittenFiles own) {
    ContentId id = versions.ours().content().id();
    try {
      Combined combined = new RowLevel(sides, needed, io).combine(done);
      Optional<String> misfit = fit.misfit(sides, combined.metadata(), verb);
      if (misfit.isPresent()) {
        own.discard();
        return conflict(versions, List.of(unfit(name, versions, needed.unfit(misfit.get()))));
      }
      MergedContent.Merged made = merged(name, id, sides.ours(), combined);
      dataFiles.put(made.value(), own);
      return made;
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
