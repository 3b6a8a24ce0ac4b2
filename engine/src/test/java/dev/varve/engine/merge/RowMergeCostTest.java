package dev.varve.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.engine.diff.RowPage;
import dev.varve.engine.merge.StateMergeResult.NeedsRows;
import dev.varve.engine.merge.rows.RowMerge;
import dev.varve.engine.merge.rows.RowMergeResult;
import dev.varve.engine.merge.rows.RowStrategies;
import dev.varve.engine.merge.rows.RowWork;
import dev.varve.engine.merge.rows.Side;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckSettings;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.sql.TestTable;
import dev.varve.engine.write.DataFileWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a merge of rows reads, and what memory it needs. */
class RowMergeCostTest {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              NestedField.required(1, "id", Types.LongType.get()),
              NestedField.optional(2, "a", Types.StringType.get()),
              NestedField.optional(3, "b", Types.StringType.get())),
          Set.of(1));

  @TempDir Path directory;
  private Duck duck;

  @AfterEach
  void close() {
    duck.close();
  }

  @Test
  void ofAHundredFilesTheTwoThatChangedAreRead() throws IOException {
    duck = Duck.open(DuckSettings.defaults(directory.resolve("spill")));
    TestTable table = TestTable.create(directory.resolve("t"), SCHEMA);
    List<DataFile> files = new ArrayList<>();
    AppendFiles append = table.table().newAppend();
    for (long id = 0; id < 100; id++) {
      files.add(table.write(table.row(id, "a", "b")));
      append.appendFile(files.get(files.size() - 1));
    }
    append.commit();
    TableMetadata base = table.metadata();
    TableMetadata ours = replaced(base, files, "ours", "b");
    TableMetadata theirs = replaced(base, files, "a", "theirs");

    ThreeWay<TableMetadata> sides = ThreeWay.of(base, ours, theirs);
    NeedsRows needed = needed(sides, table.io());
    RowWork work;
    try (UnplannedFiles hidden = UnplannedFiles.hide(sides, needed.files().get(), table.io())) {
      assertThat(hidden.count()).isEqualTo(98);
      work = merge(sides, needed, table.io()).work();
    }

    assertThat(List.of(work.baseFiles(), work.oursFiles(), work.theirsFiles()))
        .containsExactly(2L, 2L, 2L);
    assertThat(work.rowsRead()).isEqualTo(6);
    assertThat(work.rowsWritten()).isEqualTo(2);
  }

  private static TableMetadata replaced(
      TableMetadata base, List<DataFile> files, String a, String b) {
    TestTable table = TestTable.of(base);
    OverwriteFiles overwrite = table.table().newOverwrite();
    for (long id : List.of(3L, 70L)) {
      overwrite.deleteFile(files.get((int) id));
      overwrite.addFile(table.write(table.row(id, a, b)));
    }
    overwrite.commit();
    return table.metadata();
  }

  @Test
  void whatDoesNotFitIntoMemoryIsSpilled() throws IOException {
    TableMetadata base = wide(SCHEMA);
    TableMetadata ours = written(base, "range", "'ours'", "'b'");
    // In another order, else rows are neither joined nor held.
    TableMetadata theirs = written(base, LAST_FIRST, "'a'", "'theirs'");

    requireSpilled(
        ThreeWay.of(base, ours, theirs),
        384 * MEBIBYTE,
        "starts_with(a, 'ours') AND starts_with(b, 'theirs')");
  }

  /** Each row's own side changed it, as a row that both removed would be a conflict. */
  @Test
  void rowsWithoutAKeyThatDoNotFitIntoMemoryAreSpilled() throws IOException {
    TableMetadata base = wide(new Schema(SCHEMA.columns()));
    TableMetadata ours = written(base, "range", "if(id % 2 = 0, 'ours', 'a')", "'b'");
    TableMetadata theirs = written(base, LAST_FIRST, "'a'", "if(id % 2 = 1, 'theirs', 'b')");

    requireSpilled(
        ThreeWay.of(base, ours, theirs),
        512 * MEBIBYTE,
        "starts_with(a, if(id % 2 = 0, 'ours', 'a')) AND starts_with(b, if(id % 2 = 1, 'theirs', 'b'))");
  }

  private static final long ROWS = 600_000;
  private static final long MEBIBYTE = 1L << 20;
  private static final String LAST_FIRST = "%d - range".formatted(ROWS - 1);

  /** A table of which two states are larger than what DuckDB may hold later. */
  private TableMetadata wide(Schema schema) throws IOException {
    duck = Duck.open(DuckSettings.defaults(directory.resolve("roomy")));
    TestTable table = TestTable.create(directory.resolve("t"), schema);
    table.table().updateProperties().set("write.target-file-size-bytes", "16000000").commit();
    return written(table.metadata(), "range", "'a'", "'b'");
  }

  /** All rows anew, of some half a kilobyte each. */
  private TableMetadata written(TableMetadata state, String id, String a, String b) {
    TestTable table = TestTable.of(state);
    String rows =
        "SELECT id, %s || %s AS a, %s || %s AS b FROM (SELECT %s AS id FROM range(%d))"
            .formatted(a, text(3), b, text(7), id, ROWS);
    OverwriteFiles overwrite = table.table().newOverwrite();
    TableRelation.of(table.table()).files().forEach(it -> overwrite.deleteFile(it.file()));
    try (DuckSession session = duck.trusted()) {
      new DataFileWriter(table.table()).write(session, rows).files().forEach(overwrite::addFile);
    }
    overwrite.commit();
    return table.metadata();
  }

  private static String text(int factor) {
    return "repeat(md5((id * %d)::VARCHAR), 8)".formatted(factor);
  }

  /** Merges with little memory, and looks whether there is each row once, in which it holds. */
  private void requireSpilled(ThreeWay<TableMetadata> sides, long memory, String holds) {
    Path spill = directory.resolve("spill");
    FileIO io = TestTable.of(sides.base().orElseThrow()).io();
    duck.close();
    duck = Duck.open(new DuckSettings(memory, memory, 2, 2, 1, Duration.ofSeconds(60), spill));

    NeedsRows needed = needed(sides, io);
    RowMergeResult.Merged done = merge(sides, needed, io);
    TableMetadata merged = new RowLevel(sides, needed, io).combine(done).metadata();

    assertThat(Files.exists(spill)).isTrue();
    try (DuckSession session = duck.trusted()) {
      TableRelation.of(merged, io).register(session, "merged");
      List<Long> found =
          session.query(
              "SELECT count(*), count(DISTINCT id) FILTER (%s) FROM merged".formatted(holds),
              row -> row.next() ? List.of(row.getLong(1), row.getLong(2)) : List.of());
      assertThat(found).containsExactly(ROWS, ROWS);
    }
  }

  private NeedsRows needed(ThreeWay<TableMetadata> sides, FileIO io) {
    return (NeedsRows)
        StateMerge.merge(
            new Conflicts("t", MergeVerb.MERGE),
            sides,
            io,
            new DuckSharedKeys(() -> duck, io),
            (three, merged, verb) -> Optional.empty(),
            ColumnWrites.NONE,
            SideSnapshots.LISTED);
  }

  private RowMergeResult.Merged merge(ThreeWay<TableMetadata> sides, NeedsRows needed, FileIO io) {
    return (RowMergeResult.Merged)
        new RowLevel(sides, needed, io)
            .merge(
                new RowMerge(() -> duck, io),
                "t",
                new RowStrategies(Side.FAIL, new TreeMap<>()),
                RowPage.first(10));
  }
}
