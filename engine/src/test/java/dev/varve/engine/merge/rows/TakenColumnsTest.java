package dev.varve.engine.merge.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.diff.RowPage;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckSettings;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.sql.TestTable;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files take whole columns from theirs, and that the merge is what it is without. */
class TakenColumnsTest {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              NestedField.required(1, "id", Types.LongType.get()),
              NestedField.optional(2, "a", Types.DoubleType.get()),
              NestedField.optional(3, "b", Types.StringType.get()),
              NestedField.optional(4, "c", Types.LongType.get())),
          Set.of(1));
  private static final int CASES = 60;

  @TempDir Path directory;
  private TestTable table;
  private Duck duck;
  private final Files base = new Files();
  private final Files ours = new Files();
  private final Files theirs = new Files();
  private RowStrategies strategies = RowStrategies.FAIL;

  /** The files of one state, in which some may be those of base. */
  private static final class Files extends ArrayList<ScanFile> {
    private static final long serialVersionUID = 1L;

    void addPlain(DataFile file) {
      add(new ScanFile(file, List.of()));
    }

    Files without(Files others) {
      Set<String> known = new HashSet<>();
      others.forEach(file -> known.add(file.file().location()));
      Files rest = new Files();
      stream().filter(file -> !known.contains(file.file().location())).forEach(rest::add);
      return rest;
    }
  }

  @BeforeEach
  void open() {
    table = TestTable.create(directory.resolve("t"), SCHEMA);
    duck = Duck.open(DuckSettings.defaults(directory.resolve("spill")));
  }

  @AfterEach
  void close() {
    duck.close();
  }

  @Test
  void oursTakesTheColumnsThatTheirsAloneChanged() {
    base(row(1, 0.5, "x", 7L), row(2, Double.NaN, null, 8L), row(3, null, "z", 9L));
    ours(row(1, 0.5, "x", 0L), row(2, Double.NaN, null, 8L), row(3, null, "z", null));
    theirs(row(1, -0.5, "x", 7L), row(2, Double.NaN, "new", 8L), row(3, null, "z", 9L));

    assertThat(taken()).isEqualTo(1);
    RowMergeResult.Merged merged = merged();
    assertThat(merged.removed()).isEqualTo(ours);
    assertThat(merged.written().files()).hasSize(1);
    assertThat(merged.work()).isEqualTo(new RowWork(1, 1, 1, 9, 2, 2, 2, 1, 1));
    assertThat(rowsAfter(merged)).containsExactly("1 -0.5 x 0", "2 NaN new 8", "3 null z null");
    DataFile written = merged.written().files().get(0);
    assertThat(written.valueCounts()).containsEntry(2, 3L).hasSize(4);
    assertThat(written.nullValueCounts()).containsEntry(3, 0L).containsEntry(4, 1L);
    assertThat(written.lowerBounds().get(2))
        .isEqualTo(theirs.get(0).file().lowerBounds().get(2))
        .isNotEqualTo(ours.get(0).file().lowerBounds().get(2));
    assertThat(written.upperBounds().get(4))
        .isEqualTo(ours.get(0).file().upperBounds().get(4))
        .isNotEqualTo(theirs.get(0).file().upperBounds().get(4));
  }

  @Test
  void aFileThatOursKeptTakesThemToo() {
    base(row(1, 0.5, "x", 7L), row(2, 1.5, "y", 8L));
    ours.add(base.get(0));
    theirs(row(1, 0.5, "X", 7L), row(2, 1.5, "y", 8L));

    assertThat(taken()).isEqualTo(1);
    assertThat(rowsAfter(merged())).containsExactly("1 0.5 X 7", "2 1.5 y 8");
  }

  @Test
  void aFileThatTheirsOnlyRewroteStaysAsItIs() {
    base(row(1, 0.5, "x", 7L), row(2, 1.5, "y", 8L));
    ours(row(1, 0.5, "x", 0L), row(2, 1.5, "y", 8L));
    theirs(row(1, 0.5, "x", 7L), row(2, 1.5, "y", 8L));

    assertThat(taken()).isEqualTo(1);
    RowMergeResult.Merged merged = merged();
    assertThat(merged.removed()).isEmpty();
    assertThat(merged.written().files()).isEmpty();
    assertThat(merged.work().rowsChanged()).isZero();
  }

  @Test
  void theCellsOfColumnsThatBothChangedAreMixed() {
    base(
        row(1, 0.5, "x", 7L),
        row(2, null, "y", 8L),
        row(3, Double.NaN, "z", 9L),
        row(4, 4.5, "w", null),
        row(5, 5.5, "v", 1L));
    ours(
        row(1, -0.5, "x", 7L),
        row(2, null, "y", 0L),
        row(3, Double.NaN, "z", 9L),
        row(4, 4.25, "w", null),
        row(5, null, "v", 1L));
    theirs(
        row(1, 0.5, "x", 7L),
        row(2, Double.NaN, "Y", 8L),
        row(3, null, "z", 9L),
        row(4, 4.25, "w", null),
        row(5, 5.5, "v", 1L));

    assertThat(taken()).isEqualTo(1);
    RowMergeResult.Merged merged = merged();
    assertThat(rowsAfter(merged))
        .containsExactly("1 -0.5 x 7", "2 NaN Y 0", "3 null z 9", "4 4.25 w null", "5 null v 1");
    assertThat(merged.work()).isEqualTo(new RowWork(1, 1, 1, 15, 3, 2, 2, 1, 1));
    DataFile written = merged.written().files().get(0);
    assertThat(written.valueCounts()).containsEntry(2, 5L).hasSize(4);
    assertThat(written.nullValueCounts()).containsEntry(2, 2L).containsEntry(3, 0L);
    assertThat(written.nanValueCounts()).containsEntry(2, 1L);
    assertThat(bound(written.lowerBounds())).isEqualTo(-0.5);
    assertThat(bound(written.upperBounds())).isEqualTo(4.25);
  }

  private static Double bound(Map<Integer, ByteBuffer> bounds) {
    return Conversions.fromByteBuffer(Types.DoubleType.get(), bounds.get(2));
  }

  @Test
  void aFileThatBothChangedAlikeStaysAsItIs() {
    base(row(1, 0.5, "x", 7L), row(2, 1.5, "y", 8L), row(3, 2.5, "z", 9L));
    ours(row(1, 0.5, "X", 7L), row(2, 1.5, "Y", 8L), row(3, 2.5, "z", 9L));
    theirs(row(1, 0.5, "X", 7L), row(2, 1.5, "y", 8L), row(3, 2.5, "z", 9L));

    assertThat(taken()).isEqualTo(1);
    RowMergeResult.Merged merged = merged();
    assertThat(merged.removed()).isEmpty();
    assertThat(merged.written().files()).isEmpty();
    assertThat(merged.work().rowsChanged()).isEqualTo(1);
    assertThat(merged.work().rowsWritten()).isZero();
  }

  @Test
  void rowsInConflictAreLeftToTheRows() {
    base(row(1, 0.5, "x", 7L), row(2, 1.5, "y", 8L));
    ours(row(1, 0.5, "o", 7L), row(2, 1.5, "Y", 8L));
    theirs(row(1, 0.5, "t", 7L), row(2, 1.5, "y", 8L));
    base(row(11, 0.5, "x", 7L), row(12, 1.5, "y", 8L));
    ours(row(11, 0.5, "o", 7L), row(12, 1.5, "y", 8L));
    theirs(row(11, 0.5, "x", 7L), row(12, 1.5, "t", 8L));

    assertThat(taken()).isEqualTo(1);
    assertThat(merge()).isInstanceOf(RowMergeResult.Conflicted.class);

    strategies = new RowStrategies(Side.FAIL, new TreeMap<>(Map.of("b", Side.THEIRS)));
    assertThat(taken()).isEqualTo(2);
    assertThat(rowsAfter(merged()))
        .containsExactly("1 0.5 t 7", "11 0.5 o 7", "12 1.5 t 8", "2 1.5 Y 8");

    strategies = new RowStrategies(Side.OURS, new TreeMap<>());
    assertThat(rowsAfter(merged()))
        .containsExactly("1 0.5 o 7", "11 0.5 o 7", "12 1.5 t 8", "2 1.5 Y 8");
  }

  @Test
  void aRuleForAColumnIsLeftToTheRows() {
    base(row(1, 0.5, "x", 7L), row(2, 1.5, "y", 8L));
    ours(row(1, 0.5, "o", 7L), row(2, 1.5, "Y", 8L));
    theirs(row(1, 0.5, "t", 7L), row(2, 1.5, "y", 8L));
    CellRule rule = new CellRule("b", "greatest(ours.b, theirs.b)", "", List.of());
    strategies = new RowStrategies(Side.FAIL, new TreeMap<>(Map.of("b", rule)));

    assertThat(taken()).isZero();
    assertThat(rowsAfter(merged())).containsExactly("1 0.5 t 7", "2 1.5 Y 8");
  }

  /** Its new name could be that which another column has in these files. */
  @Test
  void aRenamedColumnIsLeftToTheRows() {
    base(row(1, 0.5, "x", 7L), row(2, 1.5, "y", 8L));
    ours(row(1, 0.5, "o", 7L), row(2, 1.5, "y", 8L));
    theirs(row(1, 0.5, "x", 7L), row(2, 1.5, "t", 8L));
    table.table().updateSchema().renameColumn("b", "was_b").renameColumn("c", "b").commit();

    assertThat(taken()).isZero();
    RowMergeResult.Merged merged = merged();
    assertThat(merged.work().rowsWritten()).isEqualTo(1);
  }

  @Test
  void otherFilesAreMergedRowByRow() {
    base(row(1, 0.5, "x", 7L), row(2, 1.5, "y", 8L));
    ours(row(1, 0.5, "x", 0L), row(2, 1.5, "y", 8L));
    theirs(row(1, 0.5, "X", 7L), row(2, 1.5, "y", 8L));
    base(row(11, 0.5, "x", 7L), row(12, 1.5, "y", 8L)); // rows changed their places
    ours(row(12, 1.5, "y", 8L), row(11, 0.5, "o", 7L));
    theirs(row(11, 0.5, "x", 7L), row(12, 1.5, "t", 8L));
    base(row(21, 0.5, "x", 7L), row(22, 1.5, "y", 8L)); // a row went
    ours(row(21, 0.5, "x", 0L), row(22, 1.5, "y", 8L));
    theirs(row(21, 0.5, "x", 7L));
    theirs(row(31, 9.5, "new", 1L)); // and one came

    assertThat(taken()).isEqualTo(1);
    RowMergeResult.Merged merged = merged();
    assertThat(rowsAfter(merged))
        .containsExactly(
            "1 0.5 X 0", "11 0.5 o 7", "12 1.5 t 8", "2 1.5 y 8", "21 0.5 x 0", "31 9.5 new 1");
    assertThat(merged.work().baseFiles()).isEqualTo(3);
    assertThat(merged.work().theirsFiles()).isEqualTo(4);
    assertThat(merged.work().rowsChanged()).isEqualTo(4);
    assertThat(merged.work().filesRewritten()).isEqualTo(3);
    assertThat(merged.work().filesSpliced()).isEqualTo(1);
  }

  @Test
  void aKeyThatIsThereTwiceIsTold() {
    base(row(1, 0.5, "x", 7L), row(1, 1.5, "y", 8L));
    ours(row(1, 0.5, "x", 0L), row(1, 1.5, "y", 8L));
    theirs(row(1, 0.5, "X", 7L), row(1, 1.5, "y", 8L));

    assertThat(taken()).isZero();
    assertThat(merge()).isEqualTo(new RowMergeResult.UnclearKeys("base", 1, List.of("{\"id\":1}")));
  }

  @Test
  void aKeyThatComesInAnotherFileOfTheirsIsTold() {
    base(row(1, 0.5, "x", 7L), row(2, 1.5, "y", 8L));
    ours(row(1, 0.5, "x", 0L), row(2, 1.5, "y", 8L));
    theirs(row(1, 0.5, "X", 7L), row(2, 1.5, "y", 8L));
    theirs(row(2, 9.5, "again", 1L));

    assertThat(taken()).isZero();
    assertThat(merge())
        .isEqualTo(new RowMergeResult.UnclearKeys("theirs", 1, List.of("{\"id\":2}")));
  }

  @Test
  void aKeyThatComesInAnotherFileOfOursIsLeftToTheRows() {
    base(row(1, 0.5, "x", 7L), row(2, 1.5, "y", 8L));
    ours(row(1, 0.5, "x", 0L), row(2, 1.5, "y", 8L));
    theirs(row(1, 0.5, "X", 7L), row(2, 1.5, "y", 8L));
    ours(row(1, 9.5, "again", 1L), row(3, 9.5, "more", 1L));

    assertThat(taken()).isZero();
    assertThat(merge()).isEqualTo(new RowMergeResult.UnclearKeys("ours", 1, List.of("{\"id\":1}")));
  }

  @Test
  void aKeyInAFarFileIsNotLookedFor() {
    base(row(1, 0.5, "x", 7L), row(2, 1.5, "y", 8L));
    ours(row(1, 0.5, "x", 0L), row(2, 1.5, "y", 8L));
    theirs(row(1, 0.5, "X", 7L), row(2, 1.5, "y", 8L));
    ours(row(11, 9.5, "o", 1L));
    theirs(row(0, 9.5, "t", 1L));
    theirs(row(12, 9.5, "t", 1L), row(13, 9.5, "t", 1L));
    for (ScanFile far : List.of(ours.get(1), theirs.get(1), theirs.get(2))) {
      assertThat(Path.of(far.file().location()).toFile().delete()).isTrue();
    }

    assertThat(taken()).isEqualTo(1);
  }

  @Test
  void whatCannotBeReadIsToldByTheRows() {
    base(row(1, 0.5, "x", 7L), row(2, 1.5, "y", 8L));
    ours(row(1, 0.5, "x", 0L), row(2, 1.5, "y", 8L));
    theirs(row(1, 0.5, "X", 7L), row(2, 1.5, "y", 8L));
    assertThat(Path.of(theirs.get(0).file().location()).toFile().delete()).isTrue();

    assertThat(taken()).isZero();
    assertThatThrownBy(this::merge).isInstanceOf(VarveException.class);
  }

  @Test
  void aFileOfAnOlderPartitioningIsWrittenInTheNewOne() {
    base(row(1, 0.5, "x", 7L), row(2, 1.5, "xy", 8L));
    ours(row(1, 0.5, "x", 0L), row(2, 1.5, "xy", 8L));
    theirs(row(1, 2.5, "x", 7L), row(2, 1.5, "xy", 8L));
    table.table().updateSpec().addField(Expressions.truncate("b", 1)).commit();

    assertThat(taken()).isZero();
    RowMergeResult.Merged merged = merged();
    assertThat(rowsAfter(merged)).containsExactly("1 2.5 x 0", "2 1.5 xy 8");
    assertThat(merged.written().files())
        .allMatch(file -> file.specId() == table.table().spec().specId());
  }

  @Test
  void rowsWithoutAKeyAreNotTakenApart() {
    base(row(1, 0.5, "x", 7L));
    ours(row(1, 0.5, "x", 0L));
    theirs(row(1, 0.5, "X", 7L));

    assertThat(merge(Set.of())).isInstanceOf(RowMergeResult.Conflicted.class);
  }

  @Test
  void aColumnOfThePartitionIsNotTaken() {
    PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).truncate("b", 1).build();
    table = TestTable.create(directory.resolve("p"), SCHEMA, spec, 2);
    base(row(1, 0.5, "x", 7L), row(2, 1.5, "xy", 8L));
    ours(row(1, 0.5, "x", 0L), row(2, 1.5, "xy", 8L));
    theirs(row(1, 0.5, "xx", 7L), row(2, 1.5, "xy", 8L));
    base(row(11, 0.5, "y", 7L), row(12, 1.5, "yy", 8L));
    ours(row(11, 0.5, "y", 0L), row(12, 1.5, "yy", 8L));
    theirs(row(11, 2.5, "y", 7L), row(12, 1.5, "yy", 8L));

    assertThat(taken()).isEqualTo(1);
    RowMergeResult.Merged merged = merged();
    assertThat(rowsAfter(merged))
        .containsExactly("1 0.5 xx 0", "11 2.5 y 0", "12 1.5 yy 8", "2 1.5 xy 8");
    assertThat(merged.written().files())
        .extracting(file -> file.partition().get(0, String.class))
        .containsExactlyInAnyOrder("x", "y");
  }

  @Test
  void aColumnOfTheSortOrderIsNotTaken() {
    table.table().replaceSortOrder().asc("a").commit();
    base(row(1, 0.5, "x", 7L), row(2, 1.5, "y", 8L));
    ours(row(1, 0.5, "x", 0L), row(2, 1.5, "y", 8L));
    theirs(row(1, 3.5, "x", 7L), row(2, 1.5, "y", 8L));

    assertThat(taken()).isZero();
    assertThat(rowsAfter(merged())).containsExactly("1 3.5 x 0", "2 1.5 y 8");
  }

  /** Row lineage is in such columns; see {@code SparkMergeTest} for the real ones. */
  @Test
  void aColumnThatTheTableDoesNotHaveIsToBeTheSameInAllFiles() {
    List<NestedField> columns = new ArrayList<>(SCHEMA.columns());
    columns.add(NestedField.optional(5, "updated", Types.LongType.get()));
    TestTable wide = TestTable.create(directory.resolve("t/wide"), new Schema(columns, Set.of(1)));
    base.addPlain(wide.write(wide.row(1L, 0.5, "x", 7L, null), wide.row(2L, 1.5, "y", 8L, 1L)));
    ours.addPlain(wide.write(wide.row(1L, 0.5, "x", 7L, 2L), wide.row(2L, 1.5, "y", 0L, null)));
    theirs.addPlain(wide.write(wide.row(1L, 0.5, "X", 7L, null), wide.row(2L, 1.5, "y", 8L, 1L)));

    assertThat(taken()).isZero();
    assertThat(rowsAfter(merged())).containsExactly("1 0.5 X 7", "2 1.5 y 0");

    ours.set(0, base.get(0));
    assertThat(taken()).isEqualTo(1);
  }

  /** Files of random rows, of which each side changes some in place and a few otherwise. */
  @Test
  void theMergeIsWhatTheRowsSay() {
    int took = 0;
    int partly = 0;
    int conflicted = 0;
    for (long seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed * 7919);
      base.clear();
      ours.clear();
      theirs.clear();
      Map<Long, Record> was = new TreeMap<>();
      Map<Long, Record> mine = new TreeMap<>();
      Map<Long, Record> yours = new TreeMap<>();
      Side settled = List.of(Side.FAIL, Side.OURS, Side.THEIRS).get(random.nextInt(3));
      strategies = new RowStrategies(settled, new TreeMap<>());
      int files = 1 + random.nextInt(4);
      for (int file = 0; file < files; file++) {
        List<Record> rows = new ArrayList<>();
        for (int at = 0; at < 2 + random.nextInt(6); at++) {
          rows.add(
              row(file * 100L + at, random.nextInt(400) / 4.0, text(random), random.nextLong()));
        }
        base(rows.toArray(Record[]::new));
        put(was, rows);
        put(mine, side(ours, rows, random));
        put(yours, side(theirs, rows, random));
      }
      int taken = taken();
      took += taken > 0 ? 1 : 0;
      partly += taken > 0 && taken < files ? 1 : 0;
      List<String> expected = new ArrayList<>();
      boolean clear = expect(was, mine, yours, settled, expected);
      RowMergeResult result = merge();
      assertThat(result instanceof RowMergeResult.Merged)
          .as("seed %d merges", seed)
          .isEqualTo(clear);
      if (result instanceof RowMergeResult.Merged merged) {
        assertThat(rowsAfter(merged)).as("seed %d", seed).isEqualTo(expected);
      } else {
        conflicted++;
      }
    }
    assertThat(took).isGreaterThan(CASES / 4);
    assertThat(partly).isGreaterThan(CASES / 10);
    assertThat(conflicted).isBetween(CASES / 20, CASES / 2);
  }

  private static String text(Random random) {
    return random.nextInt(5) == 0 ? null : "t" + random.nextInt(50);
  }

  private static void put(Map<Long, Record> state, List<Record> rows) {
    rows.forEach(row -> state.put((Long) row.get(0), row));
  }

  /** The rows of base as one side has them, in a file of their own if it did anything. */
  private List<Record> side(Files side, List<Record> rows, Random random) {
    List<Record> now = new ArrayList<>(rows);
    if (random.nextInt(6) == 0) {
      side.add(base.get(base.size() - 1));
      return now;
    }
    int column = 1 + random.nextInt(3);
    for (int at = 0; at < now.size(); at++) {
      if (random.nextBoolean()) {
        Record changed = now.get(at).copy();
        changed.set(
            column,
            column == 1
                ? random.nextInt(8) / 4.0
                : column == 2 ? (Object) text(random) : (Object) 1L);
        now.set(at, changed);
      }
    }
    if (random.nextInt(8) == 0) {
      now.remove(random.nextInt(now.size()));
    }
    if (random.nextInt(8) == 0) {
      now.add(row((Long) now.get(0).get(0) + 50, 0.5, "added", 5L));
    }
    if (random.nextInt(8) == 0) {
      Collections.reverse(now);
    }
    side.addPlain(table.write(now.toArray(Record[]::new)));
    return now;
  }

  /** The merged rows as texts, in order. @return whether there is no conflict */
  private static boolean expect(
      Map<Long, Record> was,
      Map<Long, Record> mine,
      Map<Long, Record> yours,
      Side settled,
      List<String> expected) {
    Set<Long> keys = new HashSet<>(was.keySet());
    keys.addAll(mine.keySet());
    keys.addAll(yours.keySet());
    boolean clear = true;
    for (long key : keys) {
      Optional<Record> merged = Optional.ofNullable(mine.get(key));
      Record base = was.get(key);
      Record other = yours.get(key);
      if (base == null && merged.isEmpty()) {
        merged = Optional.ofNullable(other);
      } else if (base != null && other == null) {
        boolean conflict = merged.isPresent() && !same(merged.get(), base);
        clear &= !conflict || settled != Side.FAIL;
        merged = conflict && settled == Side.OURS ? merged : Optional.empty();
      } else if (base != null && merged.isEmpty()) {
        boolean conflict = !same(other, base);
        clear &= !conflict || settled != Side.FAIL;
        merged = conflict && settled == Side.THEIRS ? Optional.of(other) : Optional.empty();
      } else if (other != null) {
        Record row = merged.orElseThrow().copy();
        for (int column = 1; column < 4; column++) {
          Object before = base == null ? null : base.get(column);
          if (!Objects.equals(before, other.get(column))) {
            boolean conflict =
                !Objects.equals(before, row.get(column))
                    && !Objects.equals(row.get(column), other.get(column));
            clear &= !conflict || settled != Side.FAIL;
            row.set(column, conflict && settled == Side.OURS ? row.get(column) : other.get(column));
          }
        }
        merged = Optional.of(row);
      }
      merged.map(TakenColumnsTest::text).ifPresent(expected::add);
    }
    expected.sort(null);
    return clear;
  }

  private static boolean same(Record one, Record other) {
    return text(one).equals(text(other));
  }

  private static String text(Record row) {
    return String.join(" ", Stream.of(0, 1, 2, 3).map(at -> String.valueOf(row.get(at))).toList());
  }

  private Record row(long id, Double a, String b, Long c) {
    return table.row(id, a, b, c);
  }

  private void base(Record... rows) {
    base.addPlain(table.write(rows));
  }

  private void ours(Record... rows) {
    ours.addPlain(table.write(rows));
  }

  private void theirs(Record... rows) {
    theirs.addPlain(table.write(rows));
  }

  private DifferingFiles files() {
    Files lostByTheirs = base.without(theirs);
    Files kept = lostByTheirs.without(lostByTheirs.without(ours));
    return new DifferingFiles(
        lostByTheirs.isEmpty() ? List.of() : List.of(state(lostByTheirs)),
        state(theirs.without(base)),
        List.of(state(base.without(ours))),
        state(ours.without(base)),
        state(kept));
  }

  private StateFiles state(Files files) {
    return new StateFiles(table.metadata(), files);
  }

  private RowMerge.Request request(Set<Integer> key) {
    return new RowMerge.Request(table.table(), key, files(), strategies, RowPage.first(10));
  }

  /** How many files take columns. */
  private int taken() {
    try (DuckSession session = duck.trusted()) {
      TakenColumns taken =
          TakenColumns.find(
              new StateViews(session, table.io(), table.table().schema()),
              new RowColumns(table.table().schema(), Set.of(1)),
              request(Set.of(1)));
      return files().theirsNew().files().size() - taken.others().theirsNew().files().size();
    }
  }

  private RowMergeResult.Merged merged() {
    return (RowMergeResult.Merged) merge();
  }

  private RowMergeResult merge() {
    return merge(Set.of(1));
  }

  private RowMergeResult merge(Set<Integer> key) {
    return new RowMerge(() -> duck, table.io()).merge(request(key));
  }

  /** The rows of ours' files and those that theirs changed as they are after the merge. */
  private List<String> rowsAfter(RowMergeResult.Merged merged) {
    Files removed = new Files();
    removed.addAll(merged.removed());
    Files after = ours.without(removed);
    merged.written().files().forEach(after::addPlain);
    try (DuckSession session = duck.trusted()) {
      TableRelation.of(table.metadata(), table.io(), after).register(session, "after");
      List<String> rows =
          ComparedRows.texts(
              session,
              """
              SELECT concat_ws(' ', id, coalesce(CASE WHEN isnan(a) THEN 'NaN' ELSE a::VARCHAR END,
                  'null'), coalesce(b, 'null'), coalesce(c::VARCHAR, 'null'))
              FROM after""");
      return rows.stream().sorted().toList();
    }
  }
}
