package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.storage.LocalCopies;
import dev.varve.engine.write.DataFileWriter;
import dev.varve.engine.write.WrittenFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;

/**
 * Gives rows that were written without some columns the values that other rows of the same key have
 * in them. All rows stay in DuckDB. Safe for use by many threads.
 *
 * @param duck runs it in a trusted session
 * @param io reads deletion vectors
 */
public record ColumnFill(Supplier<Duck> duck, FileIO io) {
  /**
   * What is to be filled.
   *
   * @param target the table as the rows are to be written for it, with the columns in question
   * @param key the field ids of the row key, at least one
   * @param columns the field ids of the columns in question: top-level ones, or in structs
   * @param rows the files whose rows may lack them; a file that holds a column keeps its values
   * @param known files whose rows have them, at least one part; a row key is there once
   * @param others where a key is looked for that {@code known} does not have
   */
  public record Request(
      Table target,
      Set<Integer> key,
      Set<Integer> columns,
      StateFiles rows,
      List<StateFiles> known,
      StateFiles others) {
    public Request {
      key = Set.copyOf(key);
      columns = Set.copyOf(columns);
      known = List.copyOf(known);
    }
  }

  /** Those of some files that were written without one of the columns, by the footers. */
  public StateFiles lacking(StateFiles files, Set<Integer> columns) {
    if (files.files().isEmpty()) {
      return files;
    }
    try (DuckSession session = duck.get().trusted()) {
      Map<String, Set<Integer>> held = held(session, files, columns);
      return new StateFiles(
          files.state(),
          files.files().stream()
              .filter(file -> !held.get(file.file().location()).containsAll(columns))
              .toList());
    }
  }

  /** Which of the columns each file holds, by its location. */
  private Map<String, Set<Integer>> held(
      DuckSession session, StateFiles files, Set<Integer> columns) {
    TableRelation relation = TableRelation.of(files.state(), io, files.files());
    LocalCopies copies = relation.localFiles().fetch(relation.opened());
    session.holds(copies);
    Map<Path, Set<Integer>> held = new HashMap<>();
    Map<String, Set<Integer>> byLocation = new HashMap<>();
    for (ScanFile file : files.files()) {
      Path path = copies.path(file.file().location());
      byLocation.put(
          file.file().location(), held.computeIfAbsent(path, it -> new TreeSet<Integer>()));
    }
    session.query(
        "SELECT file_name, field_id FROM parquet_schema(%s) WHERE field_id IN (%s)"
            .formatted(SqlText.list(List.copyOf(held.keySet())), numbers(columns)),
        rows -> {
          while (rows.next()) {
            held.get(Path.of(rows.getString(1))).add(rows.getInt(2));
          }
          return held;
        });
    return byLocation;
  }

  /**
   * Writes anew those files that have rows whose key another row has; deletes what it wrote if it
   * fails.
   *
   * @return the files that are replaced and by which, or keys that do not tell rows apart
   */
  public RowMergeResult fill(Request request) {
    try (DuckSession session = duck.get().trusted()) {
      return new Filling(session, request).run();
    }
  }

  private static String numbers(Set<Integer> numbers) {
    return numbers.stream().sorted().map(String::valueOf).collect(Collectors.joining(", "));
  }

  /** One request in one session. */
  private final class Filling {
    private final DuckSession session;
    private final Request request;
    private final RowColumns columns;
    private final StateViews views;
    private final TableRelation rows;
    private final String known;

    Filling(DuckSession session, Request request) {
      this.session = session;
      this.request = request;
      this.columns = new RowColumns(request.target().schema(), request.key());
      this.views = new StateViews(session, io, request.target().schema());
      this.rows = views.positioned(request.rows());
      this.known = views.of(request.known());
    }

    RowMergeResult run() {
      UniqueKeys keys = new UniqueKeys(session, columns);
      Optional<RowMergeResult.UnclearKeys> unclear =
          keys.unclear(State.BASE, "SELECT %s FROM %s".formatted(columns.namedKeys(), known));
      return unclear.isPresent() ? unclear.get() : write();
    }

