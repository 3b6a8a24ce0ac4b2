package dev.varve.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path root;

  @Test
  void whatAKilledServerWasReceivingIsRemoved() throws IOException {
    Path upload = write("tmp/received/ingest-1.tmp");
    Path history = write("catalog/CURRENT");
    Path data = write("warehouse/lake/data/1.parquet");

    DataDirectory.open(root).close();

    assertThat(upload).doesNotExist();
    assertThat(history).exists();
    assertThat(data).exists();
  }

  @Test
  void aDirectoryInUseKeepsWhatIsBeingReceived() throws IOException {
    DataDirectory first = DataDirectory.open(root);
    Path upload = write("tmp/received/ingest-1.tmp");

    assertThatThrownBy(() -> DataDirectory.open(root))
        .isInstanceOf(VarveException.class)
        .hasMessageContaining("another server uses the data directory");
    assertThat(upload).exists();
    first.close();
  }

  private Path write(String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "bytes");
  }

  @Test
  void whatIsNoDirectoryIsNotUsed() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "");
    assertThatThrownBy(() -> DataDirectory.open(file))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_FAILED))
        .hasMessage("cannot use the data directory '%s': it is not a directory".formatted(file));
  }
}
