package dev.varve.server.log;

import java.io.Closeable;

/** Takes whole lines. Used by one thread at a time. */
interface LogSink extends Closeable {
  /** Writes {@code line}, which ends with a line feed; never throws, for logging must not fail. */
  void write(byte[] line);

  @Override
  void close();
}
