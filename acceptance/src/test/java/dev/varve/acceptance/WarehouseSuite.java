package dev.varve.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds wherever the files of tables lie: the life of a lake, from its first row on. */
abstract class WarehouseSuite {
  private static final String ROWS = "varve sql 'FROM fruit ORDER BY id' --format csv";

  @TempDir Path directory;

  /** Further arguments of a server whose tables' files lie in the warehouse under test. */
  abstract List<String> settings();

  /** The environment of that server. */
  abstract Map<String, String> environment();

  /** What an Iceberg client sets to reach the files, beside what the server tells it. */
  abstract Map<String, String> clientProperties();

  @Test
  void rowsAreWrittenComparedMergedRevertedAndReadAtAnyTime() throws Exception {
    try (Processes varve = start()) {
      varve.bash(
          directory,
          """
          printf 'id,name,price\\n1,apple,1.5\\n2,pear,2.5\\n3,plum,3.5\\n' | varve ingest fruit - --key id
          varve tag create v1
          varve branch create exp
          varve update fruit --set 'price = price + 1' --where 'id = 1' --branch exp
          varve update fruit --set "name = 'PEAR'" --where 'id = 2'
          varve delete fruit --where 'id = 3'
          printf 'id,name,price\\n4,fig,4.5\\n' | varve ingest fruit -
          """);
      assertThat(varve.bash(directory, "varve diff v1 main --rows"))
          .contains("rows: 1 added, 1 removed, 1 changed")
          .contains("pear → PEAR");
      varve.bash(directory, "varve merge exp");
      String merged = "id,name,price\n1,apple,2.5\n2,PEAR,2.5\n4,fig,4.5\n";
      assertThat(varve.bash(directory, ROWS)).contains(merged);
      varve.bash(directory, "varve revert main^1");
      assertThat(varve.bash(directory, ROWS)).contains("2,PEAR,2.5\n").doesNotContain("4,fig");
      assertThat(varve.bash(directory, ROWS + " --ref v1")).contains("3,plum,3.5");
      assertThat(varve.bash(directory, "varve fsck --level files")).contains("clean");
    }
  }

  @Test
  void aServerFindsEverythingAgainWithAnEmptiedCache() throws Exception {
    try (Processes varve = start()) {
      varve.bash(
          directory,
          "printf 'id,name\\n1,apple\\n2,pear\\n' | varve ingest fruit - --key id; varve tag create v1");
    }
    delete(directory.resolve("data/cache"));
    try (Processes varve = start()) {
      assertThat(varve.bash(directory, ROWS)).contains("1,apple\n2,pear\n");
      varve.bash(directory, "varve update fruit --set \"name = 'fig'\" --where 'id = 2'");
      assertThat(varve.bash(directory, "varve diff v1 main --rows")).contains("pear → fig");
      assertThat(varve.bash(directory, "varve fsck --level files")).contains("clean");
    }
  }

  @Test
  void manyStatementsShareACacheThatHoldsFewFiles() throws Exception {
    try (Processes varve = start("--cache.size", "1MiB")) {
      varve.bash(
          directory,
          """
          for i in 1 2 3 4 5 6; do
            awk -v i=$i 'BEGIN { srand(i); print "id,x"; for (k = 0; k < 40000; k++) print k "," rand() rand() }' >rows.csv
            varve ingest "t$i" rows.csv
          done
          for round in 1 2; do
            for i in 1 2 3 4 5 6; do
              varve sql "SELECT count(DISTINCT id) AS n, min(x) FROM t$i" --format csv >"out-$round-$i" &
            done
          done
          wait
          """);
      for (int i = 1; i <= 6; i++) {
        assertThat(directory.resolve("out-1-" + i)).content().contains("40000");
        assertThat(directory.resolve("out-2-" + i)).content().contains("40000");
      }
    }
  }

  @Test
  void anIcebergClientWritesWhatVarveReadsAndReadsWhatVarveWrites() throws Exception {
    try (Processes varve = start();
        RESTCatalog catalog = new RESTCatalog()) {
      varve.bash(directory, "printf 'id,name\\n1,apple\\n' | varve ingest fruit -");
      Map<String, String> properties = new TreeMap<>(clientProperties());
      properties.put("uri", varve.url() + "/iceberg");
      properties.put("warehouse", "lake");
      catalog.initialize("lake", properties);
      Table table = catalog.loadTable(TableIdentifier.of("default", "fruit"));

      append(table, 2L, "pear");

      assertThat(varve.bash(directory, ROWS)).contains("1,apple\n2,pear\n");
      varve.bash(directory, "varve update fruit --set \"name = 'fig'\" --where 'id = 2'");
      table.refresh();
      try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
        assertThat(rows).extracting(row -> row.getField("name")).containsOnly("apple", "fig");
      }
      assertThat(varve.bash(directory, "varve fsck --level files")).contains("clean");
    }
  }

  private static void append(Table table, long id, String name) throws IOException {
    Schema schema = table.schema();
    GenericRecord row = GenericRecord.create(schema);
    row.setField("id", id);
    row.setField("name", name);
    DataWriter<Record> writer =
        Parquet.writeData(
                table.io().newOutputFile(table.locationProvider().newDataLocation("c.parquet")))
            .schema(schema)
            .createWriterFunc(GenericParquetWriter::create)
            .withSpec(table.spec())
            .build();
    try (writer) {
      writer.write(row);
    }
    table.newAppend().appendFile(writer.toDataFile()).commit();
  }

  Processes start(String... more) throws IOException {
    return Processes.start(
        directory, Stream.concat(settings().stream(), Stream.of(more)).toList(), environment());
  }

  private static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> all = Files.walk(tree)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }
}
