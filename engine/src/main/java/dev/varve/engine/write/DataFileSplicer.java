package dev.varve.engine.write;

import dev.varve.engine.sql.DuckSession;
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
import org.apache.iceberg.FieldMetrics;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;

/**
 * Writes data files of the columns of others, whose values are not decoded: it takes as long as
 * copying the bytes, and as writing those columns that are {@linkplain ComputedColumns computed}.
 * Immutable and safe for use by many threads.
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
   * @param session computes columns, on sessions beside it
   * @return the files, durable; nothing names them yet
   * @throws dev.varve.catalog.error.VarveException if files cannot be brought to this machine
   * @throws IllegalArgumentException if the files of one have their rows in other row groups
   * @throws UncheckedIOException if a file cannot be read or written; what was written is deleted
   *     as far as it goes
   */
  public WrittenFiles write(DuckSession session, List<SplicedFile> wanted) {
    try (LocalCopies copies = files.fetch(sources(wanted));
        StagingDirectory staging = StagingDirectory.create(files, table.locationProvider())) {
      List<Integer> numbers = IntStream.range(0, wanted.size()).boxed().toList();
      List<Staged> staged =
          FileTasks.each(
              numbers,
              number ->
                  spliced(
                      wanted.get(number), copies, session, staging.path().resolve("s" + number)));
      Map<Path, List<FieldMetrics<?>>> floats = floatMetrics(session, staged);
      List<DataFile> described = new ArrayList<>();
      for (int number : numbers) {
        described.add(described(staged.get(number), floats, staging.locationOf(number)));
      }
      staging.publish(staged.stream().map(Staged::path).toList());
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

  /**
   * A new file that is not in its place yet.
   *
   * @param computed a file of the columns that were computed
   */
  private record Staged(SplicedFile file, Path path, Optional<Path> computed) {}

  private Staged spliced(SplicedFile file, LocalCopies copies, DuckSession session, Path to)
      throws IOException {
    Path main = copies.path(file.main().location());
    Map<Integer, Path> others = new TreeMap<>();
    file.columns().forEach((id, other) -> others.put(id, copies.path(other.location())));
    Optional<Path> computed = Optional.empty();
    if (file.computed().isPresent()) {
      Path alone = to.resolveSibling(to.getFileName() + "-computed");
      compute(file.computed().get(), session, RowGroups.of(main).size(), alone);
      columns(file).forEach(column -> others.put(column.fieldId(), alone));
      computed = Optional.of(alone);
    }
    ParquetSplice.write(main, others, to);
    return new Staged(file, to, computed);
  }

  /** Writes a file of computed columns alone. */
  private void compute(ComputedColumns computed, DuckSession session, long rowsPerGroup, Path to) {
    List<NestedField> columns = computed.columns();
    try (DuckSession beside = session.beside()) {
      String select = DataFileWriter.typed(columns, computed.select().apply(beside));
      new ParquetCopy(beside, ParquetCompression.of(table.properties()), FieldIds.of(columns))
          .toFile(select, to, rowsPerGroup);
    }
  }

  private static List<NestedField> columns(SplicedFile file) {
    return file.computed().map(ComputedColumns::columns).orElse(List.of());
  }

  /** Of the files of computed columns; those that have the same ones are read together. */
  private static Map<Path, List<FieldMetrics<?>>> floatMetrics(
      DuckSession session, List<Staged> files) {
    Map<List<NestedField>, List<Path>> alike = new HashMap<>();
    for (Staged file : files) {
      file.computed()
          .ifPresent(
              computed ->
                  alike
                      .computeIfAbsent(columns(file.file()), columns -> new ArrayList<>())
                      .add(computed));
    }
    Map<Path, List<FieldMetrics<?>>> metrics = new HashMap<>();
    alike.forEach(
        (columns, paths) ->
            metrics.putAll(new FloatMetrics(new Schema(columns)).of(session, paths)));
    return metrics;
  }

  private DataFile described(
      Staged staged, Map<Path, List<FieldMetrics<?>>> floats, String location) throws IOException {
    DataFile main = staged.file().main();
    return DataFiles.builder(table.specs().get(main.specId()))
        .copy(main)
        .withPath(location)
        .withFileSizeInBytes(Files.size(staged.path()))
        .withMetrics(metrics(staged, floats))
        .withSplitOffsets(ParquetUtil.getSplitOffsets(ParquetFooter.of(staged.path())))
        .withFirstRowId(null)
        .build();
  }

  /** What manifests say of columns goes with their bytes. */
  private Metrics metrics(Staged staged, Map<Path, List<FieldMetrics<?>>> floats)
      throws IOException {
    Map<Integer, Metrics> sources = new HashMap<>();
    staged.file().columns().forEach((id, other) -> sources.put(id, metrics(other)));
    if (staged.computed().isPresent()) {
      Path computed = staged.computed().get();
      Metrics metrics =
          new DataFileReader(table)
              .metrics(ParquetFooter.of(computed), floats.getOrDefault(computed, List.of()));
      columns(staged.file()).forEach(column -> sources.put(column.fieldId(), metrics));
    }
    Metrics main = metrics(staged.file().main());
    return new Metrics(
        staged.file().main().recordCount(),
        spliced(main, sources, Metrics::columnSizes),
        spliced(main, sources, Metrics::valueCounts),
        spliced(main, sources, Metrics::nullValueCounts),
        spliced(main, sources, Metrics::nanValueCounts),
        spliced(main, sources, Metrics::lowerBounds),
        spliced(main, sources, Metrics::upperBounds));
  }

  private static Metrics metrics(DataFile file) {
    return new Metrics(
        file.recordCount(),
        file.columnSizes(),
        file.valueCounts(),
        file.nullValueCounts(),
        file.nanValueCounts(),
        file.lowerBounds(),
        file.upperBounds());
  }

  private <T> Map<Integer, T> spliced(
      Metrics main, Map<Integer, Metrics> sources, Function<Metrics, Map<Integer, T>> figures) {
    Map<Integer, T> all = new HashMap<>();
    columnOf.forEach(
        (field, column) ->
            Optional.ofNullable(figures.apply(sources.getOrDefault(column, main)))
                .map(known -> known.get(field))
                .ifPresent(figure -> all.put(field, figure)));
    return all;
  }
}
