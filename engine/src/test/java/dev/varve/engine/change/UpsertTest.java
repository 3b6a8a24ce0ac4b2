package dev.varve.engine.change;

import static dev.varve.engine.ingest.IngestFixture.T;
import static dev.varve.engine.ingest.IngestFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.ref.RefName;
import dev.varve.engine.ingest.IngestFixture;
import dev.varve.engine.ingest.IngestMode;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.IngestResult;
import dev.varve.engine.ingest.ProgressListener;
import dev.varve.engine.table.LakeFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UpsertTest {
  private static final NewTable KEYED = new NewTable(List.of("id"), List.of(), List.of());

  @TempDir Path directory;
  private IngestFixture lake;

  @BeforeEach
  void open() {
    lake = new IngestFixture(directory);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @Test
  void columnsThatTheFileLacksKeepTheirValuesAndAreNullInNewRows() {
    create("id,a,b\n1,10,x\n2,20,y\n", KEYED);
    upsert("b,id\nY,2\nZ,3\n");
    assertThat(lake.rows()).containsExactly("1|10|x", "2|20|Y", "3|null|Z");
  }

  @Test
  void anEmptyValueInTheFileIsAValue() {
    create("id,a,b\n1,10,x\n", KEYED);
    upsert("id,a\n1,\n");
    assertThat(lake.rows()).containsExactly("1|null|x");
  }

  @Test
  void aNewRowNeedsTheColumnsThatTheTableRequiresAndAnOldOneHasThem() {
    requiredColumn("name");
    upsert("id,name,v\n1,a,1\n");

    upsert("id,v\n1,2\n");
    assertThat(lake.rows()).containsExactly("1|a|2");

    int files = lake.files().size();
    assertThatThrownBy(() -> upsert("id,v\n1,3\n7,3\n"))
        .hasMessage(
            "the file has no column 'name', which 't' requires of its 1 new row, such as '7'");
    assertThatThrownBy(() -> upsert("id,v\n7,3\n8,3\n9,3\n"))
        .hasMessageContaining("requires of its 3 new rows, such as '7'");
    assertThatThrownBy(() -> upsert("name,v\na,3\n"))
        .hasMessage("the file has no column 'id', by which its rows are found in the table");
    assertThat(lake.files()).hasSize(files);
    assertThat(lake.rows()).containsExactly("1|a|2");
  }

  @Test
  void aColumnsDefaultIsTheValueOfNewRows() {
    create("id,a\n1,10\n", KEYED);
    Table table = lake.lake().tables().open(LakeFixture.on(RefName.MAIN), T);
    table.updateProperties().set(TableProperties.FORMAT_VERSION, "3").commit();
    table
        .updateSchema()
        .addColumn("state", Types.StringType.get(), null, Literal.of("new"))
        .commit();
    upsert("id,a\n1,11\n2,20\n");
    assertThat(lake.rows()).containsExactly("1|11|new", "2|20|new");

    upsert("id,state\n1,old\n");
    upsert("id,a\n1,12\n3,30\n");
    assertThat(lake.rows()).containsExactly("1|12|old", "2|20|new", "3|30|new");
  }

  @Test
  void rowsThatOnlyTheUpsertSaysAreOneAreNotMergedIntoOne() {
    create("id,a,b\n1,10,x\n1,11,y\n2,20,z\n", NewTable.PLAIN);
    assertThatThrownBy(() -> upsert("id,a\n1,12\n", KEYED))
        .hasMessage("cannot keep column 'b', which the file lacks: 2 rows of 't' have the key '1'");
    assertThat(lake.rows()).hasSize(3);

    upsert("id,a\n2,21\n", KEYED);
    assertThat(lake.rows()).containsExactly("1|10|x", "1|11|y", "2|21|z");

    // All columns are given, so nothing of the old rows is needed.
    upsert("id,a,b\n1,12,X\n3,30,Z\n", KEYED);
    assertThat(lake.rows()).containsExactly("1|12|X", "2|21|z", "3|30|Z");
    assertThat(message()).isEqualTo("upsert 2 rows into t, 1 of them new");
  }

  @Test
  void saysWhatItWrote() throws IOException {
    create("id,a,b\n1,10,x\n2,20,y\n", KEYED);
    List<Path> before = lake.files();
    IngestResult result = upsert("id,a\n2,21\n");

    List<Path> written = new ArrayList<>(lake.files());
    written.removeAll(before);
    assertThat(written).hasSize(1);
    assertThat(result.bytes()).isEqualTo(Files.size(written.get(0)));
    assertThat(result.files()).isEqualTo(1);
    assertThat(message()).isEqualTo("upsert 1 row into t, 0 of them new");
  }

  /** {@code -Dvarve.seed=N} runs one again. */
  static LongStream seeds() {
    Long one = Long.getLong("varve.seed");
    long first = System.nanoTime() & 0xFFFFFF;
    return one != null ? LongStream.of(one) : LongStream.range(first, first + 4);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void behavesLikeAListOfRows(long seed) {
    Random random = new Random(seed);
    List<String> columns = List.of("k", "g", "a", "b", "c");
    NewTable layout =
        new NewTable(
            List.of("k", "g"),
            random.nextBoolean() ? List.of("truncate(10, a)") : List.of(),
            random.nextBoolean() ? List.of("b desc") : List.of());
    create("k,g,a,b,c\n0,0,0,0,0\n1,0,1,1,1\n", layout);
    Map<List<Integer>, Integer[]> model = new TreeMap<>(UpsertTest::compare);
    model.put(List.of(0, 0), new Integer[] {0, 0, 0, 0, 0});
    model.put(List.of(1, 0), new Integer[] {1, 0, 1, 1, 1});
    for (int step = 0; step < 8; step++) {
      List<String> given = new ArrayList<>(List.of("k", "g"));
      columns.subList(2, 5).stream().filter(c -> random.nextInt(3) > 0).forEach(given::add);
      Collections.shuffle(given, random);
      Map<List<Integer>, Integer[]> rows = new TreeMap<>(UpsertTest::compare);
      for (int i = random.nextInt(12); i >= 0; i--) {
        Integer[] row = random.ints(5, 0, 50).boxed().toArray(Integer[]::new);
        row[0] = random.nextInt(12);
        row[1] = random.nextInt(2);
        row[2 + random.nextInt(3)] = null;
        rows.put(List.of(row[0], row[1]), row);
      }
      rows.forEach(
          (key, row) -> {
            Integer[] old =
                model.computeIfAbsent(
                    key, k -> new Integer[] {k.get(0), k.get(1), null, null, null});
            given.forEach(column -> old[columns.indexOf(column)] = row[columns.indexOf(column)]);
          });
      upsert(csv(columns, given, rows));
      assertThat(lake.rows())
          .as("seed %d, step %d, %s", seed, step, given)
          .containsExactlyElementsOf(
              model.values().stream().map(UpsertTest::line).sorted().toList());
    }
  }

  private static int compare(List<Integer> left, List<Integer> right) {
    return Arrays.compare(left.toArray(Integer[]::new), right.toArray(Integer[]::new));
  }

  private static String csv(
      List<String> columns, List<String> given, Map<List<Integer>, Integer[]> rows) {
    StringBuilder text = new StringBuilder(String.join(",", given)).append('\n');
    for (Integer[] row : rows.values()) {
      List<String> values =
          given.stream()
              .map(column -> row[columns.indexOf(column)])
              .map(value -> value == null ? "" : value.toString())
              .toList();
      text.append(String.join(",", values)).append('\n');
    }
    return text.toString();
  }

  private static String line(Integer[] row) {
    return String.join("|", Arrays.stream(row).map(String::valueOf).toList());
  }

  private void create(String csv, NewTable layout) {
    lake.ingest().ingest(text(csv).with(layout), ProgressListener.NONE);
  }

  private IngestResult upsert(String csv) {
    return upsert(csv, NewTable.PLAIN);
  }

  private IngestResult upsert(String csv, NewTable layout) {
    return lake.ingest()
        .ingest(text(csv).with(IngestMode.UPSERT).with(layout), ProgressListener.NONE);
  }

  private String message() {
    return lake.lake().headCommit(RefName.MAIN).message();
  }

  private void requiredColumn(String name) {
    Schema schema =
        new Schema(
            List.of(
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.required(2, name, Types.StringType.get()),
                Types.NestedField.optional(3, "v", Types.LongType.get())),
            Set.of(1));
    lake.lake()
        .tables()
        .create(
            LakeFixture.on(RefName.MAIN),
            T,
            schema,
            PartitionSpec.unpartitioned(),
            SortOrder.unsorted(),
            Map.of())
        .commitTransaction();
  }
}
