package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.ingest.IngestFixture;
import dev.varve.engine.ingest.IngestMode;
import dev.varve.engine.ingest.IngestRequest;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.IngestSource;
import dev.varve.engine.ingest.ProgressListener;
import dev.varve.engine.table.TableName;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A table {@code t} on the branches {@code main} and {@code exp}, which is merged into main. */
abstract class TwoBranches {
  static final TableName T = IngestFixture.T;

  @TempDir Path directory;
  IngestFixture lake;
  TableEdits edits;
  Merges merges;

  @BeforeEach
  void open() {
    lake = new IngestFixture(directory);
    edits = new TableEdits(lake.lake().tables(), lake::duck);
    merges =
        new Merges(lake.lake().tables(), new Diffs(lake.lake().tables(), lake::duck), lake::duck);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  void keyed(String csv) {
    ingest(T, MAIN, csv, List.of("id"));
    lake.lake().branch(EXP);
  }

  void ingest(TableName table, RefName branch, String csv, List<String> key) {
    lake.ingest()
        .ingest(
            new IngestRequest(
                table,
                source(csv),
                Optional.empty(),
                IngestMode.APPEND,
                new NewTable(key, List.of(), List.of()),
                on(branch)),
            ProgressListener.NONE);
  }

  void append(RefName branch, String csv) {
    lake.ingest().ingest(IngestRequest.append(T, source(csv), on(branch)), ProgressListener.NONE);
  }

  private static IngestSource source(String csv) {
    return IngestSource.of(new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)));
  }

  MergeReport merge(ConflictOptions options) {
    return merges.merge(
        on(MAIN), Revision.of(EXP), MergeMode.FAST_FORWARD_OR_MERGE, Optional.empty(), options);
  }

  List<String> rows(RefName branch) {
    return rows(T, branch);
  }

  List<String> rows(TableName name, RefName branch) {
    return lake.rows(lake.lake().find(branch, name).orElseThrow());
  }

  Set<Path> files() {
    return new TreeSet<>(lake.files());
  }
}
