package dev.varve.engine.ingest;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** The file of a request on the local disk. Closing deletes it if it was received. */
final class SpooledFile implements Closeable {
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final long REPORT_BYTES = 4L << 20;

  private final Path path;
  private final boolean received;

  private SpooledFile(Path path, boolean received) {
    this.path = path;
    this.received = received;
  }

  static SpooledFile of(IngestSource source, IngestSettings settings, LongConsumer receivedBytes)
      throws IOException {
    if (source instanceof IngestSource.Bytes bytes) {
      return receive(bytes.stream(), settings, receivedBytes);
    }
    return local(((IngestSource.LocalFile) source).path(), settings);
  }

  private static SpooledFile local(Path path, IngestSettings settings) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST, "cannot read '" + path + "': it is not a file");
    }
    try {
      requireWithin(settings.maxBytes(), Files.size(path));
    } catch (NoSuchFileException e) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST, "cannot read '" + path + "': there is no such file");
    }
    return new SpooledFile(path.toAbsolutePath(), false);
  }

  private static SpooledFile receive(
      InputStream stream, IngestSettings settings, LongConsumer receivedBytes) throws IOException {
    Files.createDirectories(settings.spool());
    SpooledFile file =
        new SpooledFile(Files.createTempFile(settings.spool(), "ingest-", ".tmp"), true);
    try (OutputStream out = Files.newOutputStream(file.path)) {
      copy(stream, out, settings.maxBytes(), receivedBytes);
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
    return file;
  }

  private static void copy(
      InputStream in, OutputStream out, long maxBytes, LongConsumer receivedBytes)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long total = 0;
    long reported = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      total += count;
      requireWithin(maxBytes, total);
      out.write(buffer, 0, count);
      if (total - reported >= REPORT_BYTES) {
        receivedBytes.accept(total);
        reported = total;
      }
    }
    receivedBytes.accept(total);
  }

  private static void requireWithin(long maxBytes, long bytes) {
    if (bytes > maxBytes) {
      throw new VarveException(
          ErrorCode.PAYLOAD_TOO_LARGE,
          "the file is larger than %d bytes".formatted(maxBytes),
          "split it, or raise the limit in the server's settings");
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    if (received) {
      Files.deleteIfExists(path);
    }
  }
}
