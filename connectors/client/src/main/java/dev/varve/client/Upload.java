package dev.varve.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A file or stream to ingest; it is sent as it is read, and never held in memory.
 *
 * @param format {@code parquet}, {@code csv}, {@code json}, {@code jsonl}, {@code arrow}, or {@code
 *     auto} to let the server look at the first bytes
 * @param size how many bytes there are, if that is known
 * @param name a name by which to tell of it
 * @param repeatable whether {@code open} can be called again
 * @param open starts reading from the first byte
 */
public record Upload(
    String format,
    OptionalLong size,
    Optional<String> name,
    boolean repeatable,
    Supplier<InputStream> open) {

  /**
   * A file on disk.
   *
   * @throws IOException if it cannot be read
   */
  public static Upload file(Path path, String format) throws IOException {
    if (Files.isDirectory(path)) {
      throw new IOException("is a directory");
    }
    if (!Files.isReadable(path)) {
      throw new IOException(Files.exists(path) ? "may not be read" : "no such file");
    }
    return new Upload(
        format,
        Files.isRegularFile(path) ? OptionalLong.of(Files.size(path)) : OptionalLong.empty(),
        Optional.of(path.toString()),
        Files.isRegularFile(path),
        () -> {
          try {
            return Files.newInputStream(path);
          } catch (IOException e) {
            throw new UncheckedIOException("cannot read '" + path + "'", e);
          }
        });
  }

  /** A stream that can be read once. */
  public static Upload stream(InputStream stream, String format) {
    return new Upload(format, OptionalLong.empty(), Optional.empty(), false, () -> stream);
  }
}
