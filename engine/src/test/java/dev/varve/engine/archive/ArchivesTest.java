package dev.varve.engine.archive;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.fsck.Finding;
import dev.varve.catalog.fsck.FsckScope;
import dev.varve.catalog.ref.RefKind;
import dev.varve.engine.table.FsckLevel;
import dev.varve.engine.table.LakeFixture;
import dev.varve.engine.table.TableFsck;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.TableSettings;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.Warehouse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchivesTest {
  private static final RepositoryName POND = new RepositoryName("pond");

  @TempDir private Path directory;

  private LakeFixture lake;
  private TableName table;
  private Catalog other;

  @BeforeEach
  void fill() {
    lake = new LakeFixture(directory);
    table = lake.create("t");
    lake.append(MAIN, table, 1, 2, 3);
    lake.branch(EXP);
    lake.append(EXP, table, 4);
    lake.append(MAIN, table, 5);
    other = Catalog.open(directory.resolve("other"), CatalogSettings.defaults());
  }

  @AfterEach
  void close() {
    other.close();
    lake.close();
  }

  @Test
  void whatIsImportedHasTheSameIdsAndRows() throws IOException {
    byte[] archive = export(Archives.Content.CATALOG);
    Archives.Imported imported = importTo(archive);

    assertThat(imported.header().repository()).isEqualTo("lake");
    Repository pond = other.repository(POND);
    assertThat(pond.refs().list(RefKind.BRANCH, "", Optional.empty(), 9))
        .isEqualTo(lake.repository().refs().list(RefKind.BRANCH, "", Optional.empty(), 9));
    assertThat(pond.refs().reflog(MAIN, 0, 99))
        .isEqualTo(lake.repository().refs().reflog(MAIN, 0, 99));
    Tables tables = new Tables(pond, lake.warehouse(), TableSettings.defaults());
    assertThat(lake.numbers(tables.load(lake.head(MAIN), table)))
        .isEqualTo(LakeFixture.longs(1, 2, 3, 5));
  }

  @Test
  void filesAreBroughtToWhereTablesNameThem() throws IOException {
    byte[] archive = export(Archives.Content.CATALOG_AND_FILES);
    List<Path> before = files();
    Path root = lake.warehouse().root();
    Files.move(root, directory.resolve("lost"));
    Files.createDirectories(root);

    assertThat(importTo(archive).counts().files()).isEqualTo(before.size());
    assertThat(files()).isEqualTo(before);
    List<Finding> findings = new ArrayList<>();
    other
        .repository(POND)
        .fsck(FsckScope.REACHABLE, TableFsck.of(lake.warehouse(), FsckLevel.FILES), findings::add);
    assertThat(findings).isEmpty();
    assertThat(Arrays.equals(archive, export(Archives.Content.CATALOG_AND_FILES)))
        .as("the same repository gives the same archive")
        .isTrue();
  }

  @Test
  void withoutItsFilesARepositoryIsNotImported() throws IOException {
    byte[] archive = export(Archives.Content.CATALOG);
    Path root = lake.warehouse().root();
    Files.move(root, directory.resolve("lost"));
    Files.createDirectories(root);

    assertThatThrownBy(() -> importTo(archive)).hasMessageContaining("is missing");
    assertNothingIsLeft();
  }

  @Test
  void anotherWarehouseIsRefused() throws IOException {
    byte[] archive = export(Archives.Content.CATALOG_AND_FILES);
    Warehouse elsewhere = Warehouse.local(directory.resolve("elsewhere"));

    assertThatThrownBy(
            () -> Archives.importTo(other, POND, elsewhere, new ByteArrayInputStream(archive)))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
        .hasMessageContaining(lake.warehouse().root().toString());
    assertNothingIsLeft();
  }

  @Test
  void anArchiveThatWasCutOrFlippedAnywhereLeavesNothing() throws IOException {
    byte[] archive = export(Archives.Content.CATALOG_AND_FILES);
    Random random = new Random(7);
    for (int i = 0; i < 30; i++) {
      byte[] cut = Arrays.copyOf(archive, random.nextInt(archive.length));
      assertRefused(cut, ErrorCode.INVALID_DATA);
      byte[] flipped = archive.clone();
      flipped[12 + random.nextInt(archive.length - 12)] ^= (byte) (1 << random.nextInt(8));
      assertRefused(flipped, ErrorCode.INVALID_DATA);
    }
    assertRefused(Arrays.copyOf(archive, archive.length + 1), ErrorCode.INVALID_DATA);
    assertRefused("no archive".getBytes(StandardCharsets.UTF_8), ErrorCode.INVALID_DATA);
    assertNothingIsLeft();
    importTo(archive);
  }

  @Test
  void anArchiveOfANewerVersionIsRefused() throws IOException {
    byte[] archive = export(Archives.Content.CATALOG);
    ByteBuffer.wrap(archive).putInt(8, 2);
    assertRefused(archive, ErrorCode.STORE_FORMAT);
  }

  @Test
  void blocksOfTwoArchivesMakeNone() throws IOException {
    byte[] archive = export(Archives.Content.CATALOG);
    lake.append(MAIN, table, 6);
    byte[] newer = export(Archives.Content.CATALOG);
    // The newer one with the end of the older.
    int end = 13 + ByteBuffer.wrap(archive, endOf(archive) + 5, 4).getInt();
    byte[] mixed = Arrays.copyOf(newer, newer.length);
    System.arraycopy(archive, archive.length - end, mixed, newer.length - end, end);
    assertRefused(mixed, ErrorCode.INVALID_DATA);
  }

  private static int endOf(byte[] archive) {
    int at = 12;
    while (true) {
      int next = at + 13 + ByteBuffer.wrap(archive, at + 5, 4).getInt();
      if (next == archive.length) {
        return at;
      }
      at = next;
    }
  }

  private void assertRefused(byte[] archive, ErrorCode code) {
    assertThatThrownBy(() -> importTo(archive))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  private void assertNothingIsLeft() {
    assertThat(other.repositories()).isEmpty();
  }

  private byte[] export(Archives.Content content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Archives.export(lake.repository(), lake.warehouse(), content, out);
    return out.toByteArray();
  }

  private Archives.Imported importTo(byte[] archive) throws IOException {
    return Archives.importTo(other, POND, lake.warehouse(), new ByteArrayInputStream(archive));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(lake.warehouse().root())) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
