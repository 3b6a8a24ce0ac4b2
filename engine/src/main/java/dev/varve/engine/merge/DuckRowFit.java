package dev.varve.engine.merge;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.engine.diff.AppliedDeletes;
import dev.varve.engine.merge.rows.KeyRanges;
import dev.varve.engine.merge.rows.RowWork;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.FieldPath;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Checks rows in DuckDB. Plans the files of the merged table and of the side that asks, and reads
 * only the columns in question; files of that side are read only if their keys may be on added rows
 * too. Not safe for use by threads.
 */
final class DuckRowFit implements RowFit {
  private static final int SAMPLE = 5;

  private final Supplier<Duck> duck;
  private final FileIO io;
  private final Map<String, DataFile> readOfOurs = new TreeMap<>();
  private final Map<String, DataFile> readOfTheirs = new TreeMap<>();

  DuckRowFit(Supplier<Duck> duck, FileIO io) {
    this.duck = duck;
    this.io = io;
  }

  @Override
  public Optional<String> misfit(
      ThreeWay<TableMetadata> sides, TableMetadata merged, MergeVerb verb) {
    NewRules rules = NewRules.of(sides, merged.schema());
    if (rules.isEmpty() || merged.currentSnapshot() == null) {
      return Optional.empty();
    }
    AppliedDeletes files = AppliedDeletes.withMetrics(merged, io, rules.columns(merged.schema()));
    try (DuckSession session = duck.get().trusted()) {
      Check check = new Check(session, merged, files);
      Checked ours = new Checked(sides.ours().schema(), verb.ours(), sides.theirs(), readOfOurs);
      Checked theirs =
          new Checked(sides.theirs().schema(), verb.theirs(), sides.ours(), readOfTheirs);
      return check
          .columns(rules.forOurs(), ours)
          .or(() -> check.columns(rules.forTheirs(), theirs))
          .or(() -> rules.key() ? key(check, ours, theirs, merged) : Optional.empty());
    }
  }

  /** The side that has the merged table's key asks it of the other's rows. */
  private static Optional<String> key(
      Check check, Checked ours, Checked theirs, TableMetadata merged) {
    Set<Integer> key = merged.schema().identifierFieldIds();
    return ours.schema().identifierFieldIds().equals(key)
        ? check.key(theirs, ours.read())
        : check.key(ours, theirs.read());
  }

  @Override
  public Optional<RowWork> work() {
    return readOfOurs.isEmpty() && readOfTheirs.isEmpty()
        ? Optional.empty()
        : Optional.of(
            RowWork.ofFiles(List.copyOf(readOfOurs.values()), List.copyOf(readOfTheirs.values())));
  }

  /**
   * A side whose rows are checked.
   *
   * @param schema what its rows meet
   * @param name who made its changes, for people
   * @param asking the other side
   * @param read takes the files of it that are read, by location
   */
  private record Checked(
      Schema schema, String name, TableMetadata asking, Map<String, DataFile> read) {}

  /** The checks of one merged table in one session. */
  private final class Check {
    private final DuckSession session;
    private final TableMetadata merged;
    private final AppliedDeletes files;

    Check(DuckSession session, TableMetadata merged, AppliedDeletes files) {
      this.session = session;
      this.merged = merged;
      this.files = files;
    }

    /** The files whose rows the side that asks has not, or not so. */
    private List<ScanFile> strange(TableMetadata asking) {
      AppliedDeletes known = AppliedDeletes.of(asking, io);
      return scanned(
          location ->
              known.task(location).isEmpty()
                  || !known.deletes(location).equals(files.deletes(location)));
    }

    private List<ScanFile> scanned(Predicate<String> wanted) {
      return files.locations().stream()
          .filter(wanted)
          .sorted()
          .map(location -> ScanFile.of(files.task(location).orElseThrow()))
          .toList();
    }

    private String view(List<ScanFile> of, Map<String, DataFile> read) {
      of.forEach(file -> read.put(file.file().location(), file.file()));
      String view = session.freshName("__varve_fit");
      TableRelation.of(merged, io, of).register(session, view);
      return view;
    }

