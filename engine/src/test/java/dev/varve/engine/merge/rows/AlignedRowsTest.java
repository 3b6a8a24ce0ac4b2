package dev.varve.engine.merge.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.engine.merge.rows.AlignedRows.Cells;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckSettings;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.sql.TestTable;
import dev.varve.engine.write.DataFileWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are compared row by row, and what is found in them. */
class AlignedRowsTest {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              NestedField.required(1, "id", Types.LongType.get()),
              NestedField.optional(2, "a", Types.DoubleType.get()),
              NestedField.optional(3, "b", Types.StringType.get())),
          Set.of(1));

  @TempDir Path directory;
  private TestTable table;
  private Duck duck;
  private final List<ScanFile> base = new ArrayList<>();
  private final List<ScanFile> theirs = new ArrayList<>();

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
  void rowsThatStayedWhereTheyWereAreCompared() {
    base(row(1, 0.0, "x"), row(2, Double.NaN, "y"), row(3, 1.5, null), row(4, null, "z"));
    theirs(row(1, -0.0, "x"), row(2, Double.NaN, "Y"), row(3, 1.5, null), row(4, 7.0, "z"));

    assertThat(changed(Cells.ALL)).containsExactly("2: nan y -> nan Y", "4: null z -> 7.0 z");
    assertThat(joined()).isZero();
  }

  @Test
  void aColumnWithTheSameBytesIsNotRead() {
    base(row(1, 0.5, "x"), row(2, 1.5, "y"));
    theirs(row(1, 0.5, "x"), row(2, 1.5, "Y"));
    base(row(8, 0.5, "x"), row(9, 1.5, "y"));
    theirs(row(8, 0.5, "X"), row(9, 1.5, "y"));

    assertThat(changed(Cells.ALL)).containsExactly("2: 1.5 y -> 1.5 Y", "8: 0.5 x -> 0.5 X");
    assertThat(changed(Cells.CHANGED))
        .containsExactly("2: null y -> null Y", "8: null x -> null X");
  }

  @Test
  void aColumnThatChangedInOneFileIsReadInAll() {
    base(row(1, 0.5, "x"), row(2, 1.5, "y"));
    theirs(row(1, 0.5, "x"), row(2, 1.5, "Y"));
    base(row(8, 0.5, "x"), row(9, 1.5, "y"));
    theirs(row(8, 0.5, "x"), row(9, 2.5, "y"));

    assertThat(changed(Cells.CHANGED)).containsExactly("2: 1.5 y -> 1.5 Y", "9: 1.5 y -> 2.5 y");
  }

  @Test
  void filesWithOtherKeysOrAnotherOrderAreLeftToTheJoin() {
    base(row(1, 0.0, "x"), row(2, 0.0, "y"));
    theirs(row(1, 0.0, "x"), row(2, 0.0, "Y"));
    base(row(11, 0.0, "x"), row(12, 0.0, "y"), row(15, 0.0, "z")); // another order
    theirs(row(11, 0.0, "X"), row(15, 0.0, "z"), row(12, 0.0, "y"));
    base(row(21, 0.0, "x"), row(22, 0.0, "y"), row(25, 0.0, "z")); // another key between
    theirs(row(21, 0.0, "X"), row(23, 0.0, "y"), row(25, 0.0, "z"));
    base(row(31, 0.0, "x"), row(32, 0.0, "y")); // fewer rows
    theirs(row(31, 0.0, "x"));
    base(row(41, 0.0, "x"), row(42, 0.0, "y")); // other bounds
    theirs(row(41, 0.0, "x"), row(43, 0.0, "y"));

    assertThat(changed(Cells.ALL)).containsExactly("2: 0.0 y -> 0.0 Y");
    assertThat(joined()).isEqualTo(4);
  }

  @Test
  void filesThatCannotBeToldApartAreLeftToTheJoin() {
    base(row(1, 0.0, "x"), row(5, 0.0, "y"));
    base(row(1, 0.0, "x"), row(5, 0.0, "y"));
    theirs(row(1, 0.0, "x"), row(5, 0.0, "Y"));
    theirs(row(1, 0.0, "x"), row(5, 0.0, "Y"));

    assertThat(changed(Cells.ALL)).isEmpty();
    assertThat(joined()).isEqualTo(2);
  }

  @Test
  void filesWithDeletesAreLeftToTheJoin() {
    base(row(1, 0.0, "x"), row(2, 0.0, "y"));
    theirs(row(1, 0.0, "x"), row(2, 0.0, "Y"));
    table.table().newAppend().appendFile(theirs.get(0).file()).commit();
    table.deletePositions(theirs.get(0).file(), 0);
    theirs.set(0, TableRelation.of(table.table()).files().get(0));

    assertThat(changed(Cells.ALL)).isEmpty();
    assertThat(joined()).isEqualTo(1);
  }

  /** Row groups and pages of the two files end at different rows. */
  @Test
  void filesOfDifferentWritersAreReadSideBySide() {
    Record[] rows = new Record[150_000];
    for (int id = 0; id < rows.length; id++) {
      rows[id] = row(id, 0.5, "text " + id);
    }
    base(rows);
    duck.close();
    // One thread writes one file, in order.
    DuckSettings all = DuckSettings.defaults(directory.resolve("spill"));
    duck =
        Duck.open(
            new DuckSettings(
                all.memoryBytes(),
                all.queryMemoryBytes(),
                1,
                all.sessions(),
                all.queries(),
                all.patience(),
                all.temp()));
    try (DuckSession session = duck.trusted()) {
      String select =
          "SELECT range AS id, CASE WHEN range % 50000 = 49999 THEN 2.5 ELSE 0.5 END AS a,"
              + " 'text ' || range AS b FROM range(150000)";
      List<DataFile> written = new DataFileWriter(table.table()).write(session, select).files();
      assertThat(written).hasSize(1);
      theirs.add(new ScanFile(written.get(0), List.of()));
    }

    assertThat(changed(Cells.CHANGED))
        .containsExactly(
            "49999: 0.5 text 49999 -> 2.5 text 49999",
            "99999: 0.5 text 99999 -> 2.5 text 99999",
            "149999: 0.5 text 149999 -> 2.5 text 149999");
    assertThat(joined()).isZero();
  }

  private Record row(long id, Double a, String b) {
    return table.row(id, a, b);
  }

  private void base(Record... rows) {
    base.add(new ScanFile(table.write(rows), List.of()));
  }

  private void theirs(Record... rows) {
    theirs.add(new ScanFile(table.write(rows), List.of()));
  }

  /** The changed rows of aligned files as texts. */
  private List<String> changed(Cells cells) {
    try (DuckSession session = duck.trusted()) {
      AlignedRows aligned = aligned(session, cells);
      if (aligned.isEmpty()) {
        return List.of();
      }
      String texts =
          """
          SELECT concat_ws(' ', "__varve_key_0" || ':', %s, '->', %s)
          FROM (%s) ORDER BY "__varve_key_0\""""
              .formatted(text(State.BASE), text(State.THEIRS), aligned.changed("true"));
      return ComparedRows.texts(session, texts);
    }
  }

  private static String text(State state) {
    return Stream.of(2, 3)
        .map(id -> "coalesce(%s::VARCHAR, 'null')".formatted(state.cell(SCHEMA.findField(id))))
        .collect(Collectors.joining(", "));
  }

  /** How many files of theirs are left to the join; as many are of base. */
  private int joined() {
    try (DuckSession session = duck.trusted()) {
      DifferingFiles others = aligned(session, Cells.ALL).others();
      int count = others.theirsNew().files().size();
      assertThat(others.lostByTheirs().get(0).files()).hasSize(count);
      return count;
    }
  }

  private AlignedRows aligned(DuckSession session, Cells cells) {
    StateFiles none = new StateFiles(table.metadata(), List.of());
    DifferingFiles files =
        new DifferingFiles(
            List.of(new StateFiles(table.metadata(), base)),
            new StateFiles(table.metadata(), theirs),
            List.of(),
            none,
            none);
    return new AlignedRows(
        new StateViews(session, table.io(), SCHEMA),
        new RowColumns(SCHEMA, Set.of(1)),
        files,
        cells);
  }
}
