package dev.varve.engine.query;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.sql.SQLException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.duckdb.DuckDBResultSet;

/** Writes a result as Arrow's IPC stream, batch by batch as DuckDB gives them. */
final class ArrowRows {
  private static final long BATCH_ROWS = 8192;

  private final long maxRows;
  private final Runnable beforeBatch;
  private long written;
  private boolean truncated;

  /**
   * @param beforeBatch throws if the query was stopped
   */
  ArrowRows(long maxRows, Runnable beforeBatch) {
    this.maxRows = maxRows;
    this.beforeBatch = beforeBatch;
  }

  boolean truncated() {
    return truncated;
  }

  /** Returns how many rows were written. The stream stays open. */
  long copy(DuckDBResultSet rows, OutputStream out) throws SQLException, IOException {
    try (BufferAllocator memory = new RootAllocator();
        ArrowReader reader = (ArrowReader) rows.arrowExportStream(memory, BATCH_ROWS)) {
      VectorSchemaRoot batch = reader.getVectorSchemaRoot();
      // A channel over the stream closes it; the writer is ended but not closed for that reason.
      try (VectorSchemaRoot target = VectorSchemaRoot.create(batch.getSchema(), memory);
          ArrowStreamWriter writer =
              new ArrowStreamWriter(target, reader, Channels.newChannel(new Unclosed(out)))) {
        writer.start();
        while (!truncated && reader.loadNextBatch()) {
          beforeBatch.run();
          write(batch, target, writer);
        }
        writer.end();
      }
    }
    return written;
  }

  private void write(VectorSchemaRoot batch, VectorSchemaRoot target, ArrowStreamWriter writer)
      throws IOException {
    long left = maxRows - written;
    truncated = batch.getRowCount() > left;
    if (batch.getRowCount() == 0 || (truncated && left == 0)) {
      return;
    }
    try (VectorSchemaRoot kept = truncated ? batch.slice(0, (int) left) : null;
        ArrowRecordBatch record =
            new VectorUnloader(kept == null ? batch : kept).getRecordBatch()) {
      new VectorLoader(target).load(record);
      writer.writeBatch();
      written += target.getRowCount();
    }
  }

  /** The stream is the caller's. */
  private static final class Unclosed extends java.io.FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
