package dev.varve.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.FileIO;
import org.junit.jupiter.api.Test;

class ScratchFileIOTest {
  private final String location = "memory://scratch/" + UUID.randomUUID();
  private final InMemoryFileIO warehouse = new InMemoryFileIO();
  private final ScratchFileIO scratch = new ScratchFileIO(warehouse);

  @Test
  void whatIsWrittenIsReadBackAndReachesTheWarehouseOnlyWhenFlushed() throws IOException {
    write(scratch, location);

    assertThat(read(scratch, location)).isEqualTo("text");
    assertThat(warehouse.fileExists(location)).isFalse();
    assertThat(scratch.pending()).containsExactly(location);
    scratch.flush();
    assertThat(read(warehouse, location)).isEqualTo("text");
    assertThat(read(scratch, location)).isEqualTo("text");
    assertThat(scratch.pending()).isEmpty();
  }

  @Test
  void nothingIsLeftOfFilesThatWereNotFlushed() throws IOException {
    write(scratch, location);

    assertThatThrownBy(() -> new ScratchFileIO(warehouse).newInputFile(location))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void deletingNeverReachesTheWarehouse() throws IOException {
    write(warehouse, location);

    scratch.deleteFile(location);

    assertThat(read(scratch, location)).isEqualTo("text");
  }

  private static void write(FileIO io, String location) throws IOException {
    try (OutputStream output = io.newOutputFile(location).create()) {
      output.write(new byte[] {'t', 'e', 'x', 't'});
    }
  }

  private static String read(FileIO io, String location) throws IOException {
    try (InputStream input = io.newInputFile(location).newStream()) {
      return new String(input.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
