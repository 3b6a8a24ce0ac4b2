package dev.varve.engine.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes a query's rows to Parquet files below one directory: each in one partition, each of about
 * the target size, each sorted if the table says so.
 *
 * <p>DuckDB keeps an order only within a single file of a single write. So sorted rows are written
 * as one file per partition, and such a file is split afterwards if it came out too large.
 */
final class StagedRows {
  private final ParquetCopy copy;
  private final Path directory;
  private final long targetBytes;
  private int names;

  StagedRows(ParquetCopy copy, Path directory, long targetBytes) {
    this.copy = copy;
    this.directory = directory;
    this.targetBytes = targetBytes;
  }

  /** The files that hold rows; empty ones are left out. */
  List<WrittenParquet> write(String select, List<String> partitionKeys, List<String> sortTerms)
      throws IOException {
    List<WrittenParquet> files = partitioned(select, partitionKeys, sortTerms);
    return files.stream().filter(file -> file.rows() > 0).toList();
  }

  /** Files of about the target size that hold the rows of one partition in the query's order. */
  List<WrittenParquet> inOrder(String select) throws IOException {
    List<WrittenParquet> files = new ArrayList<>();
    for (WrittenParquet whole : copy.toFile(select, next("ordered"))) {
      files.addAll(split(whole));
    }
    return files.stream().filter(file -> file.rows() > 0).toList();
  }

  private List<WrittenParquet> partitioned(String select, List<String> keys, List<String> sort)
      throws IOException {
    if (sort.isEmpty()) {
      return keys.isEmpty()
          ? copy.toDirectory(select, next("rows"), targetBytes)
          : copy.toPartitions(select, keys, next("rows"), targetBytes);
    }
    if (keys.isEmpty()) {
      return sorted(select, sort);
    }
    List<WrittenParquet> files = new ArrayList<>();
    for (List<WrittenParquet> partition : partitions(select, keys)) {
      files.addAll(sorted("SELECT * FROM " + read(partition), sort));
    }
    return files;
  }

  private Collection<List<WrittenParquet>> partitions(String select, List<String> keys) {
    return copy.toPartitions(select, keys, next("rows"), targetBytes).stream()
        .collect(
            Collectors.groupingBy(
                file -> file.path().getParent(), TreeMap::new, Collectors.toList()))
        .values();
  }

  private List<WrittenParquet> sorted(String select, List<String> sort) throws IOException {
    String ordered = "SELECT * FROM (" + select + ") ORDER BY " + String.join(", ", sort);
    List<WrittenParquet> whole = copy.toFile(ordered, next("sorted"));
    return split(whole.get(0));
  }

  private List<WrittenParquet> split(WrittenParquet whole) throws IOException {
    long parts = Math.round((double) Files.size(whole.path()) / targetBytes);
    if (parts <= 1) {
      return List.of(whole);
    }
    long rowsPerPart = (whole.rows() + parts - 1) / parts;
    List<WrittenParquet> files = new ArrayList<>();
    for (long from = 0; from < whole.rows(); from += rowsPerPart) {
      String part =
          "SELECT * FROM %s LIMIT %d OFFSET %d".formatted(read(List.of(whole)), rowsPerPart, from);
      files.addAll(copy.toFile(part, next("part")));
    }
    return files;
  }

  private Path next(String name) {
    return directory.resolve(name + "-" + names++);
  }

  private static String read(List<WrittenParquet> files) {
    return ParquetFiles.read(files.stream().map(WrittenParquet::path).toList(), "");
  }
}
