package dev.varve.engine.sql;

import dev.varve.engine.storage.LocalCopies;
import dev.varve.engine.storage.LocalFiles;
import dev.varve.engine.table.ManifestThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;

/**
 * Rows of an Iceberg table as a relation of DuckDB: columns are found by field id whatever they
 * were called when a file was written, missing ones have their default, and positional deletes,
 * deletion vectors and equality deletes are applied. Immutable.
 *
 * <p>Rows come in no particular order.
 */
public final class TableRelation {
  /** The hidden column with the location of a row's data file, as the manifest gives it. */
  public static final String FILE = "_file";

  /** The hidden column with a row's position in its data file, from 0; deleted rows count. */
  public static final String POSITION = "_pos";

  /** The hidden column with the number of a row's data file, from 0 in the order given. */
  public static final String FILE_NUMBER = "_file_number";

  /**
   * The hidden column with the place of a row's data file among those that are read in the same
   * way, from 0: all files, if none has deletes. Unlike the number it costs no computation, so that
   * DuckDB can read two relations side by side.
   */
  public static final String FILE_INDEX = "_file_index";

  private final Table table;
  private final Schema schema;
  private final SortedMap<Integer, ScanFile> files;
  private final boolean positioned;

  private TableRelation(
      Table table, Schema schema, SortedMap<Integer, ScanFile> files, boolean positioned) {
    this.table = table;
    this.schema = schema;
    this.files = new TreeMap<>(files);
    this.positioned = positioned;
  }

  /** All rows of the current snapshot. Reads its manifests. */
  public static TableRelation of(Table table) {
    return of(table, Expressions.alwaysTrue());
  }

  /** All rows of the current snapshot of a table in the given state. Reads its manifests. */
  public static TableRelation of(TableMetadata metadata, FileIO io) {
    return of(readOnly(metadata, io));
  }

  /**
   * The rows of those files of the current snapshot that may hold rows that match {@code filter}:
   * all rows of these files, so the filter is still to be applied.
   */
  public static TableRelation of(Table table, Expression filter) {
    if (table.currentSnapshot() == null) {
      return of(table, List.of());
    }
    // Bounds say whether a file holds an identity partition column; nothing else needs them.
    TableScan scan =
        table
            .newScan()
            .filter(filter)
            .includeColumnStats(identityColumns(table))
            .planWith(ManifestThreads.of(table.currentSnapshot(), table.io()));
    List<ScanFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
      tasks.forEach(task -> files.add(ScanFile.of(task)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot plan the files of '" + table.name() + "'", e);
    }
    return of(table, files);
  }

  /** The rows of the given files of a table. */
  public static TableRelation of(Table table, Collection<ScanFile> files) {
    SortedMap<Integer, ScanFile> numbered = new TreeMap<>();
    files.forEach(file -> numbered.put(numbered.size(), file));
    return new TableRelation(table, table.schema(), numbered, false);
  }

  /** The rows of the given files of a table in the given state. */
  public static TableRelation of(TableMetadata metadata, FileIO io, Collection<ScanFile> files) {
    return of(readOnly(metadata, io), files);
  }

  private static Table readOnly(TableMetadata metadata, FileIO io) {
    return new BaseTable(new StaticTableOperations(metadata, io), metadata.location());
  }

  private static Set<String> identityColumns(Table table) {
    Set<String> names = new TreeSet<>();
    for (PartitionSpec spec : table.specs().values()) {
      for (PartitionField field : spec.fields()) {
        String name = table.schema().findColumnName(field.sourceId());
        if (field.transform().isIdentity() && name != null) {
          names.add(name);
        }
      }
    }
    return names;
  }

  /** The same rows with the columns of another schema, matched by field id. */
  public TableRelation as(Schema other) {
    return new TableRelation(table, other, files, positioned);
  }

  /**
   * The same rows with {@link #FILE}, {@link #POSITION}, {@link #FILE_NUMBER} and {@link
   * #FILE_INDEX} behind the table's columns.
   */
  public TableRelation withPositions() {
    return new TableRelation(table, schema, files, true);
  }

  /** The rows of some of the files, which keep their numbers. */
  public TableRelation only(Set<Integer> numbers) {
    SortedMap<Integer, ScanFile> some = new TreeMap<>(files);
    some.keySet().retainAll(numbers);
    return new TableRelation(table, schema, some, positioned);
  }

  public Schema schema() {
    return schema;
  }

  /** The data files with the deletes that apply to them. */
  public List<ScanFile> files() {
    return List.copyOf(files.values());
  }

  /** The files that DuckDB opens when the relation is read: their lengths by their locations. */
  public Map<String, Long> opened() {
    Map<String, Long> opened = new TreeMap<>();
    files.values().forEach(file -> file.addTo(opened));
    return opened;
  }

  /** How the files come to this machine. */
  public LocalFiles localFiles() {
    return LocalFiles.of(table.io());
  }

  /**
   * Makes the relation known to a session as a temporary view. Brings the files here, for as long
   * as the session is open, and reads the positional deletes; the rows are read when the view is.
   *
   * @param view the view's name, not quoted; an older view of that name is replaced
   */
  public void register(DuckSession session, String view) {
    LocalCopies copies = localFiles().fetch(opened());
    session.holds(copies);
    register(session, view, copies);
  }

  /**
   * The relation as what stands behind FROM in statements of a session. Brings the files here as
   * {@link #register(DuckSession, String)} does.
   */
  public String in(DuckSession session) {
    LocalCopies copies = localFiles().fetch(opened());
    session.holds(copies);
    return "(" + new RelationView(session, table, schema, positioned, copies).sql(files) + ")";
  }

  /**
   * As {@link #register(DuckSession, String)}, with files that are here already.
   *
   * @param copies have at least the files that are {@link #opened}, and outlive the session
   */
  public void register(DuckSession session, String view, LocalCopies copies) {
    new RelationView(session, table, schema, positioned, copies).create(view, files);
  }
}
