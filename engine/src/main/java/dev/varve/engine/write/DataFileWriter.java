package dev.varve.engine.write;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckTypes;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.storage.LocalFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FieldMetrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.PropertyUtil;

/**
 * Writes the rows of a query as data files of one table, in its current schema, partition spec and
 * sort order.
 *
 * <p>The rows are DuckDB's from end to end: it runs the query and writes Parquet with the schema's
 * field ids. Files hold one partition each and full metrics, and are synced to disk. Immutable and
 * safe for use by many threads.
 */
public final class DataFileWriter {
  /**
   * The size that files are cut at unless the table says otherwise. Smaller than Iceberg's 512 MB,
   * because a file is what copy-on-write rewrites.
   */
  static final long TARGET_BYTES = 128L << 20;

  private final Table table;
  private final Schema schema;
  private final PartitionSpec spec;
  private final SortOrder order;
  private final LocalFiles files;

  public DataFileWriter(Table table) {
    this.table = table;
    this.schema = table.schema();
    this.spec = table.spec();
    this.order = table.sortOrder();
    this.files = LocalFiles.of(table.io());
  }

  /**
   * Runs {@code select} and writes its rows. It must have a column for each column of the table, by
   * name; a value is cast to the column's type.
   *
   * @return the files, none if there are no rows; nothing names them yet
   * @throws VarveException if the query fails, a value does not fit, or the table has a column of a
   *     type that cannot be written; nothing is left on disk
   * @throws UncheckedIOException if the disk fails; what was written is deleted as far as it goes
   */
  public WrittenFiles write(DuckSession session, String select) {
    return publish(
        session, staged -> staged.write(typed(schema.columns(), select), partitions(), sorting()));
  }

  /**
   * As {@link #write}, for rows that are in files already: those of each query come to a file of
   * their own, in the order of the query, so that who compares it with the older file finds each
   * row where it was.
   *
   * @param selects each gives rows of one partition
   * @throws IllegalStateException if the table has a sort order
   */
  public WrittenFiles rewrite(DuckSession session, List<String> selects) {
    if (order.isSorted()) {
      throw new IllegalStateException("rows of a sorted table do not stay in their order");
    }
    return publish(
        session,
        staged -> {
          List<WrittenParquet> written = new ArrayList<>();
          for (String select : selects) {
            written.addAll(staged.inOrder(typed(schema.columns(), select)));
          }
          return written;
        });
  }

  private List<String> partitions() {
    return PartitionKeys.of(schema, spec);
  }

  private List<String> sorting() {
    return SortSql.of(schema, order);
  }

  private interface Staging {
    List<WrittenParquet> write(StagedRows staged) throws IOException;
  }

  private WrittenFiles publish(DuckSession session, Staging rows) {
    try (StagingDirectory staging = StagingDirectory.create(files, table.locationProvider())) {
      BucketHashes.registerFor(session, partitions());
      BucketHashes.registerFor(session, sorting());
      ParquetCopy copy =
          new ParquetCopy(
              session, ParquetCompression.of(table.properties()), FieldIds.of(schema.columns()));
      List<WrittenParquet> written =
          rows.write(new StagedRows(copy, staging.path(), targetBytes()));
      return publish(staging, written, floatMetrics(session, written));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write data files of '" + table.name() + "'", e);
    }
  }

  /**
   * The rows in the types of columns of the table. That none of them might be null is hidden from
   * DuckDB, which would write such columns as required ones, and in other bytes when they are read
   * and written again: an update that leaves a column alone is to leave its bytes alone.
   */
  static String typed(List<Types.NestedField> columns, String select) {
    return "SELECT %s FROM (%s) UNION ALL SELECT %s FROM (VALUES (0)) AS none(n) WHERE n > 0"
        .formatted(
            list(columns, DataFileWriter::typed),
            select,
            list(columns, column -> "NULL::" + DuckTypes.of(column.type())));
  }

  private static String list(
      List<Types.NestedField> columns, Function<Types.NestedField, String> item) {
    return columns.stream().map(item).collect(Collectors.joining(", "));
  }

  /** A required column refuses null here: Parquet files as DuckDB writes them would take it. */
  private static String typed(Types.NestedField column) {
    String name = SqlText.name(column.name());
    requireWritable(column);
    String value = "CAST(" + name + " AS " + DuckTypes.of(column.type()) + ")";
    if (column.isRequired()) {
      String message = "column '" + column.name() + "' is required and a row has no value for it";
      value = "coalesce(" + value + ", error(" + SqlText.literal(message) + "))";
    }
    return value + " AS " + name;
  }

  private static void requireWritable(Types.NestedField column) {
    unwritable(column)
        .ifPresent(
            field -> {
              throw new VarveException(
                  ErrorCode.UNSUPPORTED,
                  "cannot write column '%s': its type is %s".formatted(field.name(), field.type()),
                  "write this table with another engine, such as Spark");
            });
  }

  /** Whether a column can be written, or is refused. */
  public static boolean canWrite(Types.NestedField column) {
    return unwritable(column).isEmpty();
  }

  /** A field in the column of a type that DuckDB writes in another form than Iceberg's. */
  private static Optional<Types.NestedField> unwritable(Types.NestedField column) {
    return TypeUtil.indexById(Types.StructType.of(column)).values().stream()
        .filter(
            field ->
                switch (field.type().typeId()) {
                  case FIXED, VARIANT, GEOMETRY, GEOGRAPHY, UNKNOWN -> true;
                  default -> false;
                })
        .findFirst();
  }

  private long targetBytes() {
    return PropertyUtil.propertyAsLong(
        table.properties(), TableProperties.WRITE_TARGET_FILE_SIZE_BYTES, TARGET_BYTES);
  }

  private Map<Path, List<FieldMetrics<?>>> floatMetrics(
      DuckSession session, List<WrittenParquet> files) {
    return new FloatMetrics(schema).of(session, files.stream().map(WrittenParquet::path).toList());
  }

  private WrittenFiles publish(
      StagingDirectory staging,
      List<WrittenParquet> written,
      Map<Path, List<FieldMetrics<?>>> floats)
      throws IOException {
    DataFileReader reader = new DataFileReader(table);
    List<DataFile> described = new ArrayList<>();
    for (WrittenParquet file : written) {
      String location = staging.locationOf(described.size());
      described.add(
          reader.dataFile(file.path(), location, floats.getOrDefault(file.path(), List.of())));
    }
    staging.publish(written.stream().map(WrittenParquet::path).toList());
    return new WrittenFiles(described, files);
  }
}
