package dev.varve.engine.merge.rows;

import dev.varve.engine.storage.LocalCopies;
import dev.varve.engine.write.ParquetFooter;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.Type;

/**
 * Finds the columns that did not change because files hold them byte for byte as before.
 *
 * <p>Writers are deterministic: an update of one column writes the others as they were, if it keeps
 * the rows in their order. To compare the bytes, compressed as they are, takes a tenth of the time
 * that it takes to decode and compare the values. Only equality says something: columns that differ
 * here may still hold equal values.
 */
final class EqualChunks {
  private static final int BUFFER_BYTES = 1 << 18;

  private EqualChunks() {}

  /**
   * The field ids of the top-level columns that are equal in each of some pairs.
   *
   * @param ids the columns that are asked for
   * @param copies have the files of the pairs
   */
  static Set<Integer> columns(List<FilePair> pairs, Collection<Integer> ids, LocalCopies copies) {
    Set<Integer> equal = new HashSet<>(ids);
    try {
      for (FilePair pair : pairs) {
        if (equal.isEmpty()) {
          break;
        }
        retain(
            equal,
            copies.path(pair.base().file().location()),
            copies.path(pair.theirs().file().location()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot compare the bytes of data files", e);
    }
    return equal;
  }

  private static void retain(Set<Integer> equal, Path one, Path other) throws IOException {
    ParquetMetadata was = ParquetFooter.of(one);
    ParquetMetadata is = ParquetFooter.of(other);
    if (!rowCounts(was).equals(rowCounts(is))) {
      equal.clear();
      return;
    }
    try (FileChannel left = FileChannel.open(one, StandardOpenOption.READ);
        FileChannel right = FileChannel.open(other, StandardOpenOption.READ)) {
      for (int id : List.copyOf(equal)) {
        if (!isEqual(id, new Chunks(was, left), new Chunks(is, right))) {
          equal.remove(id);
        }
      }
    }
  }

  private static List<Long> rowCounts(ParquetMetadata file) {
    return file.getBlocks().stream().map(BlockMetaData::getRowCount).toList();
  }

  private record Chunks(ParquetMetadata footer, FileChannel bytes) {
    List<Type> type(int id) {
      return footer.getFileMetaData().getSchema().getFields().stream()
          .filter(field -> field.getId() != null && field.getId().intValue() == id)
          .toList();
    }

    List<ColumnChunkMetaData> of(String column) {
      return footer.getBlocks().stream()
          .flatMap(block -> block.getColumns().stream())
          .filter(chunk -> chunk.getPath().toArray()[0].equals(column))
          .toList();
    }
  }

  private static boolean isEqual(int id, Chunks was, Chunks is) throws IOException {
    List<Type> type = was.type(id);
    if (type.size() != 1 || !type.equals(is.type(id))) {
      return false;
    }
    List<ColumnChunkMetaData> before = was.of(type.get(0).getName());
    List<ColumnChunkMetaData> after = is.of(type.get(0).getName());
    if (before.size() != after.size()
        || IntStream.range(0, before.size())
            .anyMatch(at -> !isReadAlike(before.get(at), after.get(at)))) {
      return false;
    }
    for (int at = 0; at < before.size(); at++) {
      if (!hasEqualBytes(was.bytes(), before.get(at), is.bytes(), after.get(at))) {
        return false;
      }
    }
    return true;
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

  private static boolean hasEqualBytes(
      FileChannel was, ColumnChunkMetaData before, FileChannel is, ColumnChunkMetaData after)
      throws IOException {
    ByteBuffer left = ByteBuffer.allocate(BUFFER_BYTES);
    ByteBuffer right = ByteBuffer.allocate(BUFFER_BYTES);
    for (long done = 0; done < before.getTotalSize(); done += BUFFER_BYTES) {
      int length = (int) Math.min(BUFFER_BYTES, before.getTotalSize() - done);
      fill(left.clear().limit(length), was, before.getStartingPos() + done);
      fill(right.clear().limit(length), is, after.getStartingPos() + done);
      if (!left.equals(right)) {
        return false;
      }
    }
    return true;
  }

  private static void fill(ByteBuffer buffer, FileChannel file, long position) throws IOException {
    while (buffer.hasRemaining()) {
      if (file.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("a column chunk ends behind its file");
      }
    }
    buffer.flip();
  }
}
