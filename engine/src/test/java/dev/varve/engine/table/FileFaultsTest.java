package dev.varve.engine.table;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.file;
import static dev.varve.engine.table.LakeFixture.longs;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTransaction;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A commit whose n-th access to a file fails, for every n. */
class FileFaultsTest {
  private static final TableName FLIGHTS = TableName.parse("flights");

  @TempDir Path directory;
  private LakeFixture lake;

  @BeforeEach
  void open() {
    lake = new LakeFixture(directory);
    lake.create("flights");
    lake.append(MAIN, FLIGHTS, 1);
    lake.branch(EXP);
    lake.append(EXP, FLIGHTS, 2);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @Test
  void leavesTheStateBeforeOrAfterAndNoFileOfItsOwn() throws IOException {
    DataFile added = file(lake.open(MAIN, FLIGHTS), 3);
    Set<String> files = files();
    ObjectId head = lake.head(MAIN);
    int failures = 0;
    boolean landed = false;
    while (!landed) {
      landed = overwrite(added, failures + 1);
      if (!landed) {
        failures++;
        assertThat(lake.head(MAIN)).isEqualTo(head);
        assertThat(files()).as("after failure of access %s", failures).isEqualTo(files);
      }
    }

    assertThat(failures).isGreaterThan(3);
    assertThat(lake.numbers(MAIN, FLIGHTS)).isEqualTo(longs(3));
    assertThat(lake.numbers(EXP, FLIGHTS)).isEqualTo(longs(1, 2));
    assertThat(lake.numbers(lake.tables().load(head, FLIGHTS))).isEqualTo(longs(1));
  }

  @Test
  void aFailedCommitKeepsTheMetadataFileOfAnEqualOneOnAnotherBranch() {
    TableName plain = lake.create("plain");
    RefName other = RefName.parse("other");
    lake.branch(other);
    TableMetadata owned =
        loaded(MAIN, plain).orElseThrow().metadata().replaceProperties(Map.of("owner", "ada"));
    Transaction append = lake.open(MAIN, FLIGHTS).newTransaction();
    append.newAppend().appendFile(file(append.table(), 3)).commit();
    TableMetadata appended = ((BaseTransaction) append).currentMetadata();
    Runnable commitElsewhere =
        () ->
            lake.tables()
                .commit(on(other), List.of(new TableChange(plain, loaded(other, plain), owned)));
    Tables failing =
        lake.tables(
            lake.warehouse().with(new FailingIO(lake.warehouse().io(), 1, commitElsewhere)));

    assertThatThrownBy(
            () ->
                failing.commit(
                    on(MAIN),
                    List.of(
                        new TableChange(plain, loaded(MAIN, plain), owned),
                        new TableChange(FLIGHTS, loaded(MAIN, FLIGHTS), appended))))
        .hasMessageContaining("fails");

    String location = loaded(other, plain).orElseThrow().metadata().metadataFileLocation();
    assertThat(lake.warehouse().path(location)).exists();
  }

  private Optional<LoadedTable> loaded(RefName branch, TableName table) {
    return lake.tables().findHead(branch, table);
  }

  /** Overwrites the table with one file; says whether that was committed. */
  private boolean overwrite(DataFile added, int failingAccess) {
    Warehouse warehouse = lake.warehouse();
    FileIO failing = new FailingIO(warehouse.io(), failingAccess, () -> {});
    Table table = lake.tables(warehouse.with(failing)).open(on(MAIN), FLIGHTS);
    ObjectId head = lake.head(MAIN);
    try {
      table.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue()).addFile(added).commit();
    } catch (RuntimeException e) {
      return !lake.head(MAIN).equals(head);
    }
    return true;
  }

  private Set<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(lake.warehouse().root())) {
      Set<String> files = new TreeSet<>();
      all.filter(Files::isRegularFile).map(Path::toString).forEach(files::add);
      return files;
    }
  }

  private static final class FailingIO implements FileIO {
    private static final long serialVersionUID = 1L;

    private final FileIO files;
    private final int failing;
    private final transient Runnable before;
    private final AtomicInteger accesses = new AtomicInteger();

    /**
     * @param before runs before the access fails
     */
    FailingIO(FileIO files, int failing, Runnable before) {
      this.files = files;
      this.failing = failing;
      this.before = before;
    }

    @Override
    public InputFile newInputFile(String location) {
      count();
      return files.newInputFile(location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
      count();
      return files.newOutputFile(location);
    }

    @Override
    public void deleteFile(String location) {
      files.deleteFile(location);
    }

    private void count() {
      if (accesses.incrementAndGet() == failing) {
        before.run();
        throw new UncheckedIOException(new IOException("access " + failing + " fails"));
      }
    }
  }
}
