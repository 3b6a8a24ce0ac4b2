package dev.varve.benchmarks.merge;

import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.EngineSettings;
import dev.varve.engine.Lake;
import dev.varve.engine.merge.MergeReport;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.storage.LocalLocations;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Warehouse;
import dev.varve.engine.table.WriteOptions;
import dev.varve.engine.write.DataFileWriter;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A lake with one table of adjacent keys in files of equal size, and branches on which rows of it
 * were changed: column {@code b} on theirs, and {@code a}, or {@code b} of other rows, on ours.
 */
final class MergedLake implements Closeable {
  private static final int FILES = 60;
  private static final TableName TABLE = TableName.parse("t");
  private static final Author WHO = Author.parse("Benchmark <benchmark@example.org>");
  private static final String A = "range * 3";
  private static final String B = "range / 7";
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              NestedField.required(1, "id", Types.LongType.get()),
              NestedField.optional(2, "a", Types.LongType.get()),
              NestedField.optional(3, "b", Types.DoubleType.get()),
              NestedField.optional(4, "c", Types.StringType.get())),
          Set.of(1));

  private final Catalog catalog;
  private final Lake lake;
  private final long rows;
  private final List<DataFile> base;
  private int merges;

  /** Opens an empty directory and writes the table. */
  MergedLake(Path directory, long rows) {
    this.rows = rows;
    this.catalog = Catalog.open(directory.resolve("catalog"), CatalogSettings.defaults());
    this.lake =
        Lake.open(
            catalog.create(RepositoryName.LAKE),
            Warehouse.local(directory.resolve("warehouse")),
            EngineSettings.defaults(directory.resolve("temp")));
    Transaction created =
        lake.tables()
            .create(
                on(RefName.MAIN),
                TABLE,
                SCHEMA,
                PartitionSpec.unpartitioned(),
                SortOrder.unsorted(),
                Map.of());
    this.base = written(created.table(), FILES, A, B);
    AppendFiles append = created.newAppend();
    base.forEach(append::appendFile);
    append.commit();
    created.commitTransaction();
  }

  private List<DataFile> written(Table table, int files, String a, String b) {
    List<DataFile> written = new ArrayList<>();
    try (DuckSession session = duck().trusted()) {
      for (int file = 0; file < files; file++) {
        String select =
            "SELECT range AS id, %s AS a, %s AS b, 'row ' || hash(range) AS c FROM range(%d, %d)"
                .formatted(a, b, file * rows / FILES, (file + 1) * rows / FILES);
        written.addAll(new DataFileWriter(table).write(session, select).files());
      }
    }
    return written;
  }

  private static WriteOptions on(RefName branch) {
    return WriteOptions.on(branch, WHO);
  }

  private static RefName ours(Change change) {
    return RefName.parse("ours-" + change.label());
  }

  private static RefName theirs(Change change) {
    return RefName.parse("theirs-" + change.label());
  }

  Duck duck() {
    return lake.duck();
  }

  /** Makes the branches of a change. */
  void change(Change change) {
    if (change.isOfOneColumn()) {
      replace(ours(change), change, A, changed(change.ours(), B));
    } else {
      replace(ours(change), change, changed(change.ours(), A), B);
    }
    replace(theirs(change), change, A, changed(change.theirs(), B));
  }

  private static String changed(String rows, String value) {
    return "CASE WHEN %s THEN -1 ELSE %s END".formatted(rows, value);
  }

  private void replace(RefName branch, Change change, String a, String b) {
    branch(branch, head(RefName.MAIN));
    Table table = lake.tables().open(on(branch), TABLE);
    int files = change.files(FILES);
    OverwriteFiles overwrite = table.newOverwrite();
    base.subList(0, files).forEach(overwrite::deleteFile);
    written(table, files, a, b).forEach(overwrite::addFile);
    overwrite.commit();
  }

  private void branch(RefName name, ObjectId at) {
    lake.repository().createBranch(name, at, WHO, "benchmark");
  }

  private ObjectId head(RefName branch) {
    return lake.repository().refs().find(branch, RefKind.BRANCH).orElseThrow().commitId();
  }

  /** The files of base, ours and theirs, each in the order of their paths. */
  JoinByHand.Files files(Change change) {
    return new JoinByHand.Files(paths(RefName.MAIN), paths(ours(change)), paths(theirs(change)));
  }

  private List<Path> paths(RefName branch) {
    return relation(branch).opened().keySet().stream()
        .map(LocalLocations::path)
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  private TableRelation relation(RefName branch) {
    LoadedTable table = lake.tables().loadHead(branch, TABLE);
    return TableRelation.of(table.metadata(), table.io());
  }

  /**
   * Merges theirs into a new branch that stands where ours does: the whole of it, from the plan to
   * the durable commit.
   *
   * @return the branch
   */
  RefName merge(Change change) {
    RefName into = RefName.parse("merged-" + ++merges);
    branch(into, head(ours(change)));
    MergeReport report =
        lake.merges()
            .merge(
                on(into), Revision.of(theirs(change)), MergeMode.NO_FAST_FORWARD, Optional.empty());
    if (report.outcome() != MergeOutcome.MERGE) {
      throw new IllegalStateException("merged " + change + " with " + report);
    }
    return into;
  }

  /** Makes sure that a merged branch has both sides' changes and nothing else. */
  void requireMerged(RefName branch, Change change) {
    try (DuckSession session = duck().trusted()) {
      relation(branch).register(session, "merged");
      String sql =
          """
          SELECT count(*) FILTER (a = %s AND b = %s), count(DISTINCT range)
          FROM (SELECT id AS range, a, b FROM merged)"""
              .formatted(
                  change.isOfOneColumn() ? A : changed(change.ours(), A),
                  changed(
                      change.isOfOneColumn()
                          ? change.ours() + " OR " + change.theirs()
                          : change.theirs(),
                      B));
      List<Long> counts =
          session.query(
              sql, row -> row.next() ? List.of(row.getLong(1), row.getLong(2)) : List.of());
      if (!counts.equals(List.of(rows, rows))) {
        throw new IllegalStateException("merged " + change + " to " + counts);
      }
    }
  }

  @Override
  public void close() {
    lake.close();
    catalog.close();
  }
}
