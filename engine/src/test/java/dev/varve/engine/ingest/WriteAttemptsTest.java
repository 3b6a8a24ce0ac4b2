package dev.varve.engine.ingest;

import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.engine.change.TableEdits;
import dev.varve.engine.ingest.IngestProgress.Phase;
import dev.varve.engine.table.AnnouncedWork;
import dev.varve.engine.table.OpenAttempts.Attempt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an ingest or an edit that dies on the way leaves behind is known. */
class WriteAttemptsTest {
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

  private List<Attempt> attempts() {
    return lake.lake().tables().attempts().open();
  }

  private TableEdits edits() {
    return new TableEdits(lake.lake().tables(), lake::duck);
  }

  /** All files of the warehouse but records and metadata.json, which is known by its value. */
  private Set<Path> files() {
    try (Stream<Path> tree = Files.walk(directory.resolve("warehouse"))) {
      Set<Path> files = new HashSet<>();
      tree.filter(Files::isRegularFile)
          .filter(it -> !it.toString().endsWith(".attempt"))
          .filter(it -> !it.toString().endsWith(".metadata.json"))
          .forEach(files::add);
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A death: no code of the work runs after it. */
  private static final class Died extends Error {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void theFilesOfAnIngestThatDiesBeforeItsCommitAreKnown() {
    lake.append("a\n1\n");
    Set<Path> before = files();
    List<Attempt> during = new ArrayList<>();

    assertThatThrownBy(
            () ->
                lake.ingest()
                    .ingest(
                        IngestFixture.text("a\n2\n"),
                        progress -> {
                          if (progress.phase() == Phase.COMMIT) {
                            during.addAll(attempts());
                            throw new Died();
                          }
                        }))
        .isInstanceOf(Died.class);

    assertThat(during).hasSize(1);
    assertThat(during.get(0).what()).isEqualTo("ingest into t");
    assertThat(attempts()).isEqualTo(during);
    assertKnown(before);
    assertThat(lake.rows()).containsExactly("1");
  }

  /** Every file that is new begins with a location of a record. */
  private void assertKnown(Set<Path> before) {
    Set<Path> left = files();
    left.removeAll(before);
    assertThat(left).isNotEmpty();
    List<String> known = attempts().stream().flatMap(it -> it.locations().stream()).toList();
    assertThat(left)
        .allMatch(
            file -> known.stream().anyMatch(lake.lake().warehouse().location(file)::startsWith));
  }

  @Test
  void theManifestsOfAWriteThatDiesInItsCommitAreKnown() {
    lake.append("a\n1\n");
    Set<Path> before = files();

    assertThatThrownBy(
            () ->
                AnnouncedWork.run(
                    lake.lake().tables(),
                    "append",
                    told -> {
                      BaseTable table = told.open(on(MAIN), IngestFixture.T);
                      var append = table.newFastAppend();
                      append.appendFile(
                          DataFiles.builder(table.spec())
                              .withPath(table.location() + "/x.parquet")
                              .withFileSizeInBytes(1)
                              .withRecordCount(1)
                              .build());
                      append.apply();
                      throw new Died();
                    }))
        .isInstanceOf(Died.class);

    assertKnown(before);
  }

  @Test
  void noRecordIsLeftOfWhatWasCommittedOrRefused() {
    lake.append("a\n1\n2\n");
    edits().update(on(MAIN), IngestFixture.T, Map.of("a", "a + 1"), "a = 2");
    edits().delete(on(MAIN), IngestFixture.T, "a = 1");
    assertThat(attempts()).isEmpty();
    Set<Path> before = files();

    assertThatThrownBy(
            () -> edits().update(on(MAIN), IngestFixture.T, Map.of("a", "error('no')"), "true"))
        .hasMessageContaining("cannot set column 'a'");
    assertThatThrownBy(() -> lake.append("a\nx\n")).hasMessageContaining("'a'");

    assertThat(attempts()).isEmpty();
    assertThat(files()).isEqualTo(before);
    assertThat(lake.rows()).containsExactly("3");
  }
}
