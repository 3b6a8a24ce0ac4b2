package dev.varve.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.engine.diff.RowPage;
import dev.varve.engine.merge.RowMergeTally.Event;
import dev.varve.engine.merge.StateMergeResult.Combined;
import dev.varve.engine.merge.StateMergeResult.MetadataConflicts;
import dev.varve.engine.merge.StateMergeResult.NeedsRows;
import dev.varve.engine.merge.StateMergeResult.Why;
import dev.varve.engine.merge.rows.KeptConflicts;
import dev.varve.engine.merge.rows.RowConflict;
import dev.varve.engine.merge.rows.RowMerge;
import dev.varve.engine.merge.rows.RowMergeResult;
import dev.varve.engine.merge.rows.RowMergeResult.Conflicted;
import dev.varve.engine.merge.rows.RowMergeResult.UnclearKeys;
import dev.varve.engine.merge.rows.Side;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.sql.TestTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Merges three states of a table level by level, as a server does, and compares what comes of it
 * with the oracle: the rows, or the conflicts.
 */
final class CheckedMerge {
  private final Duck duck;
  private final RowMergeTally tally;
  private final StateRows rows;
  private final Path place;
  private int kept;

  /**
   * What is said before the merge.
   *
   * @param strategies for rows, given the merged schema
   * @param metadata who wins each conflict that is not between rows; empty if they are to be told
   * @param oneByOne whether the strategies, each a side, are given as answers to conflicts that
   *     were kept, and not before
   */
  record Said(
      Function<Schema, RandomStrategies> strategies, Optional<Winner> metadata, boolean oneByOne) {
    static final Said NOTHING = of(Side.FAIL);

    static Said of(Side side) {
      return new Said(schema -> RandomStrategies.of(side), Optional.empty(), false);
    }

    static Said of(Winner winner) {
      Side side = winner == Winner.OURS ? Side.OURS : Side.THEIRS;
      return new Said(schema -> RandomStrategies.of(side), Optional.of(winner), false);
    }
  }

  /**
   * What came of it.
   *
   * @param why nothing was merged; empty if it was
   */
  record Outcome(Optional<TableMetadata> merged, Optional<Event> why) {
    private static Outcome of(TableMetadata merged) {
      return new Outcome(Optional.of(merged), Optional.empty());
    }
  }

  /**
   * @param rows of all states, each read once
   * @param place a directory for conflicts that are kept
   */
  CheckedMerge(Duck duck, RowMergeTally tally, StateRows rows, Path place) {
    this.duck = duck;
    this.tally = tally;
    this.rows = rows;
    this.place = place;
  }

  private Outcome not(Event why) {
    tally.count(why);
    return new Outcome(Optional.empty(), Optional.of(why));
  }

  /**
   * Merges and compares.
   *
   * @param common what the oracle takes for base
   */
  Outcome merge(ThreeWay<TableMetadata> sides, TableMetadata common, Said said) throws IOException {
    return merge(MergeVerb.MERGE, sides, common, said);
  }

