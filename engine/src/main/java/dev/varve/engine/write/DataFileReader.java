package dev.varve.engine.write;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FieldMetrics;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Files;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.types.TypeUtil;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/** Describes a Parquet file of a table as Iceberg does: metrics from its footer, and partition. */
final class DataFileReader {
  private final PartitionSpec spec;
  private final SortOrder order;
  private final MetricsConfig metricsConfig;
  private final Schema sources;

  DataFileReader(Table table) {
    // A column may have been widened since its transforms were made for its type.
    this.spec = table.spec().toUnbound().bind(table.schema());
    this.order = table.sortOrder();
    this.metricsConfig = MetricsConfig.forTable(table);
    Set<Integer> ids =
        spec.fields().stream().map(PartitionField::sourceId).collect(Collectors.toSet());
    this.sources = TypeUtil.select(table.schema(), ids);
  }

  /** The data file that {@code path} is, once it stands at {@code location}. */
  DataFile dataFile(Path path, String location, List<FieldMetrics<?>> floats) throws IOException {
    ParquetMetadata footer = ParquetFooter.of(path);
    DataFiles.Builder file =
        DataFiles.builder(spec)
            .withPath(location)
            .withFormat(FileFormat.PARQUET)
            .withFileSizeInBytes(java.nio.file.Files.size(path))
            .withMetrics(metrics(footer, floats))
            .withSplitOffsets(ParquetUtil.getSplitOffsets(footer))
            .withSortOrder(order);
    if (!spec.fields().isEmpty()) {
      file.withPartition(partition(path));
    }
    return file.build();
  }

  /** What the table wants to be known of the columns in a file, which need not be all. */
  Metrics metrics(ParquetMetadata footer, List<FieldMetrics<?>> floats) {
    return ParquetUtil.footerMetrics(footer, floats.stream(), metricsConfig);
  }

  /** Iceberg's own transforms of the first row: all rows of a file lie in one partition. */
  private PartitionKey partition(Path path) throws IOException {
    PartitionKey key = new PartitionKey(spec, sources);
    try (CloseableIterable<Record> rows = read(path);
        CloseableIterator<Record> row = rows.iterator()) {
      key.partition(new InternalRecordWrapper(sources.asStruct()).wrap(row.next()));
    }
    return key;
  }

  private CloseableIterable<Record> read(Path path) {
    return Parquet.read(Files.localInput(path.toFile()))
        .project(sources)
        .createReaderFunc(type -> GenericParquetReaders.buildReader(sources, type))
        .build();
  }
}
