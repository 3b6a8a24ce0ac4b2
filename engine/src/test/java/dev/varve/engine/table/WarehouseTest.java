package dev.varve.engine.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.tree.ContentId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarehouseTest {
  @TempDir Path directory;
  private Warehouse warehouse;

  @BeforeEach
  void open() {
    warehouse = Warehouse.local(directory.resolve("warehouse"));
  }

  @Test
  void understandsEverySpellingOfALocalLocation() {
    Path file = warehouse.root().resolve("lake/data/a=b%20c/f.parquet");

    assertThat(warehouse.path("file://" + file)).isEqualTo(file);
    assertThat(warehouse.path("file:" + file)).isEqualTo(file);
    assertThat(warehouse.path(file.toString())).isEqualTo(file);
    assertThat(warehouse.path(warehouse.location(file))).isEqualTo(file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "/etc/passwd",
        "%s/../secret",
        "%s/lake/../../secret",
        "%s-other/file",
        "file://host%s/file",
        "s3://bucket/file",
        "relative/file",
        "",
        "%s/a\0b"
      })
  void refusesEveryLocationOutside(String location) {
    String text = location.contains("%s") ? location.formatted(warehouse.root()) : location;

    assertThatThrownBy(() -> warehouse.io().newInputFile(text))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN));
    assertThatThrownBy(() -> warehouse.io().newOutputFile(text)).isInstanceOf(VarveException.class);
    assertThatThrownBy(() -> warehouse.io().deleteFile(text)).isInstanceOf(VarveException.class);
  }

  @Test
  void aTablesPlacesAreApartAndStayInTheRepositoryWhateverItIsCalled() {
    ContentId id = ContentId.random();
    TableLocations places =
        warehouse.locations("lake", TableName.parse("\"../..\".\"../x y\""), id);
    Path home = warehouse.root().resolve("lake");

    assertThat(warehouse.path(places.location())).startsWithRaw(home.resolve("tables"));
    assertThat(warehouse.path(places.data())).isEqualTo(home.resolve("data/" + id));
    assertThat(warehouse.path(places.metadata())).isEqualTo(home.resolve("metadata/" + id));
  }

  @Test
  void aTableMayNotBePlacedOverFiles() {
    warehouse.requireTableLocation("lake", warehouse.location() + "/lake/tables/mine");

    for (String place : new String[] {"", "/lake", "/lake/tables", "/lake/data", "/lake/data/x"}) {
      assertThatThrownBy(() -> warehouse.requireTableLocation("lake", warehouse.location() + place))
          .isInstanceOf(VarveException.class);
    }
  }

  @Test
  void writesAndReadsFilesOfAnySizeAndLeavesNothingElse() throws IOException {
    FileIO io = warehouse.io();
    byte[] bytes = new byte[200_000];
    new Random(1).nextBytes(bytes);
    String location = warehouse.location() + "/a/b/file";
    try (PositionOutputStream out = io.newOutputFile(location).create()) {
      out.write(bytes[0]);
      out.write(bytes, 1, 99);
      out.write(bytes, 100, bytes.length - 100);
      assertThat(out.getPos()).isEqualTo(bytes.length);
    }

    try (SeekableInputStream in = io.newInputFile(location).newStream()) {
      assertThat(in.readAllBytes()).isEqualTo(bytes);
      in.seek(150_000);
      assertThat((byte) in.read()).isEqualTo(bytes[150_000]);
      assertThat(in.getPos()).isEqualTo(150_001);
    }
    assertThat(io.newInputFile(location).getLength()).isEqualTo(bytes.length);
    try (var files = Files.list(warehouse.path(location).getParent())) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void createsAFileOnceAndOverwritesOnlyWhenAsked() throws IOException {
    FileIO io = warehouse.io();
    String location = warehouse.location() + "/file";
    write(io.newOutputFile(location).create(), "one");

    assertThatThrownBy(() -> io.newOutputFile(location).create())
        .isInstanceOf(AlreadyExistsException.class);
    write(io.newOutputFile(location).createOrOverwrite(), "2");
    assertThat(Files.readString(warehouse.path(location))).isEqualTo("2");
    io.deleteFile(location);
    io.deleteFile(location);
    assertThat(io.newInputFile(location).exists()).isFalse();
    assertThatThrownBy(() -> io.newInputFile(location).newStream())
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void aWriterDeletesOnlyWhatItWrote() throws IOException {
    String shared = warehouse.location() + "/shared";
    write(warehouse.io().newOutputFile(shared).create(), "shared");
    OwnFilesIO own = new OwnFilesIO(warehouse.io());
    String mine = warehouse.location() + "/mine";
    write(own.newOutputFile(mine).create(), "mine");

    own.deleteFile(shared);
    own.deleteFile(mine);

    assertThat(warehouse.io().newInputFile(shared).exists()).isTrue();
    assertThat(warehouse.io().newInputFile(mine).exists()).isFalse();
  }

  private static void write(OutputStream out, String text) throws IOException {
    try (out) {
      out.write(text.getBytes(UTF_8));
    }
  }
}
