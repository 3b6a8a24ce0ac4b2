package dev.varve.engine.write;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.Type;

/**
 * A local Parquet file as the bytes of its column chunks, which can be compared with another's.
 *
 * <p>Writers are deterministic: an update of one column writes the others as they were, if it keeps
 * the rows in their order. To compare the bytes, compressed as they are, takes a tenth of the time
 * that it takes to decode and compare the values. Only equality says something: columns that differ
 * here may still hold equal values. Not safe for use by many threads.
 */
public final class ChunkedFile implements Closeable {
  private static final int BUFFER_BYTES = 1 << 18;

  private final ParquetMetadata footer;
  private final FileChannel bytes;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private final Map<Integer, Type> columns;
  private final Map<String, List<ColumnChunkMetaData>> chunks;

  private ChunkedFile(ParquetMetadata footer, FileChannel bytes) {
    this.footer = footer;
    this.bytes = bytes;
    this.columns = byId(footer.getFileMetaData().getSchema().getFields());
    this.chunks =
        footer.getBlocks().stream()
            .flatMap(block -> block.getColumns().stream())
            .collect(Collectors.groupingBy(chunk -> chunk.getPath().toArray()[0]));
  }

  /** The columns that an id tells from all others. */
  private static Map<Integer, Type> byId(List<Type> fields) {
    Map<Integer, Type> columns = new LinkedHashMap<>();
    Set<Integer> ambiguous = new HashSet<>();
    for (Type field : fields) {
      if (field.getId() != null && columns.put(field.getId().intValue(), field) != null) {
        ambiguous.add(field.getId().intValue());
      }
    }
    columns.keySet().removeAll(ambiguous);
    return columns;
  }

  /**
   * Opens a file and reads its footer.
   *
   * @throws IOException if it cannot be read, or is no Parquet file
   */
  public static ChunkedFile open(Path path) throws IOException {
    ParquetMetadata footer = ParquetFooter.of(path);
    return new ChunkedFile(footer, FileChannel.open(path, StandardOpenOption.READ));
  }

  /**
   * The names of the top-level columns by their field ids, in their order; none, unless each column
   * has an id of its own.
   */
  public Map<Integer, String> columns() {
    Map<Integer, String> names = new LinkedHashMap<>();
    if (columns.size() == footer.getFileMetaData().getSchema().getFieldCount()) {
      columns.forEach((id, column) -> names.put(id, column.getName()));
    }
    return names;
  }

  /** Whether the rows are in row groups of the same sizes as those of another file. */
  public boolean hasRowGroupsOf(ChunkedFile other) {
    return rowGroups().equals(other.rowGroups());
  }

  /** Whether a column of its own can be written for the rows, in the same row groups. */
  public boolean canHaveColumnsComputed() {
    return rowGroups().areDuckDbs();
  }

  private RowGroups rowGroups() {
    return RowGroups.of(footer.getBlocks());
  }

  /**
   * Whether a top-level column is there and is the same in another file, byte for byte. If so, and
   * the row groups are alike, all rows have the same values.
   */
  public boolean hasColumnOf(ChunkedFile other, int id) throws IOException {
    if (!mayHaveColumnOf(other, id)) {
      return false;
    }
    List<ColumnChunkMetaData> here = chunks(id);
    List<ColumnChunkMetaData> there = other.chunks(id);
    for (int at = 0; at < here.size(); at++) {
      if (!hasBytesOf(other, here.get(at), there.get(at))) {
        return false;
      }
    }
    return true;
  }

  /** The same as far as footers tell: no chunk is read. */
  public boolean mayHaveColumnOf(ChunkedFile other, int id) {
    Type type = columns.get(id);
    if (type == null || !type.equals(other.columns.get(id))) {
      return false;
    }
    List<ColumnChunkMetaData> here = chunks(id);
    List<ColumnChunkMetaData> there = other.chunks(id);
    return here.size() == there.size()
        && IntStream.range(0, here.size()).allMatch(at -> isReadAlike(here.get(at), there.get(at)));
  }

  private List<ColumnChunkMetaData> chunks(int id) {
    return chunks.getOrDefault(columns.get(id).getName(), List.of());
  }

  private static boolean isReadAlike(ColumnChunkMetaData one, ColumnChunkMetaData other) {
    return one.getPath().equals(other.getPath())
        && one.getPrimitiveType().equals(other.getPrimitiveType())
        && one.getCodec() == other.getCodec()
        && one.getValueCount() == other.getValueCount()
        && one.getTotalSize() == other.getTotalSize()
        && one.getFirstDataPageOffset() - one.getStartingPos()
            == other.getFirstDataPageOffset() - other.getStartingPos();
  }

  private boolean hasBytesOf(ChunkedFile other, ColumnChunkMetaData here, ColumnChunkMetaData there)
      throws IOException {
    for (long done = 0; done < here.getTotalSize(); done += BUFFER_BYTES) {
      int length = (int) Math.min(BUFFER_BYTES, here.getTotalSize() - done);
      fill(length, here.getStartingPos() + done);
      other.fill(length, there.getStartingPos() + done);
      if (!buffer.equals(other.buffer)) {
        return false;
      }
    }
    return true;
  }

  private void fill(int length, long position) throws IOException {
    buffer.clear().limit(length);
    while (buffer.hasRemaining()) {
      if (bytes.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("a column chunk ends behind its file");
      }
    }
    buffer.flip();
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
