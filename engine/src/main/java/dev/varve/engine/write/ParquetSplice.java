package dev.varve.engine.write;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.util.AutoCloseables;

/**
 * Puts a Parquet file together of the column chunks of others that have the same rows in the same
 * row groups. No value is decoded: bytes are copied, with their statistics, page indexes and Bloom
 * filters. Size statistics are left out, which Parquet's writer does not take.
 */
final class ParquetSplice {
  private static final int NO_PADDING = 0;
  private static final FileEncryptionProperties NOT_ENCRYPTED = null;

  private ParquetSplice() {}

  /**
   * Writes a new file: {@code main} with some of its columns taken from other files.
   *
   * @param others by the field ids of top-level columns that both files have
   * @throws IllegalArgumentException if one has its rows in other row groups
   */
  static void write(Path main, Map<Integer, Path> others, Path to) throws IOException {
    try (Sources sources = new Sources()) {
      Source whole = sources.open(main);
      List<Source> columns = new ArrayList<>();
      List<Type> types = new ArrayList<>();
      for (Type type : whole.schema().getFields()) {
        Path other = type.getId() == null ? null : others.get(type.getId().intValue());
        Source source = other == null ? whole : sources.open(other);
        if (!source.rowGroups().equals(whole.rowGroups())) {
          throw new IllegalArgumentException("'%s' has other row groups".formatted(other));
        }
        columns.add(source);
        types.add(other == null ? type : source.column(type.getId().intValue()));
      }
      write(whole, new MessageType(whole.schema().getName(), types), columns, to);
    }
  }

  private static void write(Source main, MessageType schema, List<Source> columns, Path to)
      throws IOException {
    int rowGroups = main.reader().getRowGroups().size();
    try (ParquetFileWriter writer =
        new ParquetFileWriter(
            new LocalOutputFile(to),
            schema,
            ParquetFileWriter.Mode.CREATE,
            Long.MAX_VALUE,
            NO_PADDING,
            NOT_ENCRYPTED,
            ParquetProperties.builder().build())) {
      writer.start();
      for (int group = 0; group < rowGroups; group++) {
        writer.startBlock(main.reader().getRowGroups().get(group).getRowCount());
        for (int at = 0; at < columns.size(); at++) {
          columns.get(at).append(writer, group, schema, schema.getType(at).getName());
        }
        writer.endBlock();
      }
      writer.end(main.reader().getFileMetaData().getKeyValueMetaData());
    }
  }

  /** A file whose chunks are copied. */
  private record Source(ParquetFileReader reader, SeekableInputStream bytes) {
    MessageType schema() {
      return reader.getFileMetaData().getSchema();
    }

    RowGroups rowGroups() {
      return RowGroups.of(reader.getRowGroups());
    }

    Type column(int id) {
      return schema().getFields().stream()
          .filter(type -> type.getId() != null && type.getId().intValue() == id)
          .findFirst()
          .orElseThrow();
    }

    void append(ParquetFileWriter writer, int group, MessageType schema, String column)
        throws IOException {
      for (ColumnChunkMetaData chunk : reader.getRowGroups().get(group).getColumns()) {
        String[] path = chunk.getPath().toArray();
        if (path[0].equals(column)) {
          writer.appendColumnChunk(
              schema.getColumnDescription(path),
              bytes,
              chunk,
              reader.readBloomFilter(chunk),
              reader.readColumnIndex(chunk),
              reader.readOffsetIndex(chunk));
        }
      }
    }
  }

  /** The files that are open, each once. */
  private static final class Sources implements Closeable {
    private final Map<Path, Source> open = new LinkedHashMap<>();

    Source open(Path path) throws IOException {
      Source source = open.get(path);
      if (source == null) {
        ParquetFileReader reader = ParquetFooter.reader(path);
        try {
          source = new Source(reader, stream(FileChannel.open(path, StandardOpenOption.READ)));
        } catch (IOException e) {
          reader.close();
          throw e;
        }
        open.put(path, source);
      }
      return source;
    }

    /** Parquet's own stream of a local file reads it byte by byte. */
    private static SeekableInputStream stream(FileChannel file) {
      return new DelegatingSeekableInputStream(Channels.newInputStream(file)) {
        @Override
        public long getPos() throws IOException {
          return file.position();
        }

        @Override
        public void seek(long position) throws IOException {
          file.position(position);
        }
      };
    }

    @Override
    public void close() {
      AutoCloseables.uncheckedClose(
          open.values().stream()
              .flatMap(source -> Stream.<AutoCloseable>of(source.reader(), source.bytes()))
              .toList());
    }
  }
}