  /** The same of a cherry-pick or a revert, whose base need not be before both sides. */
  Outcome merge(MergeVerb verb, ThreeWay<TableMetadata> sides, TableMetadata common, Said said)
      throws IOException {
    ThreeWay<TableMetadata> meant = ThreeWay.of(common, sides.ours(), sides.theirs());
    FileIO io = TestTable.of(sides.ours()).io();
    RowFit fit = new DuckRowFit(() -> duck, io);
    ColumnWrites writes = new DuckColumnWrites(sides, SideSnapshots.LISTED, () -> duck, io);
    StateMergeResult result = states(verb, sides, io, fit, writes, said.metadata());
    if (said.metadata().isEmpty() && !repeatsKeys(meant)) {
      compareDropped(meant, result);
    }
    if (result instanceof Combined combined) {
      tally.merged(combined.level());
      if (isDecidedByFiles(sides, combined, writes)) {
        try (UnplannedFiles files = UnplannedFiles.hideAll(sides, io)) {
          tally.hidden(files.count());
          assertThat(states(verb, sides, io, fit, writes, said.metadata()))
              .isInstanceOf(Combined.class);
        }
      }
      return compare(meant, combined.metadata(), said);
    }
    if (result instanceof MetadataConflicts found) {
      found.conflicts().forEach(it -> tally.cover("conflict: " + it.code()));
      return not(Event.CONFLICT_IN_METADATA);
    }
    NeedsRows needed = (NeedsRows) result;
    tally.cover("rows compared: " + needed.why());
    if (needed.why() == Why.ROWS_MAY_NOT_FIT) {
      return misfit(meant, needed.metadata(), said);
    }
    RowLevel level = new RowLevel(sides, needed, io);
    RowMergeResult merged = mergeRows(level, sides, needed, said, io);
    if (merged instanceof UnclearKeys unclear) {
      return unclear(meant, unclear);
    }
    if (merged instanceof Conflicted found) {
      compare(meant, needed.metadata(), found, said);
      return not(Event.CONFLICT_IN_ROWS);
    }
    RowMergeResult.Merged done = (RowMergeResult.Merged) merged;
    assertThat(done.work().rowsRemoved() + done.work().rowsWritten() == 0)
        .isEqualTo(done.written().files().isEmpty() && done.removed().isEmpty());
    TableMetadata state = level.combine(done).metadata();
    if (fit.misfit(sides, state, verb).isPresent()) {
      return misfit(meant, state, said);
    }
    tally.merged(MergeLevel.ROWS);
    if (done.work().filesSpliced() > 0) {
      tally.cover(
          done.work().filesSpliced() < done.work().filesRewritten()
              ? "rows merged, in some files by whole columns"
              : "rows merged by whole columns");
    }
    tally.cover(
        "rows merged " + (RowOracle.key(meant, state.schema()).isEmpty() ? "as bag" : "by key"));
    return compare(meant, state, said);
  }

  /** Whether no row was looked at. */
  private static boolean isDecidedByFiles(
      ThreeWay<TableMetadata> sides, Combined combined, ColumnWrites writes) {
    return combined.rows().isEmpty()
        && writes.work().isEmpty()
        && NewRules.of(sides, combined.metadata().schema()).isEmpty();
  }

  private StateMergeResult states(
      MergeVerb verb,
      ThreeWay<TableMetadata> sides,
      FileIO io,
      RowFit fit,
      ColumnWrites writes,
      Optional<Winner> winner) {
    Function<Conflicts, StateMergeResult> merge =
        conflicts ->
            StateMerge.merge(
                conflicts,
                sides,
                io,
                new DuckSharedKeys(() -> duck, io),
                fit,
                writes,
                SideSnapshots.LISTED);
    return winner
        .flatMap(it -> Answering.merge(new Answer(it, Optional.empty()), merge))
        .orElseGet(() -> merge.apply(new Conflicts("t", verb)));
  }

  /** Columns that one side dropped and the other wrote to are conflicts, and no others are. */
  private void compareDropped(ThreeWay<TableMetadata> sides, StateMergeResult result) {
    WrittenOracle oracle = new WrittenOracle(rows, sides);
    Schema base = sides.base().orElseThrow().schema();
    if (result instanceof MetadataConflicts found) {
      found.conflicts().stream()
          .filter(it -> it.code().equals("column-dropped-and-written"))
          .forEach(
              it -> {
                Winner side =
                    it.details().get("dropped-by").equals("ours") ? Winner.THEIRS : Winner.OURS;
                int column = base.findField(it.details().get("column")).fieldId();
                assertThat(oracle.wrote(side, column)).as(it.message()).isTrue();
              });
      return;
    }
    dropped(base.asStruct(), sides.ours().schema())
        .forEach(column -> assertNotWritten(oracle, Winner.THEIRS, column));
    dropped(base.asStruct(), sides.theirs().schema())
        .forEach(column -> assertNotWritten(oracle, Winner.OURS, column));
  }

