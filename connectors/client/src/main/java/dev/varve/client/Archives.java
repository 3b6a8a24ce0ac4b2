package dev.varve.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.LongConsumer;

/** A repository as one file. */
public final class Archives {
  private static final int CHUNK = 1 << 16;

  private final RemoteRepository repository;

  Archives(RemoteRepository repository) {
    this.repository = repository;
  }

  /** What is exported. */
  public enum Content {
    /** The history and all table metadata: for the same warehouse. */
    CATALOG,
    /** Also all files that its tables refer to. */
    CATALOG_AND_FILES
  }

  /**
   * What was imported.
   *
   * @param exported the name of the repository that was exported
   */
  public record Imported(
      String repository,
      String exported,
      long objects,
      long refs,
      long reflogEntries,
      long files) {}

  /**
   * Exports the repository.
   *
   * @param to gets the archive, and is not closed; when this throws it holds none
   * @param received takes how many bytes came so far
   * @throws VarveException also if the server broke off
   */
  public long export(Content content, OutputStream to, LongConsumer received) throws IOException {
    Call call =
        repository
            .call("GET", "/archive")
            .with("withFiles", String.valueOf(content == Content.CATALOG_AND_FILES));
    Transport transport = repository.transport();
    long total = 0;
    try (InputStream archive =
        transport.stream(call, Transport.Body.NONE, "application/octet-stream")) {
      byte[] chunk = new byte[CHUNK];
      for (int count = read(transport, archive, chunk);
          count >= 0;
          count = read(transport, archive, chunk)) {
        to.write(chunk, 0, count);
        total += count;
        received.accept(total);
      }
    }
    return total;
  }

  private static int read(Transport transport, InputStream archive, byte[] chunk) {
    try {
      return archive.read(chunk);
    } catch (IOException e) {
      throw transport.lost(e);
    }
  }

  /**
   * Makes this repository of an archive; it must not be there yet.
   *
   * @param sent takes how many bytes went so far
   */
  public Imported importFrom(Upload archive, LongConsumer sent) {
    Transport transport = repository.transport();
    Transport.Body body =
        new Transport.Body(
            "application/octet-stream",
            archive.repeatable(),
            () -> Ingest.publisher(archive, progress -> sent.accept(progress.bytes())));
    return Json.read(transport.write(repository.call("POST", "/archive"), body), Imported.class);
  }
}
