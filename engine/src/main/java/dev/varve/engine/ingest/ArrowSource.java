package dev.varve.engine.ingest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;

/**
 * An Arrow IPC file or stream. DuckDB takes it batch by batch through Arrow's C data interface, but
 * only once; so the rows go to a temporary table of the session, which spills to disk.
 */
record ArrowSource(Path path, String table, List<SourceColumn> columns) implements SourceFile {
  static ArrowSource open(DuckSession session, Path path) throws IOException {
    String table = session.freshName("arrow");
    try (BufferAllocator allocator = new RootAllocator();
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        ArrowReader reader = reader(channel, allocator);
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
      Data.exportArrayStream(allocator, reader, stream);
      String name = table + "_stream";
      session.connection().registerArrowStream(name, stream);
      session.execute(
          "CREATE TEMP TABLE %s AS SELECT * FROM %s"
              .formatted(SqlText.name(table), SqlText.name(name)));
    } catch (VarveException e) {
      throw SourceErrors.broken(FileFormat.ARROW, SourceErrors.words(e, path), e);
    } catch (RuntimeException e) {
      // Arrow's reader throws all kinds of these on bytes that are not Arrow's.
      throw SourceErrors.broken(FileFormat.ARROW, String.valueOf(e.getMessage()), e);
    }
    return new ArrowSource(path, table, Columns.of(session, SqlText.name(table)));
  }

  private static ArrowReader reader(FileChannel channel, BufferAllocator allocator)
      throws IOException {
    byte[] magic = new byte[6];
    int count = channel.read(ByteBuffer.wrap(magic), 0);
    boolean file = count == magic.length && new String(magic, US_ASCII).equals("ARROW1");
    return file
        ? new ArrowFileReader(channel, allocator, CommonsCompressionFactory.INSTANCE)
        : new ArrowStreamReader(channel, allocator, CommonsCompressionFactory.INSTANCE);
  }

  @Override
  public String relation() {
    return SqlText.name(table);
  }

  @Override
  public boolean guessesTypes() {
    return false;
  }

  @Override
  public VarveException explain(VarveException failure, RowProbe rows) {
    return SourceErrors.blamesFile(failure)
        ? TypedFailures.explain(failure, rows, relation(), FileFormat.ARROW, path)
        : failure;
  }
}