  private void assertNotWritten(WrittenOracle oracle, Winner keeper, NestedField column) {
    if (oracle.sides().of(keeper).schema().findField(column.fieldId()) != null) {
      assertThat(oracle.wrote(keeper, column.fieldId()))
          .as("'%s' changed", column.name())
          .isFalse();
      tally.cover("column dropped that nobody wrote to");
    }
  }

  /** The fields that a schema no longer has, in structs that it has. */
  private static Stream<NestedField> dropped(Types.StructType struct, Schema from) {
    return struct.fields().stream()
        .flatMap(
            field ->
                from.findField(field.fieldId()) == null
                    ? Stream.of(field)
                    : field.type().isStructType()
                        ? dropped(field.type().asStructType(), from)
                        : Stream.of());
  }

  private RowMergeResult mergeRows(
      RowLevel level, ThreeWay<TableMetadata> sides, NeedsRows needed, Said said, FileIO io)
      throws IOException {
    RandomStrategies strategies = said.strategies().apply(needed.metadata().schema());
    RowMerge merge = new RowMerge(() -> duck, io);
    try (UnplannedFiles files = UnplannedFiles.hide(sides, needed.files().get(), io)) {
      tally.hidden(files.count());
      if (!said.oneByOne()) {
        return merged(level, merge, strategies, Optional.empty());
      }
      KeptConflicts conflicts =
          new KeptConflicts(place.resolve("conflicts-" + ++kept), place.resolve("said-" + kept));
      RowMergeResult first =
          merged(level, merge, RandomStrategies.of(Side.FAIL), Optional.of(conflicts));
      if (!(first instanceof Conflicted)) {
        return first;
      }
      KeptAnswers.give(duck, conflicts, strategies, needed.metadata().schema());
      return merged(level, merge, RandomStrategies.of(Side.FAIL), Optional.of(conflicts));
    }
  }

  private static RowMergeResult merged(
      RowLevel level,
      RowMerge merge,
      RandomStrategies strategies,
      Optional<KeptConflicts> conflicts) {
    return level.merge(
        merge, "t", level.plan(strategies.told()), RowPage.first(RowPage.MAX_LIMIT), conflicts);
  }

  /** Whether a key is on several rows of a state: what is found then depends on what is read. */
  boolean repeatsKeys(ThreeWay<TableMetadata> sides) {
    return RowOracle.repeatsKeys(rows, sides.base().orElseThrow())
        || RowOracle.repeatsKeys(rows, sides.ours())
        || RowOracle.repeatsKeys(rows, sides.theirs());
  }

  private RowOracle.Expected expected(ThreeWay<TableMetadata> sides, Schema schema, Said said) {
    return RowOracle.merge(rows, sides, schema, said.strategies().apply(schema));
  }

  /** One side asked of rows what those of the other do not have. */
  private Outcome misfit(ThreeWay<TableMetadata> sides, TableMetadata merged, Said said) {
    Schema schema = merged.schema();
    assertThat(
            repeatsKeys(sides)
                || Stream.of(sides.ours(), sides.theirs()).anyMatch(it -> deletesByNull(it, schema))
                || expected(sides, schema, said).misfit(schema))
        .isTrue();
    return not(Event.MISFIT);
  }

  /** Whether a side has equality deletes by what it allows to be null and the merged table not. */
  private static boolean deletesByNull(TableMetadata side, Schema merged) {
    Set<Integer> required =
        TypeUtil.indexById(merged.asStruct()).values().stream()
            .filter(NestedField::isRequired)
            .map(NestedField::fieldId)
            .filter(id -> side.schema().findField(id) != null)
            .filter(id -> side.schema().findField(id).isOptional())
            .collect(Collectors.toSet());
    return TableRelation.of(TestTable.of(side).table()).files().stream()
        .anyMatch(file -> file.mayBeDeletedByNull(required));
  }

