package dev.varve.engine.write;

import dev.varve.engine.storage.FileTasks;
import dev.varve.engine.storage.LocalCopies;
import dev.varve.engine.storage.LocalFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;

/**
 * Writes data files of the columns of others, without decoding a value: it takes as long as copying
 * the bytes. Immutable and safe for use by many threads.
 */
public final class DataFileSplicer {
  private final Table table;
  private final LocalFiles files;
  private final Map<Integer, Integer> columnOf;

  public DataFileSplicer(Table table) {
    this.table = table;
    this.files = LocalFiles.of(table.io());
    this.columnOf = columnOf(table.schema());
  }

  /** The field ids of top-level columns by those of all fields in them. */
  private static Map<Integer, Integer> columnOf(Schema schema) {
    Map<Integer, Integer> columns = new HashMap<>();
    for (NestedField column : schema.columns()) {
      TypeUtil.indexById(StructType.of(column))
          .keySet()
          .forEach(id -> columns.put(id, column.fieldId()));
    }
    return columns;
  }

  /**
   * Writes the files, in order.
   *
   * @return the files, durable; nothing names them yet
   * @throws dev.varve.catalog.error.VarveException if files cannot be brought to this machine
   * @throws IllegalArgumentException if the files of one have their rows in other row groups
   * @throws UncheckedIOException if a file cannot be read or written; what was written is deleted
   *     as far as it goes
   */
  public WrittenFiles write(List<SplicedFile> wanted) {
    try (LocalCopies copies = files.fetch(sources(wanted));
        StagingDirectory staging = StagingDirectory.create(files, table.locationProvider())) {
      List<Integer> numbers = IntStream.range(0, wanted.size()).boxed().toList();
      List<Path> staged =
          FileTasks.each(
              numbers,
              number -> spliced(wanted.get(number), copies, staging.path().resolve("s" + number)));
      List<DataFile> described = new ArrayList<>();
      for (int number : numbers) {
        described.add(
            described(wanted.get(number), staged.get(number), staging.locationOf(number)));
      }
      staging.publish(staged);
      return new WrittenFiles(described, files);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write data files of '" + table.name() + "'", e);
    }
  }

  private static Map<String, Long> sources(List<SplicedFile> wanted) {
    Map<String, Long> lengths = new TreeMap<>();
    for (SplicedFile file : wanted) {
      lengths.put(file.main().location(), file.main().fileSizeInBytes());
      file.columns().values().forEach(it -> lengths.put(it.location(), it.fileSizeInBytes()));
    }
    return lengths;
  }

  private static Path spliced(SplicedFile file, LocalCopies copies, Path to) throws IOException {
    Map<Integer, Path> others = new TreeMap<>();
    file.columns().forEach((id, other) -> others.put(id, copies.path(other.location())));
    ParquetSplice.write(copies.path(file.main().location()), others, to);
    return to;
  }

  private DataFile described(SplicedFile file, Path path, String location) throws IOException {
    PartitionSpec spec = table.specs().get(file.main().specId());
    return DataFiles.builder(spec)
        .copy(file.main())
        .withPath(location)
        .withFileSizeInBytes(Files.size(path))
        .withMetrics(metrics(file))
        .withSplitOffsets(ParquetUtil.getSplitOffsets(ParquetFooter.of(path)))
        .withFirstRowId(null)
        .build();
  }

  /** What manifests say of columns goes with their bytes. */
  private Metrics metrics(SplicedFile file) {
    return new Metrics(
        file.main().recordCount(),
        spliced(file, DataFile::columnSizes),
        spliced(file, DataFile::valueCounts),
        spliced(file, DataFile::nullValueCounts),
        spliced(file, DataFile::nanValueCounts),
        spliced(file, DataFile::lowerBounds),
        spliced(file, DataFile::upperBounds));
  }

  private <T> Map<Integer, T> spliced(
      SplicedFile file, Function<DataFile, Map<Integer, T>> figures) {
    Map<Integer, T> all = new HashMap<>();
    for (Map.Entry<Integer, Integer> field : columnOf.entrySet()) {
      DataFile source = file.columns().getOrDefault(field.getValue(), file.main());
      Optional.ofNullable(figures.apply(source))
          .map(known -> known.get(field.getKey()))
          .ifPresent(figure -> all.put(field.getKey(), figure));
    }
    return all;
  }
}
