package dev.varve.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.formats.FormatModelRegistry;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.shaded.com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.iceberg.shaded.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.iceberg.shaded.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.iceberg.spark.FileRewriteCoordinator;
import org.apache.iceberg.spark.ScanTaskSetManager;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.iceberg.spark.SparkTableCache;
import org.apache.iceberg.spark.SparkWriteOptions;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.JsonUtil;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * Reads single files of a table and writes new ones, by the means of Iceberg's own rewriting of
 * data files. All files are read in the table's schema, whichever state they are of: columns are
 * found by field id.
 */
final class StagedTable implements AutoCloseable {
  private final SparkSession spark;
  private final Table table;
  private final List<Schema> written;
  private final List<String> staged = new ArrayList<>();

  StagedTable(SparkSession spark, Table table) {
    this(spark, table, List.of());
  }

  /**
   * @param former schemas in which files may have been written, beside those that the table has had
   */
  StagedTable(SparkSession spark, Table table, Collection<Schema> former) {
    this.spark = spark;
    this.table = table;
    this.written = new ArrayList<>(table.schemas().values());
    this.written.addAll(former);
  }

  /**
   * The table as files are read: as one of format v2, whose files are read alike. Iceberg's
   * rewriting puts the row ids of a v3 table into its columns, and Spark then shows no other
   * metadata column, such as a row's file and position.
   *
   * @param more columns that the table has beside its own
   */
  private Table readable(Collection<NestedField> more) {
    TableMetadata metadata = ((HasTableOperations) table).operations().current();
    List<NestedField> columns = new ArrayList<>(metadata.schema().columns());
    columns.addAll(more);
    Schema schema =
        new Schema(metadata.schema().schemaId(), columns, metadata.schema().identifierFieldIds());
    try {
      ObjectMapper mapper = JsonUtil.mapper();
      ObjectNode json = (ObjectNode) mapper.readTree(TableMetadataParser.toJson(metadata));
      json.put("format-version", 2);
      json.set(
          "schemas", mapper.createArrayNode().add(mapper.readTree(SchemaParser.toJson(schema))));
      return new BaseTable(
          new StaticTableOperations(
              TableMetadataParser.fromJson(metadata.metadataFileLocation(), json), table.io()),
          table.name());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("cannot read the metadata of '" + table.name() + "'", e);
    }
  }

  /**
   * The columns that the table lacks, and by whose values rows of files are deleted: another state
   * of it has them.
   */
  private Collection<NestedField> deletedBy(List<FileScanTask> files) {
    Map<Integer, NestedField> more = new TreeMap<>();
    for (FileScanTask file : files) {
      for (DeleteFile delete : file.deletes()) {
        if (delete.content() == FileContent.EQUALITY_DELETES) {
          delete.equalityFieldIds().stream()
              .filter(id -> table.schema().findField(id) == null)
              .forEach(id -> more.computeIfAbsent(id, it -> column(file, it)));
        }
      }
    }
    return more.values();
  }

  private NestedField column(FileScanTask file, int id) {
    NestedField field = file.schema().asStruct().field(id);
    if (field == null) {
      throw new IllegalArgumentException(
          "cannot read rows of '%s' on Spark: some are deleted by field %d, which the table no longer has; read them in the server"
              .formatted(table.name(), id));
    }
    RowColumns.requireType(field, field.name(), table.name(), "read");
    return NestedField.optional(id, "__varve_deleted_by_" + id, field.type());
  }

  /**
   * Refuses a file with a column that was dropped and that Spark has no type for. Where rows hold
   * structs, lists or maps, Iceberg's reader wants to read all columns of a file
   * (https://github.com/apache/iceberg/issues/9446). Opens the files of a table that has had such a
   * column, and of no other.
   */
  private void requireReadable(List<FileScanTask> files) {
    if (table.schema().columns().stream().allMatch(column -> column.type().isPrimitiveType())
        || written.stream().noneMatch(RowColumns::isUnknownToSpark)) {
      return;
    }
    for (FileScanTask file : files) {
      try (CloseableIterable<InternalRow> rows =
          FormatModelRegistry.<InternalRow, StructType>readBuilder(
                  file.file().format(), InternalRow.class, table.io().newInputFile(file.file()))
              .project(table.schema())
              .build()) {
        rows.iterator().close();
      } catch (UnsupportedOperationException e) {
        throw new IllegalArgumentException(
            "cannot read rows of '%s' on Spark: %s still has a column that was dropped, and which Spark has no type for (%s); read them in the server"
                .formatted(table.name(), file.file().location(), e.getMessage()),
            e);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + file.file().location(), e);
      }
    }
  }

  /** The rows of files, with their deletes applied, each with its file and position. */
  Dataset<Row> read(List<FileScanTask> files) {
    Schema schema =
        TypeUtil.join(
            table.schema(), new Schema(MetadataColumns.FILE_PATH, MetadataColumns.ROW_POSITION));
    if (files.isEmpty()) {
      return spark.createDataFrame(List.of(), SparkSchemaUtil.convert(schema));
    }
    requireReadable(files);
    String id = stage(readable(deletedBy(files)));
    ScanTaskSetManager.get().stageTasks(table, id, files);
    Column[] columns =
        schema.columns().stream()
            .map(column -> RowColumns.named(column.name()))
            .toArray(Column[]::new);
    return spark.read().format("iceberg").load(id).select(columns);
  }

  /** Writes rows into new data files, in the table's partitioning and order; commits nothing. */
  Set<DataFile> write(Dataset<Row> rows) {
    String id = stage(table);
    Dataset<Row> whole = rows;
    for (String lineage : spark.read().format("iceberg").load(id).columns()) {
      if (table.schema().findField(lineage) == null) {
        // Of a v3 table, whose rows that are written anew get new ids.
        whole = whole.withColumn(lineage, functions.lit(null).cast("bigint"));
      }
    }
    whole
        .write()
        .format("iceberg")
        .option(SparkWriteOptions.CHECK_NULLABILITY, "false")
        .mode("append")
        .save(id);
    Set<DataFile> written = new HashSet<>();
    for (Object file : FileRewriteCoordinator.get().fetchNewFiles(table, id)) {
      written.add((DataFile) file);
    }
    FileRewriteCoordinator.get().clearRewrite(table, id);
    return written;
  }

  private String stage(Table as) {
    String id = "varve-" + UUID.randomUUID();
    SparkTableCache.get().add(id, as);
    staged.add(id);
    return id;
  }

  /** Forgets the files; what was read can be read no more. */
  @Override
  public void close() {
    for (String id : staged) {
      ScanTaskSetManager.get().removeTasks(table, id);
      SparkTableCache.get().remove(id);
    }
    staged.clear();
  }
}