  private Outcome unclear(ThreeWay<TableMetadata> sides, UnclearKeys told) {
    TableMetadata state =
        switch (told.state()) {
          case "base" -> sides.base().orElseThrow();
          case "ours" -> sides.ours();
          default -> sides.theirs();
        };
    assertThat(RowOracle.repeatsKeys(rows, state)).as("keys repeat in " + told.state()).isTrue();
    return not(Event.UNCLEAR_KEYS);
  }

  private Set<String> files(ThreeWay<TableMetadata> sides) {
    return Stream.of(sides.base().orElseThrow(), sides.ours(), sides.theirs())
        .flatMap(state -> rows.of(state).stream())
        .map(row -> row.getField(MetadataColumns.FILE_PATH.name()).toString())
        .collect(Collectors.toSet());
  }

  private Outcome compare(ThreeWay<TableMetadata> sides, TableMetadata merged, Said said) {
    Schema schema = merged.schema();
    FoundRows.check(duck, merged, rows.of(merged), files(sides));
    if (hasStructOfOtherFields(schema, sides.base().orElseThrow(), sides.ours(), sides.theirs())) {
      return Outcome.of(merged);
    }
    RowOracle.Expected expected = expected(sides, schema, said);
    assertThat(expected.misfit(schema) && !repeatsKeys(sides)).isFalse();
    assertThat(expected.conflicts()).as("conflicts that were not told").isEmpty();
    assertThat(expected.clear(RowOracle.rows(rows, merged, schema))).isEqualTo(expected.rows());
    return Outcome.of(merged);
  }

  /**
   * Whether a state has a struct of a schema with other fields only. The oracle's reader,
   * Iceberg's, takes it for null where a file has none of its fields, and DuckDB does not.
   */
  static boolean hasStructOfOtherFields(Schema schema, TableMetadata... states) {
    return TypeUtil.indexById(schema.asStruct()).values().stream()
        .filter(field -> field.type().isStructType())
        .anyMatch(
            field ->
                Stream.of(states)
                    .map(state -> state.schema().findType(field.fieldId()))
                    .filter(Objects::nonNull)
                    .anyMatch(
                        type -> shareNoField(type.asStructType(), field.type().asStructType())));
  }

  private static boolean shareNoField(Types.StructType one, Types.StructType other) {
    return one.fields().stream().noneMatch(field -> other.field(field.fieldId()) != null);
  }

  private void compare(
      ThreeWay<TableMetadata> sides, TableMetadata merged, Conflicted found, Said said) {
    List<RowConflict> told = found.conflicts().page();
    told.forEach(it -> tally.cover("conflict: " + it.kind()));
    if (repeatsKeys(sides)) {
      return; // Which rows of a key conflict is not said.
    }
    Set<Integer> key = RowOracle.key(sides, merged.schema());
    Set<String> expected = expected(sides, merged.schema(), said).conflicts();
    assertThat(found.conflicts().count()).isEqualTo(told.size());
    assertThat(told.stream().map(it -> text(it, merged.schema(), key)).sorted().toList())
        .isEqualTo(expected.stream().sorted().toList());
  }

  private static String text(RowConflict conflict, Schema schema, Set<Integer> key) {
    ToldRows told = new ToldRows(schema);
    Function<Optional<String>, Object> value =
        json -> {
          if (json.isEmpty()) {
            return RowOracle.ABSENT;
          }
          return conflict.column().isPresent()
              ? told.cell(conflict.column().get(), json.get())
              : told.row(json.get());
        };
    return RowOracle.conflict(
        conflict.kind(),
        conflict.key().map(it -> told.key(key, it)).orElse(List.of()),
        conflict.column().orElse(""),
        value.apply(conflict.base()),
        value.apply(conflict.ours()),
        value.apply(conflict.theirs()));
  }
}