    /** Checks the rows of a side for values of columns that they may lack. */
    Optional<String> columns(List<NestedField> columns, Checked side) {
      if (columns.isEmpty()) {
        return Optional.empty();
      }
      List<ScanFile> strange = strange(side.asking());
      for (NestedField column : columns) {
        Set<Integer> required = NewRules.newlyRequired(column, side.schema());
        if (strange.stream().anyMatch(file -> file.mayBeDeletedByNull(required))) {
          return Optional.of(
              "column '%s' is now required, and equality deletes of %s may delete rows that have no value for it, which Iceberg would not find any more: rewrite the files that they apply to first"
                  .formatted(column.name(), side.name()));
        }
        List<ScanFile> read =
            strange.stream().filter(file -> mayLack(column, file.file())).toList();
        String sql =
            "SELECT count(*) FROM %s WHERE %s"
                .formatted(
                    view(read, side.read()), MissingSql.in(SqlText.name(column.name()), column));
        long lacking = read.isEmpty() ? 0 : session.query(sql, DuckRowFit::number);
        if (lacking > 0) {
          return Optional.of(
              "column '%s' is now required%s, and %s that %s added or kept %s no value for it"
                  .formatted(
                      column.name(),
                      column.type().isPrimitiveType() ? "" : " or holds what is",
                      Counted.of(lacking, "row"),
                      side.name(),
                      lacking == 1 ? "has" : "have"));
        }
      }
      return Optional.empty();
    }

    /**
     * Checks that the rows of a side have the key, each one of its own.
     *
     * @param readOfAsking takes the files of the other side that are read
     */
    Optional<String> key(Checked side, Map<String, DataFile> readOfAsking) {
      List<ScanFile> strange = strange(side.asking());
      if (strange.isEmpty()) {
        return Optional.empty();
      }
      Schema schema = merged.schema();
      Set<String> locations =
          strange.stream().map(file -> file.file().location()).collect(Collectors.toSet());
      List<DataFile> rest =
          scanned(location -> !locations.contains(location)).stream().map(ScanFile::file).toList();
      Set<String> near =
          new KeyRanges(schema, schema.identifierFieldIds())
              .overlapping(rest, strange.stream().map(ScanFile::file).toList()).stream()
                  .map(DataFile::location)
                  .collect(Collectors.toSet());
      String keys = String.join(", ", names(schema));
      String bad =
          """
          SELECT %1$s FROM (SELECT %2$s, 1 AS strange FROM %3$s
                            UNION ALL SELECT %2$s, 0 FROM %4$s)
          GROUP BY ALL
          HAVING sum(strange) > 0 AND (count(*) > 1 OR %5$s)"""
              .formatted(
                  keys,
                  String.join(", ", values(schema)),
                  view(strange, side.read()),
                  view(scanned(near::contains), readOfAsking),
                  names(schema).stream()
                      .map(name -> name + " IS NULL")
                      .collect(Collectors.joining(" OR ")));
      session.execute("CREATE OR REPLACE TEMP TABLE __varve_bad AS " + bad);
      long count = session.query("SELECT count(*) FROM __varve_bad", DuckRowFit::number);
      if (count == 0) {
        return Optional.empty();
      }
      String sample =
          "SELECT to_json(__varve_bad)::VARCHAR FROM __varve_bad ORDER BY ALL LIMIT " + SAMPLE;
      return Optional.of(
          "the row key is now %s, and %s would be on more than one row or missing, such as %s"
              .formatted(
                  schema.identifierFieldNames(),
                  Counted.of(count, "key"),
                  String.join(", ", session.query(sample, DuckRowFit::texts))));
    }
  }

  private static boolean mayLack(NestedField column, DataFile file) {
    Map<Integer, Long> nulls = file.nullValueCounts();
    return !column.type().isPrimitiveType()
        || nulls == null
        || nulls.getOrDefault(column.fieldId(), 1L) > 0;
  }

  private static List<String> names(Schema schema) {
    return schema.identifierFieldIds().stream()
        .sorted()
        .map(id -> SqlText.name(schema.findColumnName(id)))
        .toList();
  }

  private static List<String> values(Schema schema) {
    return schema.identifierFieldIds().stream()
        .sorted()
        .map(id -> FieldPath.named(schema, id))
        .toList();
  }

  private static long number(ResultSet row) throws SQLException {
    return row.next() ? row.getLong(1) : 0;
  }

  private static List<String> texts(ResultSet rows) throws SQLException {
    List<String> texts = new ArrayList<>();
    while (rows.next()) {
      texts.add(rows.getString(1));
    }
    return texts;
  }
}
