package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.merge.MergeRequest;
import dev.varve.catalog.merge.MergeResult;
import dev.varve.catalog.merge.MergeVerb;
import dev.varve.catalog.tree.Content;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.ingest.IngestFixture;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.ProgressListener;
import dev.varve.engine.table.LakeFixture;
import dev.varve.engine.table.OpenAttempts.Attempt;
import dev.varve.engine.table.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a merge that dies on the way leaves behind is known. */
class MergeAttemptsTest {
  @TempDir Path directory;
  private IngestFixture lake;

  @BeforeEach
  void bothSidesChangeTheSameFile() {
    lake = new IngestFixture(directory);
    lake.ingest()
        .ingest(
            IngestFixture.text("id,a,b\n1,x,1\n2,y,2\n")
                .with(new NewTable(List.of("id"), List.of(), List.of())),
            ProgressListener.NONE);
    lake.lake().branch(EXP);
    edits().update(on(EXP), IngestFixture.T, Map.of("a", "'theirs'"), "id = 1");
    edits().update(on(MAIN), IngestFixture.T, Map.of("b", "9"), "id = 1");
  }

  private TableEdits edits() {
    return new TableEdits(lake.lake().tables(), lake::duck);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private List<Attempt> open() {
    return lake.lake().tables().attempts().open();
  }

  private TableMerge merger() {
    return new TableMerge(
        MergeVerb.MERGE,
        lake.lake().tables(),
        lake::duck,
        RowResolution.of(ConflictOptions.NONE, lake.lake().tables(), lake::duck, List.of()));
  }

  private MergeRequest request() {
    return new MergeRequest(
        MAIN,
        lake.lake().head(EXP),
        MergeMode.NO_FAST_FORWARD,
        new CommitDetails("m", LakeFixture.ADA, LakeFixture.ADA, new TreeMap<>()),
        Optional.empty());
  }

  @Test
  void theFilesOfAMergeAreAnnouncedUntilItEnds() throws IOException {
    Set<Path> before = warehouse();
    TableMerge merge = merger();
    MergeRequest request = request();

    assertThat(lake.lake().repository().planMerge(request, merge).outcome())
        .isEqualTo(MergeOutcome.MERGE);
    merge.files().publish();

    Set<Path> written = since(before);
    assertThat(written.stream().map(MergeAttemptsTest::extension))
        .contains("parquet", "avro", "json");
    assertThat(open()).hasSize(1);
    assertThat(written).allMatch(this::isAnnounced);
  }

  @Test
  void whatADiscardedMergeLeavesForOthersIsKnown() throws IOException {
    Set<Path> before = warehouse();
    TableMerge merge = merger();
    lake.lake().repository().planMerge(request(), merge);
    merge.files().publish();

    merge.files().discard();

    Set<Path> left = since(before);
    assertThat(left).hasSize(1).allMatch(file -> extension(file).equals("json"));
    assertThat(left).allMatch(this::isAnnounced);
  }

  @Test
  void whatAnOvertakenAttemptLeavesForOthersIsKnown() throws IOException {
    TableMerge merge = merger();
    lake.lake().repository().planMerge(request(), merge);
    Set<Path> before = warehouse();
    merge.files().publish();
    Set<Path> overtaken = since(before);
    edits().update(on(MAIN), IngestFixture.T, Map.of("b", "8"), "id = 2");

    MergeResult result = lake.lake().repository().merge(request(), merge);
    merge
        .files()
        .committed(
            result.plan().keys().stream()
                .flatMap(key -> key.after().stream())
                .map(Content::value)
                .collect(Collectors.toSet()));

    overtaken.retainAll(warehouse());
    assertThat(overtaken).anyMatch(file -> extension(file).equals("json"));
    assertThat(overtaken).allMatch(this::isAnnounced);
  }

  /** The files of the warehouse that were not there before, but for records. */
  private Set<Path> since(Set<Path> before) throws IOException {
    Set<Path> files = new HashSet<>(warehouse());
    files.removeAll(before);
    files.removeIf(file -> extension(file).equals("attempt"));
    return files;
  }

  private boolean isAnnounced(Path file) {
    String location = lake.lake().warehouse().location(file);
    return open().stream()
        .flatMap(attempt -> attempt.locations().stream())
        .anyMatch(location::startsWith);
  }

  private static String extension(Path file) {
    return file.toString().substring(file.toString().lastIndexOf('.') + 1);
  }

  @Test
  void nothingIsLeftOfAMergeThatCannotWriteAllItsManifests() throws IOException {
    Set<Path> before = warehouse();
    String full = "the disk is full";
    for (int failing = 1; failing <= 2; failing++) {
      FileIO files = new FailingWrites(lake.lake().warehouse().io(), ".avro", failing, full);
      Tables tables = lake.lake().tables(files);
      Merges merges = new Merges(tables, new Diffs(tables, lake::duck), lake::duck);

      assertThatThrownBy(
              () ->
                  merges.merge(
                      on(MAIN), Revision.of(EXP), MergeMode.NO_FAST_FORWARD, Optional.empty()))
          .hasRootCauseMessage(full);

      assertThat(open()).isEmpty();
      assertThat(warehouse()).as("write %d failed", failing).isEqualTo(before);
    }
  }

  private Set<Path> warehouse() throws IOException {
    try (Stream<Path> all = Files.walk(lake.lake().warehouse().root())) {
      return all.filter(Files::isRegularFile).collect(Collectors.toSet());
    }
  }

  /** Files of which the n-th with a suffix cannot be written to its end. */
  private record FailingWrites(FileIO files, String suffix, AtomicInteger left, String why)
      implements FileIO {
    FailingWrites(FileIO files, String suffix, int failing, String why) {
      this(files, suffix, new AtomicInteger(failing), why);
    }

    @Override
    public InputFile newInputFile(String location) {
      return files.newInputFile(location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
      if (location.endsWith(suffix) && left.decrementAndGet() == 0) {
        throw new UncheckedIOException(new IOException(why));
      }
      return files.newOutputFile(location);
    }

    @Override
    public void deleteFile(String location) {
      files.deleteFile(location);
    }
  }

  @Test
  void noRecordIsLeftOfAMergeThatEnded() {
    Merges merges =
        new Merges(lake.lake().tables(), new Diffs(lake.lake().tables(), lake::duck), lake::duck);

    merges.planMerge(on(MAIN), Revision.of(EXP), MergeMode.NO_FAST_FORWARD, Optional.empty());
    assertThat(open()).isEmpty();
    assertThat(
            merges
                .merge(on(MAIN), Revision.of(EXP), MergeMode.NO_FAST_FORWARD, Optional.empty())
                .outcome())
        .isEqualTo(MergeOutcome.MERGE);
    assertThat(open()).isEmpty();
  }
}
