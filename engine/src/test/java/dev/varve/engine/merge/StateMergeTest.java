package dev.varve.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.engine.diff.FileDelta;
import dev.varve.engine.diff.FileDiff;
import dev.varve.engine.merge.StateMergeResult.Combined;
import dev.varve.engine.merge.StateMergeResult.MetadataConflicts;
import dev.varve.engine.merge.StateMergeResult.NeedsRows;
import dev.varve.engine.merge.StateMergeResult.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StateMergeTest {
  private static final SharedKeys NONE = (ours, theirs, key) -> new SharedKeys.Found(0, List.of());

  private Optional<String> misfit = Optional.empty();
  private final CountingFileIO io = new CountingFileIO();
  private final SketchedTable sketch = new SketchedTable(2, false, io);

  /** What both sides do to the metadata, and what comes of it; each case runs flipped too. */
  record Case(String name, Change ours, Change theirs, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A change through Iceberg's API. */
  interface Change extends Consumer<Table> {}

  static Stream<Case> metadata() {
    Change none = table -> {};
    Change byPart = table -> table.updateSpec().addField("part").commit();
    Change byBucket = table -> table.updateSpec().addField(Expressions.bucket("value", 4)).commit();
    Change sorted = table -> table.replaceSortOrder().asc("value").commit();
    Change sortedDown = table -> table.replaceSortOrder().desc("value").commit();
    Change dropped = table -> table.updateSchema().deleteColumn("value").commit();
    Change renamed = table -> table.updateSchema().renameColumn("value", "v").commit();
    return Stream.of(
        new Case("partitioned on one side", byPart, none, "by part"),
        new Case("partitioned alike", byPart, byPart, "by part"),
        new Case("partitioned differently", byPart, byBucket, "partitioning-differs"),
        new Case("partitioned and sorted", byPart, sorted, "by part, sorted"),
        new Case("sorted differently", sorted, sortedDown, "sort-order-differs"),
        new Case("sorted by a dropped column", sorted, dropped, "column-dropped-and-used"),
        new Case("partitioned by a dropped column", byBucket, dropped, "column-dropped-and-used"),
        new Case("sorted by a renamed column", sorted, renamed, "sorted, v"),
        new Case("properties apart", set("a", "1"), set("b", "2"), "a=1, b=2"),
        new Case("properties alike", set("a", "1"), set("a", "1"), "a=1"),
        new Case("properties that differ", set("a", "1"), set("a", "2"), "property-differs"),
        new Case("a property removed", unset("p"), none, "no p"),
        new Case("a property removed and changed", unset("p"), set("p", "2"), "property-differs"),
        new Case("a later format", format(3), set("a", "1"), "v3, a=1"),
        new Case("the same later format", format(3), format(3), "v3"));
  }

  @ParameterizedTest
  @MethodSource("metadata")
  void metadataMergesAttributeByAttribute(Case each) {
    TableMetadata base = sketch.change(sketch.empty(), set("p", "1"));
    TableMetadata ours = sketch.change(base, each.ours());
    TableMetadata theirs = sketch.change(base, each.theirs());

    assertMatches(merge(base, ours, theirs), each.expected());
    assertMatches(merge(base, theirs, ours), each.expected());
  }

  private static void assertMatches(StateMergeResult result, String expected) {
    if (result instanceof MetadataConflicts conflicts) {
      assertThat(conflicts.conflicts()).extracting(MergeConflict::code).containsExactly(expected);
      return;
    }
    TableMetadata merged = ((Combined) result).metadata();
    for (String fact : expected.split(", ", -1)) {
      assertThat(facts(merged)).contains(fact);
    }
  }

  private static List<String> facts(TableMetadata merged) {
    Stream<String> properties =
        merged.properties().entrySet().stream().map(it -> it.getKey() + "=" + it.getValue());
    Stream<String> others =
        Stream.of(
            merged.spec().isPartitioned() ? "by " + merged.spec().fields().get(0).name() : "whole",
            merged.sortOrder().isSorted() ? "sorted" : "unsorted",
            merged.properties().containsKey("p") ? "p" : "no p",
            "v" + merged.formatVersion(),
            merged.schema().columns().get(1).name());
    return Stream.concat(properties, others).toList();
  }

  @Test
  void filesOfTwoPartitionSpecsLieInOneTable() {
    TableMetadata base = append(sketch.empty());
    TableMetadata ours = append(base);
    TableMetadata theirs =
        sketch.change(base, table -> table.updateSpec().addField("part").commit());
    DataFile file = partitioned(theirs.spec(), 7);
    theirs = sketch.change(theirs, table -> table.newAppend().appendFile(file).commit());
    // The same spec id names another spec on our side.
    ours =
        sketch.change(
            ours, table -> table.updateSpec().addField(Expressions.bucket("value", 4)).commit());
    ours = sketch.change(ours, table -> table.updateSpec().removeField("value_bucket_4").commit());

    TableMetadata merged = ((Combined) merge(base, ours, theirs)).metadata();

    FileDelta delta = FileDiff.between(ours, merged, io);
    DataFile carried = delta.added().get(0);
    assertThat(merged.spec(carried.specId()).fields().get(0).name()).isEqualTo("part");
    assertThat(carried.partition().get(0, Integer.class)).isEqualTo(7);
  }

  @Test
  void partitionValuesAreWidenedWithTheirColumn() {
    TableMetadata partitioned =
        sketch.change(sketch.empty(), table -> table.updateSpec().addField("part").commit());
    TableMetadata base = sketch.change(partitioned, table -> {});
    DataFile mine = partitioned(base.spec(), 1);
    DataFile other = partitioned(base.spec(), 2);
    TableMetadata ours =
        sketch.change(
            sketch.change(base, table -> table.newAppend().appendFile(mine).commit()),
            table -> table.updateSchema().updateColumn("part", Types.LongType.get()).commit());
    TableMetadata theirs =
        sketch.change(base, table -> table.newAppend().appendFile(other).commit());

    TableMetadata merged = ((Combined) merge(base, ours, theirs)).metadata();

    DataFile carried = FileDiff.between(ours, merged, io).added().get(0);
    assertThat(carried.partition().get(0, Long.class)).isEqualTo(2L);
    assertThat(sketch.files(merged)).hasSize(2);
  }

  @Test
  void onlyManifestsThatChangedAreReadAndNoDataIs() {
    TableMetadata base = sketch.empty();
    for (int i = 0; i < 20; i++) {
      base = append(base);
    }
    TableMetadata ours = append(append(base));
    TableMetadata theirs = append(base);
    io.forget();

    merge(base, ours, theirs);

    assertThat(io.openedManifests()).isEqualTo(3);
    assertThat(io.opened()).noneMatch(location -> location.contains("/data/"));
    assertThat(io.written()).hasSize(2).noneMatch(location -> location.contains("/data/"));
  }

  @Test
  void aRequiredColumnAndRowsThatDidNotKnowOfItMeetIfTheyFit() {
    TableMetadata base = sketch.empty();
    TableMetadata ours =
        sketch.change(
            base,
            table ->
                table
                    .updateSchema()
                    .allowIncompatibleChanges()
                    .addRequiredColumn("must", Types.IntegerType.get())
                    .commit());
    TableMetadata theirs = append(base);

    assertMeetsIfRowsFit(base, ours, theirs);
  }

  @Test
  void aNewRowKeyAndRowsThatDidNotKnowOfItMeetIfTheyFit() {
    TableMetadata base = sketch.empty();
    TableMetadata ours =
        sketch.change(base, table -> table.updateSchema().setIdentifierFields("value").commit());
    TableMetadata theirs = append(base);

    assertMeetsIfRowsFit(base, ours, theirs);
  }

  /** As in a revert of the deletion, after which rows with the same keys may have been added. */
  @Test
  void keysOfRowsThatAreBackAreComparedToo() {
    DataFile file = sketch.dataFile(List.of(sketch.row(0, 1)));
    TableMetadata keyed =
        sketch.change(
            sketch.empty(), table -> table.updateSchema().setIdentifierFields("value").commit());
    TableMetadata before = sketch.change(keyed, add(file));
    DeleteFile deletion = sketch.positionDeletes(before, file, Set.of(sketch.row(0, 1)));
    TableMetadata base =
        sketch.change(before, table -> table.newRowDelta().addDeletes(deletion).commit());
    TableMetadata undone =
        sketch.change(base, table -> table.newRowDelta().removeDeletes(deletion).commit());
    DataFile added = sketch.dataFile(List.of(sketch.row(0, 1)));
    TableMetadata filled = sketch.change(base, add(added));

    assertThat(compared(base, filled, undone))
        .isEqualTo(added.location() + " with " + file.location());
    assertThat(compared(base, undone, filled))
        .isEqualTo(file.location() + " with " + added.location());
  }

  /** The files of ours and theirs whose keys are compared. */
  private String compared(TableMetadata base, TableMetadata ours, TableMetadata theirs) {
    List<String> asked = new ArrayList<>();
    SharedKeys keys =
        (some, others, key) -> {
          asked.add(locations(some) + " with " + locations(others));
          return new SharedKeys.Found(1, List.of());
        };
    assertThat(merge(base, ours, theirs, keys))
        .isInstanceOfSatisfying(
            NeedsRows.class, it -> assertThat(it.why()).isEqualTo(Why.SAME_KEYS));
    return String.join(", ", asked);
  }

  private static String locations(KeyFiles files) {
    return files.files().stream().map(DataFile::location).collect(Collectors.joining(" and "));
  }

  private void assertMeetsIfRowsFit(TableMetadata base, TableMetadata ours, TableMetadata theirs) {
    assertThat(merge(base, ours, theirs)).isInstanceOf(Combined.class);
    assertThat(merge(base, theirs, ours)).isInstanceOf(Combined.class);
    misfit = Optional.of("rows do not fit");
    assertThat(merge(base, ours, theirs))
        .isInstanceOfSatisfying(
            NeedsRows.class,
            it -> {
              assertThat(it.why()).isEqualTo(Why.ROWS_MAY_NOT_FIT);
              assertThat(it.details()).containsEntry("reason", "rows do not fit");
            });
    assertThat(merge(base, theirs, ours)).isInstanceOf(NeedsRows.class);
  }

  @Test
  void aColumnMayGoIfTheRowsThatWereDeletedByItAreWrittenAnew() {
    DataFile file = sketch.dataFile(List.of(sketch.row(0, 1), sketch.row(0, 2)));
    TableMetadata base = sketch.change(sketch.empty(), add(file));
    base =
        sketch.change(
            base, table -> table.newRowDelta().addDeletes(sketch.equalityDeletes(0, 1)).commit());
    DataFile left = sketch.dataFile(List.of(sketch.row(0, 2)));
    TableMetadata theirs =
        sketch.change(base, table -> table.newOverwrite().deleteFile(file).addFile(left).commit());
    theirs = sketch.change(theirs, table -> table.updateSchema().deleteColumn("value").commit());
    TableMetadata ours = append(base);

    for (StateMergeResult result : List.of(merge(base, ours, theirs), merge(base, theirs, ours))) {
      TableMetadata merged = ((Combined) result).metadata();
      assertThat(merged.schema().findField("value")).isNull();
      assertThat(sketch.files(merged)).hasSize(2).allMatch(it -> it.deletes().isEmpty());
    }
    // Where rows are compared, files of ours may stay as they are.
    TableMetadata touched =
        sketch.change(
            base,
            table ->
                table
                    .newRowDelta()
                    .addDeletes(sketch.positionDeletes(file, Set.of(sketch.row(0, 2))))
                    .commit());
    assertMatches(merge(base, touched, theirs), "column-dropped-and-used");
    assertMatches(merge(base, theirs, touched), "column-dropped-and-used");
  }

  @Test
  void anIcebergTagOfASnapshotThatOnlyOneSideHasIsAConflict() {
    TableMetadata base = append(sketch.empty());
    TableMetadata ours = append(base);
    TableMetadata theirs = append(base);
    long snapshot = theirs.currentSnapshot().snapshotId();
    TableMetadata tagged =
        sketch.change(theirs, table -> table.manageSnapshots().createTag("v1", snapshot).commit());

    assertMatches(merge(base, ours, tagged), "iceberg-ref-unknown-snapshot");
    assertThat(merge(base, base, tagged)).isInstanceOf(Combined.class);
  }

  @Test
  void anIcebergTagThatOnlyOneSideCanHaveStaysAwayIfTheOtherWins() {
    TableMetadata base = append(sketch.empty());
    TableMetadata ours = append(base);
    TableMetadata tagged = tagged(append(base));

    assertThat(answered(Winner.OURS, base, ours, tagged).orElseThrow().refs())
        .containsOnlyKeys("main");
    assertThat(answered(Winner.THEIRS, base, ours, tagged)).isEmpty();
  }

  @Test
  void anIcebergTagOfDifferentSnapshotsIsAConflictThatEitherSideMayWin() {
    TableMetadata first = append(sketch.empty());
    TableMetadata base = append(first);
    TableMetadata ours = append(tagged(base));
    TableMetadata theirs = append(tagged(base, first.currentSnapshot().snapshotId()));

    assertMatches(merge(base, ours, theirs), "iceberg-ref-differs");
    assertMatches(merge(base, theirs, ours), "iceberg-ref-differs");
    for (Winner winner : List.of(Winner.OURS, Winner.THEIRS)) {
      TableMetadata expected = winner == Winner.OURS ? ours : theirs;
      assertThat(answered(winner, base, ours, theirs).orElseThrow().ref("v1"))
          .isEqualTo(expected.ref("v1"));
    }
    assertThat(answered(Winner.BASE, base, ours, theirs)).isEmpty();
    assertThat(merge(base, ours, append(tagged(base)))).isInstanceOf(Combined.class);
  }

  private TableMetadata tagged(TableMetadata state) {
    return tagged(state, state.currentSnapshot().snapshotId());
  }

  private TableMetadata tagged(TableMetadata state, long snapshot) {
    return sketch.change(
        state, table -> table.manageSnapshots().createTag("v1", snapshot).commit());
  }

  @Test
  void filesThatWerePartitionedByADroppedColumnAreAConflict() {
    TableMetadata base = append(sketch.empty());
    TableMetadata ours =
        sketch.change(append(base), table -> table.updateSchema().deleteColumn("part").commit());
    TableMetadata by = sketch.change(base, table -> table.updateSpec().addField("part").commit());
    TableMetadata filled = sketch.change(by, add(partitioned(by.spec(), 7)));
    TableMetadata theirs =
        sketch.change(filled, table -> table.updateSpec().removeField("part").commit());

    assertMatches(merge(base, ours, theirs), "partition-column-dropped");
  }

  private Optional<TableMetadata> answered(
      Winner winner, TableMetadata base, TableMetadata ours, TableMetadata theirs) {
    return Answering.merge(
            new Answer(winner, Optional.empty()),
            conflicts -> merge(conflicts, ThreeWay.of(base, ours, theirs)))
        .map(result -> ((Combined) result).metadata());
  }

  private StateMergeResult merge(TableMetadata base, TableMetadata ours, TableMetadata theirs) {
    return merge(base, ours, theirs, NONE);
  }

  private StateMergeResult merge(
      TableMetadata base, TableMetadata ours, TableMetadata theirs, SharedKeys keys) {
    return merge(new Conflicts("t", MergeVerb.MERGE), ThreeWay.of(base, ours, theirs), keys);
  }

  private StateMergeResult merge(Conflicts conflicts, ThreeWay<TableMetadata> sides) {
    return merge(conflicts, sides, NONE);
  }

  private StateMergeResult merge(
      Conflicts conflicts, ThreeWay<TableMetadata> sides, SharedKeys keys) {
    return StateMerge.merge(
        conflicts, sides, io, keys, this::misfit, ColumnWrites.NONE, SideSnapshots.LISTED);
  }

  private Optional<String> misfit(
      ThreeWay<TableMetadata> sides, TableMetadata merged, MergeVerb verb) {
    assertThat(NewRules.of(sides, merged.schema()).isEmpty()).isFalse();
    return misfit;
  }

  private TableMetadata append(TableMetadata state) {
    return sketch.change(state, add(sketch.dataFile(List.of(sketch.row(0, 1)))));
  }

  private static Change add(DataFile file) {
    return table -> table.newFastAppend().appendFile(file).commit();
  }

  private static DataFile partitioned(PartitionSpec spec, int part) {
    PartitionData partition = new PartitionData(spec.partitionType());
    partition.set(0, part);
    return DataFiles.builder(spec)
        .withPath("memory://lake/data/part-" + part + ".parquet")
        .withFormat(FileFormat.PARQUET)
        .withFileSizeInBytes(100)
        .withRecordCount(1)
        .withPartition(partition)
        .build();
  }

  private static Change set(String name, String value) {
    return table -> table.updateProperties().set(name, value).commit();
  }

  private static Change unset(String name) {
    return table -> table.updateProperties().remove(name).commit();
  }

  private static Change format(int version) {
    return table ->
        table.updateProperties().set("format-version", Integer.toString(version)).commit();
  }
}
