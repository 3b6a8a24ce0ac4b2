package dev.varve.engine.query;

import java.io.IOException;
import java.util.List;

/** Writes rows in one format. */
interface RowWriter {
  void begin() throws IOException;

  void row(List<Object> values) throws IOException;

  /** Writes what is left; the stream stays open. */
  void end(boolean truncated) throws IOException;
}
