package dev.varve.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * What differs in one table or other entry between two commits.
 *
 * @param kind {@code added}, {@code removed}, {@code changed} or {@code renamed}
 * @param from the old name of a renamed table
 * @param type what the entry is: {@code table}, {@code view} or {@code namespace}
 * @param schema changes of columns, keys, partitioning and properties, one sentence each
 * @param rows the rows that differ, if they were asked for
 */
public record TableChange(
    String table,
    String kind,
    Optional<String> from,
    Optional<String> type,
    List<String> schema,
    long filesAdded,
    long filesRemoved,
    long rowsAdded,
    long rowsRemoved,
    Optional<Rows> rows) {

  /**
   * The rows that differ.
   *
   * @param added how many rows are new in all, {@code removed} and {@code changed} likewise
   * @param filesRead how many data files the server read to find out
   * @param summary the columns that differ in changed rows
   * @param items a part of the rows, in one order
   * @param truncated whether there are more than are listed
   */
  public record Rows(
      long added,
      long removed,
      long changed,
      long filesRead,
      List<Queries.Column> columns,
      List<ColumnSummary> summary,
      List<RowChange> items,
      boolean truncated) {}

  /**
   * What happened to one column in the rows that changed.
   *
   * @param changed in how many rows its value changed
   * @param toNull in how many of them it became null, and {@code fromNull} in how many it was null
   */
  public record ColumnSummary(String column, long changed, long toNull, long fromNull) {}

  /**
   * One row that differs.
   *
   * @param kind {@code added}, {@code removed} or {@code changed}
   * @param before its cells on the first side, in the order of the columns; empty if added
   * @param after its cells on the second side; empty if removed
   * @param count how many equal rows this stands for, in a table without a key
   */
  public record RowChange(
      String kind, List<JsonNode> before, List<JsonNode> after, Optional<Long> count) {}
}