    private RowMergeResult.Merged write() {
      String found = found();
      Set<Integer> filled =
          Set.copyOf(
              session.query(
                  "SELECT DISTINCT s.%s FROM %s AS s SEMI JOIN %s AS k ON %s"
                      .formatted(
                          TableRelation.FILE_NUMBER, views.of(rows), found, sameKey("s", "k")),
                  numbers -> {
                    List<Integer> files = new ArrayList<>();
                    while (numbers.next()) {
                      files.add(numbers.getInt(1));
                    }
                    return files;
                  }));
      List<ScanFile> replaced =
          filled.stream().sorted().map(number -> request.rows().files().get(number)).toList();
      WrittenFiles written =
          filled.isEmpty()
              ? WrittenFiles.none(io)
              : new DataFileWriter(request.target())
                  .write(
                      session,
                      "SELECT %s FROM %s AS s LEFT JOIN %s AS k ON %s"
                          .formatted(
                              values(), views.of(rows.only(filled)), found, sameKey("s", "k")));
      return new RowMergeResult.Merged(replaced, written, work(replaced, written));
    }

    /** A view of the rows that have values, one for each key. */
    private String found() {
      String view = session.freshName("__varve_known");
      session.execute(
          """
          CREATE TEMP VIEW %1$s AS
          SELECT %2$s FROM %3$s
          UNION ALL
          SELECT %2$s
          FROM (SELECT * FROM %4$s AS o ANTI JOIN %3$s AS k ON %5$s)
          QUALIFY count(*) OVER (PARTITION BY %6$s) = 1"""
              .formatted(
                  view,
                  columns.names(),
                  known,
                  views.of(request.others()),
                  sameKey("o", "k"),
                  columns.keys(at -> columns.key(at, RowColumns::bare))));
      return view;
    }

    private String sameKey(String left, String right) {
      return columns.keys(at -> key(left, at) + " = " + key(right, at), " AND ");
    }

    private String key(String relation, int at) {
      return columns.key(at, column -> relation + "." + RowColumns.bare(column));
    }

    private String values() {
      Map<String, Set<Integer>> held = held(session, request.rows(), request.columns());
      return columns.list(
          column -> {
            String name = RowColumns.bare(column);
            return value(column, "s." + name, "k." + name, held) + " AS " + name;
          });
    }

    /** A column as it is, with what was taken out of it put back where the files do not hold it. */
    private String value(
        NestedField field, String own, String found, Map<String, Set<Integer>> held) {
      if (request.columns().contains(field.fieldId())) {
        List<ScanFile> files = request.rows().files();
        String without =
            IntStream.range(0, files.size())
                .filter(at -> !held.get(files.get(at).file().location()).contains(field.fieldId()))
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(", "));
        return without.isEmpty()
            ? own
            : "CASE WHEN %s IS NOT NULL AND s.%s IN (%s) THEN %s ELSE %s END"
                .formatted(key("k", 0), TableRelation.FILE_NUMBER, without, found, own);
      }
      if (!field.type().isStructType() || !holds(field.type().asStructType())) {
        return own;
      }
      return "CASE WHEN %s IS NULL THEN NULL ELSE struct_pack(%s) END"
          .formatted(
              own,
              field.type().asStructType().fields().stream()
                  .map(
                      part ->
                          SqlText.name(part.name())
                              + " := "
                              + value(
                                  part,
                                  RowColumns.field(own, part.name()),
                                  RowColumns.field(found, part.name()),
                                  held))
                  .collect(Collectors.joining(", ")));
    }

    private boolean holds(StructType struct) {
      return TypeUtil.indexById(struct).keySet().stream().anyMatch(request.columns()::contains);
    }

    private RowWork work(List<ScanFile> replaced, WrittenFiles written) {
      return new RowWork(
          request.known().stream().mapToLong(part -> part.files().size()).sum(),
          request.rows().files().size(),
          request.others().files().size(),
          request.known().stream().mapToLong(StateFiles::rows).sum()
              + request.rows().rows()
              + request.others().rows(),
          0,
          written.rows(),
          new StateFiles(request.rows().state(), replaced).rows(),
          replaced.size(),
          0);
    }
  }
}
