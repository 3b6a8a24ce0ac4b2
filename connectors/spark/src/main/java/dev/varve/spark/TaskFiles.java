package dev.varve.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.BaseFileScanTask;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.ResidualEvaluator;
import org.apache.iceberg.shaded.com.fasterxml.jackson.databind.JsonNode;
import org.apache.iceberg.util.JsonUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The files that a task compares, as the server lists them: by the part that they play, each with
 * the deletes that apply to it there.
 */
final class TaskFiles {
  private final Map<String, List<FileScanTask>> parts = new HashMap<>();
  private final Map<String, Schema> schemas = new HashMap<>();

  private TaskFiles() {}

  /**
   * Reads the list.
   *
   * @param listed rows of {@code part}, {@code schema}, {@code spec}, {@code file} and {@code
   *     deletes}, all texts
   */
  static TaskFiles of(Dataset<Row> listed) {
    TaskFiles files = new TaskFiles();
    Iterator<Row> rows =
        listed.select("part", "schema", "spec", "file", "deletes").toLocalIterator();
    try {
      while (rows.hasNext()) {
        files.add(rows.next());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the list of files of a task", e);
    }
    return files;
  }

  private void add(Row row) throws IOException {
    String schemaText = row.getString(1);
    String specText = row.getString(2);
    Schema schema = schemas.computeIfAbsent(schemaText, SchemaParser::fromJson);
    List<DeleteFile> deletes = new ArrayList<>();
    for (JsonNode delete : JsonUtil.mapper().readTree(row.getString(4))) {
      PartitionSpec spec = PartitionSpecParser.fromJson(schema, delete.get("spec"));
      deletes.add((DeleteFile) ContentFileParser.fromJson(delete.get("file"), byId(spec)));
    }
    PartitionSpec spec = PartitionSpecParser.fromJson(schema, specText);
    JsonNode file = JsonUtil.mapper().readTree(row.getString(3));
    parts
        .computeIfAbsent(row.getString(0), part -> new ArrayList<>())
        .add(
            new BaseFileScanTask(
                (DataFile) ContentFileParser.fromJson(file, byId(spec)),
                deletes.toArray(DeleteFile[]::new),
                schemaText,
                specText,
                ResidualEvaluator.unpartitioned(Expressions.alwaysTrue())));
  }

  private static Map<Integer, PartitionSpec> byId(PartitionSpec spec) {
    return Map.of(spec.specId(), spec);
  }

  private List<FileScanTask> part(String name) {
    return parts.getOrDefault(name, List.of());
  }

  /** Files of base, as base has them, that theirs does not have so. */
  List<FileScanTask> lostByTheirs() {
    return part("base-lost-by-theirs");
  }

  /** Files of theirs that base does not have so. */
  List<FileScanTask> theirsNew() {
    return part("theirs-new");
  }

  /** As {@link #lostByTheirs}, of ours. */
  List<FileScanTask> lostByOurs() {
    return part("base-lost-by-ours");
  }

  /** As {@link #theirsNew}, of ours. */
  List<FileScanTask> oursNew() {
    return part("ours-new");
  }

  /** The files that ours lost and theirs has as base has them. */
  List<FileScanTask> theirsKept() {
    Set<String> lost = new HashSet<>();
    lostByTheirs().forEach(file -> lost.add(file.file().location()));
    return lostByOurs().stream().filter(file -> !lost.contains(file.file().location())).toList();
  }

  /** The files of base that either side lost, each once. */
  List<FileScanTask> lost() {
    List<FileScanTask> lost = new ArrayList<>(lostByTheirs());
    lost.addAll(theirsKept());
    return lost;
  }

  /** The files of ours in which all rows lie that theirs changed. */
  List<FileScanTask> oursAffected() {
    List<FileScanTask> files = new ArrayList<>(oursNew());
    files.addAll(part("ours-kept"));
    return files;
  }
}
