package dev.varve.engine.history;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.LogCursor;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.diff.ChangeKind;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.merge.Merges;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSettings;
import dev.varve.engine.table.LakeFixture;
import dev.varve.engine.table.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowHistoryTest {
  private static final TableName T = TableName.parse("t");

  @TempDir Path directory;
  private LakeFixture lake;
  private Duck duck;
  private RowHistory history;
  private TableEdits edits;

  @BeforeEach
  void open() {
    lake = new LakeFixture(directory);
    duck = Duck.open(DuckSettings.defaults(directory.resolve("spill")));
    history = new RowHistory(lake.tables(), () -> duck);
    edits = new TableEdits(lake.tables(), () -> duck);
    Schema schema =
        new Schema(
            List.of(
                Types.NestedField.required(1, "n", Types.LongType.get()),
                Types.NestedField.optional(2, "a", Types.StringType.get()),
                Types.NestedField.optional(3, "b", Types.DoubleType.get())),
            Set.of(1));
    lake.tables()
        .create(on(MAIN), T, schema, PartitionSpec.unpartitioned(), SortOrder.unsorted(), Map.of())
        .commitTransaction();
  }

  @AfterEach
  void close() {
    duck.close();
    lake.close();
  }

  private ObjectId append(long... numbers) {
    lake.append(MAIN, T, numbers);
    return lake.head(MAIN);
  }

  private ObjectId update(String column, String sql, String where) {
    edits.update(on(MAIN), T, Map.of(column, sql), where);
    return lake.head(MAIN);
  }

  private List<ObjectId> log(String key) {
    return history.log(lake.head(MAIN), T, List.of(key), Optional.empty(), 100).commits().stream()
        .map(it -> it.commit().id())
        .toList();
  }

  private List<ObjectId> blame(String key) {
    return history.blame(lake.head(MAIN), T, List.of(key)).cells().stream()
        .map(it -> it.commit().id())
        .toList();
  }

  @Test
  void eachCellIsBlamedOnTheCommitThatLastWroteIt() {
    ObjectId added = append(1, 2, 3);
    ObjectId a = update("a", "'x'", "n = 2");
    update("a", "'y'", "n = 3");
    ObjectId b = update("b", "2.5", "n <> 1");
    append(10, 11);

    assertThat(blame("2")).containsExactly(added, a, b);
    assertThat(blame("1")).containsExactly(added, added, added);
    assertThat(history.blame(lake.head(MAIN), T, List.of("n=2")).cells())
        .extracting(cell -> cell.column() + "=" + cell.value())
        .containsExactly("n=2", "a=\"x\"", "b=2.5");
  }

  @Test
  void theLogOfARowTellsWhatEachCommitDidToIt() {
    ObjectId added = append(1, 2);
    ObjectId changed = update("a", "'x'", "n = 1");
    update("a", "'y'", "n = 2");
    edits.delete(on(MAIN), T, "n = 1");
    ObjectId removed = lake.head(MAIN);

    List<RowCommit> log = history.log(removed, T, List.of("1"), Optional.empty(), 10).commits();

    assertThat(log).extracting(it -> it.commit().id()).containsExactly(removed, changed, added);
    assertThat(log)
        .extracting(RowCommit::kind)
        .containsExactly(ChangeKind.REMOVED, ChangeKind.CHANGED, ChangeKind.ADDED);
    assertThat(log.get(1).columns()).containsExactly("a");
    assertThat(log.get(1).before()).contains("{\"n\":1,\"a\":null,\"b\":null}");
    assertThat(log.get(1).after()).contains("{\"n\":1,\"a\":\"x\",\"b\":null}");
    assertThatThrownBy(() -> history.blame(removed, T, List.of("1")))
        .hasMessageStartingWith("no rows of 't' have the key 1");
  }

  @Test
  void onlyFilesThatChangedAndMayHoldTheKeyAreRead() throws IOException {
    append(1, 2, 3);
    List<Path> early = dataFiles();
    ObjectId from = append(100, 101);
    List<Path> kept = new ArrayList<>(dataFiles());
    kept.removeAll(early);
    for (int i = 0; i < 10; i++) {
      append(1_000 + i);
    }
    update("a", "'x'", "n = 101");
    for (Path file : dataFiles()) {
      // What a file of other keys holds is of no interest.
      if (early.contains(file) || (file.toFile().length() > 0 && isOf(file, 1_000))) {
        Files.delete(file);
      }
    }

    RowLog log = history.log(lake.head(MAIN), T, List.of("101"), Optional.empty(), 10);

    assertThat(log.commits()).extracting(it -> it.commit().id()).endsWith(from).hasSize(2);
    assertThat(log.filesRead()).isEqualTo(3);
    assertThat(kept).hasSize(1);
  }

  private boolean isOf(Path file, long from) {
    try (var session = duck.trusted()) {
      return session.query(
          "SELECT min(n) >= %d FROM read_parquet('%s')".formatted(from, file),
          row -> row.next() && row.getBoolean(1));
    }
  }

  private List<Path> dataFiles() throws IOException {
    try (Stream<Path> files = Files.walk(lake.warehouse().root())) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  @Test
  void aRewriteAndARenameAreNoChange() {
    ObjectId added = append(1, 2);
    Table table = lake.open(MAIN, T);
    DataFile old = table.newScan().planFiles().iterator().next().file();
    table
        .newRewrite()
        .deleteFile(old)
        .addFile(LakeFixture.file(table, List.of(row(table, 2), row(table, 1))))
        .commit();
    lake.tables().rename(on(MAIN), T, TableName.parse("u"));
    edits.update(on(MAIN), TableName.parse("u"), Map.of("a", "'x'"), "n = 2");

    assertThat(
            history.blame(lake.head(MAIN), TableName.parse("u"), List.of("1")).cells().stream()
                .map(it -> it.commit().id()))
        .containsOnly(added);
  }

  private static Record row(Table table, long n) {
    Record row = GenericRecord.create(table.schema());
    row.setField("n", n);
    return row;
  }

  @Test
  void aColumnComesFromTheCommitThatBroughtIt() {
    ObjectId added = append(1);
    lake.open(MAIN, T).updateSchema().addColumn("c", Types.StringType.get()).commit();
    ObjectId column = lake.head(MAIN);
    append(2);

    assertThat(blame("1")).containsExactly(added, added, added, column);
    assertThat(log("1")).containsExactly(added);
  }

  @Test
  void theSideOfAMergeThatARowCameFromIsFollowed() {
    ObjectId added = append(1, 2, 3, 4);
    lake.branch(EXP);
    edits.update(on(EXP), T, Map.of("a", "'theirs'"), "n = 1");
    ObjectId theirs = lake.head(EXP);
    ObjectId ours = update("b", "7", "n = 1");
    update("b", "8", "n = 2");
    Merges merges = new Merges(lake.tables(), new Diffs(lake.tables(), () -> duck), () -> duck);
    Commit merge =
        merges
            .merge(on(MAIN), Revision.of(EXP), MergeMode.FAST_FORWARD_OR_MERGE, Optional.empty())
            .head()
            .orElseThrow();

    assertThat(blame("1")).containsExactly(added, theirs, ours);
    assertThat(log("1")).containsExactlyInAnyOrder(merge.id(), theirs, ours, added);
    assertThat(log("4")).containsExactly(added);
  }

  @Test
  void aPageGoesOnFromItsCursor() {
    append(1);
    for (int i = 0; i < 5; i++) {
      update("b", Integer.toString(i), "n = 1");
    }
    List<ObjectId> paged = new ArrayList<>();
    Optional<LogCursor> from = Optional.empty();
    do {
      RowLog page = history.log(lake.head(MAIN), T, List.of("1"), from, 2);
      page.commits().forEach(it -> paged.add(it.commit().id()));
      from = page.next();
    } while (from.isPresent());

    assertThat(paged).isEqualTo(log("1")).hasSize(6);
  }

  @Test
  void aKeyThatIsNoneIsExplained() {
    append(1);

    assertThatThrownBy(() -> log("one"))
        .hasMessage("'one' is no value of the key column 'n', whose type is long");
    lake.create("bag");
    assertThatThrownBy(() -> history.blame(lake.head(MAIN), TableName.parse("bag"), List.of("1")))
        .isInstanceOfSatisfying(
            VarveException.class,
            e -> assertThat(e.hint().orElseThrow()).contains("varve table set-key bag COLUMN"))
        .hasMessage("the rows of 'bag' cannot be told apart: the table has no row key");
  }
}
