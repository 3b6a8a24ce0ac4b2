package dev.varve.engine.write;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

/**
 * How the rows of a Parquet file are cut into row groups.
 *
 * @param rowCounts of the groups, in their order
 */
record RowGroups(List<Long> rowCounts) {
  /** DuckDB cuts between the vectors that it works on, of so many rows each. */
  private static final long VECTOR = 2048;

  RowGroups {
    rowCounts = List.copyOf(rowCounts);
  }

  static RowGroups of(Path file) throws IOException {
    return of(ParquetFooter.of(file).getBlocks());
  }

  static RowGroups of(List<BlockMetaData> blocks) {
    return new RowGroups(blocks.stream().map(BlockMetaData::getRowCount).toList());
  }

  /** Whether DuckDB cuts as many rows in the same way, if it is told the {@link #size}. */
  boolean areDuckDbs() {
    int last = rowCounts.size() - 1;
    return last >= 0
        && rowCounts.get(last) <= size()
        && rowCounts.subList(0, last).stream().allMatch(count -> count == size());
  }

  /** The least number of rows that DuckDB can cut at and that no group has more than. */
  long size() {
    return (rowCounts.get(0) + VECTOR - 1) / VECTOR * VECTOR;
  }
}
