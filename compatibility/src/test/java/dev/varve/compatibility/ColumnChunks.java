package dev.varve.compatibility;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/**
 * The column chunks of a Parquet file, as parquet-mr finds them.
 *
 * @param rowGroups how many rows each row group has
 * @param columns by their paths, the chunks of all row groups
 */
record ColumnChunks(List<Long> rowGroups, Map<String, List<Chunk>> columns) {

  /**
   * One of them.
   *
   * @param bytes its pages, as they are stored
   * @param statistics the row group's, as text
   * @param pages the column index, as text
   */
  record Chunk(ByteBuffer bytes, String statistics, String pages, Optional<BloomFilter> filter) {}

  static ColumnChunks read(String location) throws IOException {
    Path path = Path.of(URI.create(location).getPath());
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path));
    List<Long> rowGroups = new ArrayList<>();
    Map<String, List<Chunk>> columns = new TreeMap<>();
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(path.toUri()), new Configuration()))) {
      for (BlockMetaData group : reader.getRowGroups()) {
        rowGroups.add(group.getRowCount());
        for (ColumnChunkMetaData chunk : group.getColumns()) {
          columns
              .computeIfAbsent(chunk.getPath().toDotString(), column -> new ArrayList<>())
              .add(chunk(reader, chunk, file));
        }
      }
    }
    return new ColumnChunks(rowGroups, columns);
  }

  private static Chunk chunk(ParquetFileReader reader, ColumnChunkMetaData chunk, ByteBuffer file)
      throws IOException {
    return new Chunk(
        file.slice(Math.toIntExact(chunk.getStartingPos()), Math.toIntExact(chunk.getTotalSize())),
        chunk.getStatistics().toString(),
        reader.readColumnIndex(chunk).toString(),
        Optional.ofNullable(reader.readBloomFilter(chunk)));
  }

  List<Chunk> column(String column) {
    return columns.get(column);
  }
}
