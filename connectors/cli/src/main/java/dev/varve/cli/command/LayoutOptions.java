package dev.varve.cli.command;

import dev.varve.client.Tables;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How a new table is laid out. */
final class LayoutOptions {
  @Option(
      names = "--key",
      paramLabel = "COLUMN",
      split = ",",
      description = "Columns whose values name a row (Iceberg's identifier fields).")
  private List<String> key = new ArrayList<>();

  @Option(
      names = "--partition-by",
      paramLabel = "TRANSFORM",
      description = "An Iceberg transform, such as 'month(date)' or 'bucket(16, id)'; repeatable.")
  private List<String> partitionBy = new ArrayList<>();

  @Option(
      names = "--sort-by",
      paramLabel = "COLUMN",
      description = "A column to sort by, with 'desc' if wanted; repeatable.")
  private List<String> sortBy = new ArrayList<>();

  Tables.Layout layout() {
    return new Tables.Layout(key, partitionBy, sortBy);
  }
}
