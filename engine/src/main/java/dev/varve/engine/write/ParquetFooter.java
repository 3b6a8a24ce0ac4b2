package dev.varve.engine.write;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.LocalInputFile;

/** Reads what a local Parquet file says of itself. */
public final class ParquetFooter {
  /** Without Hadoop's configuration, which takes milliseconds to load and says nothing here. */
  private static final ParquetReadOptions READ_OPTIONS =
      ParquetReadOptions.builder(new PlainParquetConfiguration()).build();

  private ParquetFooter() {}

  /** The schema of the file and where its column chunks lie. Opens and closes the file. */
  public static ParquetMetadata of(Path path) throws IOException {
    try (ParquetFileReader reader = reader(path)) {
      return reader.getFooter();
    }
  }

  /** Opens a file and reads its footer; to be closed. */
  static ParquetFileReader reader(Path path) throws IOException {
    try {
      return ParquetFileReader.open(new LocalInputFile(path), READ_OPTIONS);
    } catch (RuntimeException e) {
      throw new IOException("'" + path + "' is not a Parquet file", e);
    }
  }
}
