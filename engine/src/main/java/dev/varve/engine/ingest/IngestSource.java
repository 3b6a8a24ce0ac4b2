package dev.varve.engine.ingest;

import java.io.InputStream;
import java.nio.file.Path;

/** Where the bytes of a file come from. */
public sealed interface IngestSource {
  /** A file on this machine's disk; it is only read. */
  record LocalFile(Path path) implements IngestSource {}

  /** A stream that is read to its end, once. The caller closes it. */
  record Bytes(InputStream stream) implements IngestSource {}

  static IngestSource of(Path path) {
    return new LocalFile(path);
  }

  static IngestSource of(InputStream stream) {
    return new Bytes(stream);
  }
}
