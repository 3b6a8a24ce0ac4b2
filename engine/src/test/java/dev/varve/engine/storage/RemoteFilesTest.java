package dev.varve.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteFilesTest {
  private static final String LOCATION = "s3://bucket/a";

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"0,5,0", "5,0,0", "5,4,4", "5,5,5", "5,6,5", "200000,150000,150000"})
  void noMoreIsBroughtThanWasAskedFor(int length, long most, long brought) {
    InMemoryFileIO store = new InMemoryFileIO();
    byte[] content = new byte[length];
    for (int i = 0; i < length; i++) {
      content[i] = (byte) (i * 31 + i / 251);
    }
    store.addFile(LOCATION, content);
    Path target = directory.resolve("copy");
    new RemoteFiles(store, (failure, location) -> new IllegalStateException(failure))
        .download(LOCATION, target, most);
    assertThat(target).hasBinaryContent(Arrays.copyOf(content, (int) brought));
  }
}
