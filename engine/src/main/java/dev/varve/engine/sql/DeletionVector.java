package dev.varve.engine.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.SeekableInputStream;

/** Reads deletion vectors: compressed sets of positions, many in one Puffin file. */
public final class DeletionVector {
  private DeletionVector() {}

  /** The deleted positions, ascending. Reads the vector's part of its file only. */
  static long[] positions(FileIO io, DeleteFile vector) {
    PositionDeleteIndex index = PositionDeleteIndex.deserialize(bytes(io, vector), vector);
    long[] positions = new long[Math.toIntExact(index.cardinality())];
    int[] next = {0};
    index.forEach(position -> positions[next[0]++] = position);
    Arrays.sort(positions);
    return positions;
  }

  /** Whether a vector deletes all that another one of the same data file does. Reads both. */
  public static boolean covers(FileIO io, DeleteFile vector, DeleteFile other) {
    long[] positions = positions(io, vector);
    return Arrays.stream(positions(io, other))
        .allMatch(position -> Arrays.binarySearch(positions, position) >= 0);
  }

  private static byte[] bytes(FileIO io, DeleteFile vector) {
    byte[] bytes = new byte[Math.toIntExact(vector.contentSizeInBytes())];
    try (SeekableInputStream in = io.newInputFile(vector.location()).newStream()) {
      in.seek(vector.contentOffset());
      in.readNBytes(bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read '" + vector.location() + "'", e);
    }
    return bytes;
  }
}
