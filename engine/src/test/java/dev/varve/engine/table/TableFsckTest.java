package dev.varve.engine.table;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.CommitRequest;
import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.fsck.Damage;
import dev.varve.catalog.fsck.Finding;
import dev.varve.catalog.fsck.FsckScope;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableFsckTest {
  @TempDir private Path directory;

  private final List<Finding> findings = new ArrayList<>();
  private LakeFixture lake;
  private TableName table;
  private TableFsck check;

  @BeforeEach
  void fill() {
    lake = new LakeFixture(directory);
    table = lake.create("t");
    lake.append(MAIN, table, 1, 2, 3);
    lake.branch(EXP);
    lake.append(EXP, table, 4);
    lake.append(MAIN, table, 5);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @Test
  void aWholeLakeIsCleanAndEachFileIsLookedAtOnce() {
    assertThat(fsck(FsckLevel.FILES)).isEmpty();
    // Four versions of the table: a metadata.json each, and three snapshots with a list.
    assertThat(check.counts().metadata()).isEqualTo(4 + 3);
    assertThat(check.counts().manifests()).isEqualTo(3);
    assertThat(check.counts().data()).isEqualTo(3);
  }

  @Test
  void theCatalogLevelLooksAtNoFile() throws IOException {
    Files.delete(path(manifest().path()));
    assertThat(fsck(FsckLevel.CATALOG)).isEmpty();
  }

  @Test
  void aLostManifestListIsFound() throws IOException {
    String list = lake.open(EXP, table).currentSnapshot().manifestListLocation();
    Files.delete(path(list));
    assertFound(Damage.FILE_MISSING, list);
    assertThat(findings.get(0).place().ref()).contains("branch 'exp'");
  }

  @Test
  void aLostManifestIsFound() throws IOException {
    Files.delete(path(manifest().path()));
    assertFound(Damage.FILE_MISSING, manifest().path());
  }

  @Test
  void aManifestThatWasCutIsFound() throws IOException {
    cut(path(manifest().path()));
    assertFound(Damage.FILE_DAMAGED, manifest().path());
  }

  @Test
  void dataFilesAreLookedAtWhereThatIsAsked() throws IOException {
    String file = dataFile();
    Files.delete(path(file));
    assertThat(fsck(FsckLevel.METADATA)).isEmpty();
    assertThat(fsck(FsckLevel.FILES))
        .extracting(Finding::damage)
        .containsExactly(Damage.FILE_MISSING);
    Files.write(path(file), new byte[] {1});
    assertThat(fsck(FsckLevel.FILES))
        .extracting(Finding::damage)
        .containsExactly(Damage.FILE_DAMAGED);
    assertThat(findings.get(0).message()).contains(file).contains("1 bytes");
  }

  @Test
  void aLostMetadataFileIsFound() throws IOException {
    String file = lake.tables().load(lake.head(MAIN), table).metadata().metadataFileLocation();
    cut(path(file));
    assertFound(Damage.METADATA_FILE, file);
    Files.delete(path(file));
    assertFound(Damage.METADATA_FILE, file);
  }

  @Test
  void aTableWhoseIdsAreAboveTheMarksIsFound() {
    byte[] value = TableContent.encode(lake.tables().load(lake.head(MAIN), table).metadata());
    // Another table by its content id, for which no mark was ever raised.
    put("u", value);
    assertFound(Damage.COUNTER_BEHIND, "'default.u'");
  }

  @Test
  void aValueThatIsNoTableIsFound() {
    put("u", new byte[] {TableContent.FORMAT, '{', '}'});
    assertFound(Damage.CONTENT_INVALID, "'default.u'");
  }

  private void put(String name, byte[] value) {
    Key key = Key.of("default", name);
    lake.repository()
        .commit(
            new CommitRequest(
                MAIN,
                CommitDetails.of("odd", LakeFixture.ADA),
                List.of(
                    new KeyChange.Put(
                        key,
                        Optional.empty(),
                        ContentType.ICEBERG_TABLE,
                        ContentId.random(),
                        value)),
                List.of(),
                Optional.empty()));
  }

  private void assertFound(Damage damage, String what) {
    assertThat(fsck(FsckLevel.METADATA)).extracting(Finding::damage).containsExactly(damage);
    assertThat(findings.get(0).message()).contains(what);
  }

  private List<Finding> fsck(FsckLevel level) {
    findings.clear();
    check = lake.tables().fsck(level);
    lake.repository().fsck(FsckScope.REACHABLE, check, findings::add);
    return findings;
  }

  private ManifestFile manifest() {
    Table opened = lake.open(EXP, table);
    return opened.currentSnapshot().allManifests(opened.io()).stream()
        .filter(it -> it.snapshotId() == opened.currentSnapshot().snapshotId())
        .findFirst()
        .orElseThrow();
  }

  private String dataFile() throws IOException {
    Table opened = lake.open(EXP, table);
    try (ManifestReader<DataFile> files =
        ManifestFiles.read(manifest(), opened.io(), opened.specs())) {
      return files.iterator().next().location();
    }
  }

  private Path path(String location) {
    return lake.warehouse().path(location);
  }

  private static void cut(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
  }
}
