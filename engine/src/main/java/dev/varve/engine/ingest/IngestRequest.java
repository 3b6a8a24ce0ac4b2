package dev.varve.engine.ingest;

import dev.varve.engine.table.TableName;
import dev.varve.engine.table.WriteOptions;
import java.util.List;
import java.util.Optional;

/**
 * A file to put into a table.
 *
 * @param table the table; it is created if the branch has none of this name
 * @param source the file's bytes
 * @param format the file's format; found out from its content if empty
 * @param mode what becomes of rows that are there already
 * @param layout how a table is laid out that is created
 * @param options branch, author, message and properties of the commit
 */
public record IngestRequest(
    TableName table,
    IngestSource source,
    Optional<FileFormat> format,
    IngestMode mode,
    NewTable layout,
    WriteOptions options) {

  /**
   * How a table is laid out that is created; each part is as {@link
   * dev.varve.engine.layout.PartitionText} and {@link dev.varve.engine.layout.SortText} read it.
   *
   * <p>For a table that exists, {@code key} names the columns that an upsert matches rows by, if
   * the table has no key of its own; partitioning and sort order must be empty or the table's.
   *
   * @param key the columns that identify a row: required, and unique together
   */
  public record NewTable(List<String> key, List<String> partitionBy, List<String> sortBy) {
    public static final NewTable PLAIN = new NewTable(List.of(), List.of(), List.of());

    public NewTable {
      key = List.copyOf(key);
      partitionBy = List.copyOf(partitionBy);
      sortBy = List.copyOf(sortBy);
    }
  }

  /** Appends a file of any format to a table, which is created plainly if it is missing. */
  public static IngestRequest append(TableName table, IngestSource source, WriteOptions options) {
    return new IngestRequest(
        table, source, Optional.empty(), IngestMode.APPEND, NewTable.PLAIN, options);
  }

  public IngestRequest as(FileFormat known) {
    return new IngestRequest(table, source, Optional.of(known), mode, layout, options);
  }

  public IngestRequest with(IngestMode other) {
    return new IngestRequest(table, source, format, other, layout, options);
  }

  public IngestRequest with(NewTable other) {
    return new IngestRequest(table, source, format, mode, other, options);
  }
}
