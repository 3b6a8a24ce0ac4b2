package dev.varve.engine.merge.rows;

import static dev.varve.engine.merge.rows.RowColumns.keyColumn;
import static dev.varve.engine.merge.rows.State.BASE;
import static dev.varve.engine.merge.rows.State.THEIRS;

import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckTypes;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.storage.LocalCopies;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The rows that theirs changed in place: those of files in which theirs has the keys of a file of
 * base, one by one, in the same order.
 *
 * <p>An update that writes a file anew mostly leaves its rows where they were. Such files need no
 * join: they are read side by side, row by row, which takes about half of the time and no memory.
 * Files that may be aligned are told by their manifests ({@link FilePair}); that they are is proved
 * by reading their keys, and each pair that is not is left to the join.
 */
final class AlignedRows {
  private static final String TABLE = "__varve_aligned";
  private static final String FILE_INDEX = "__varve_file_index";
  private static final String POSITION = "__varve_row";
  private static final String TOGETHER = "__varve_together";
  private static final String LAST = "__varve_last";
  private static final String DIFFERS = "__varve_differs";

  private final StateViews views;
  private final DuckSession session;
  private final RowColumns columns;
  private final DifferingFiles files;
  private final List<FilePair> pairs;
  private final Set<Integer> unchanged;

  /** What is to be known of the rows that changed. */
  enum Cells {
    /** All cells. */
    ALL,
    /**
     * Those of columns in which some row changed; the others may be null on both sides, which reads
     * as unchanged.
     */
    CHANGED
  }

  /** Some pairs, which are read together, and the views of their files. */
  private record Part(List<FilePair> pairs, String base, String theirs) {}

  /**
   * Finds the aligned files and compares their rows.
   *
   * @param cells which cells of the changed rows are wanted
   */
  AlignedRows(StateViews views, RowColumns columns, DifferingFiles files, Cells cells) {
    this.views = views;
    this.session = views.session();
    this.columns = columns;
    this.files = files;
    List<FilePair> alike =
        files.lostByTheirs().size() == 1
            ? FilePair.among(
                files.lostByTheirs().get(0).files(), files.theirsNew().files(), columns.keyIds())
            : List.of();
    List<Part> parts = parts(alike);
    List<FilePair> proved = parts.stream().flatMap(part -> aligned(part).stream()).toList();
    this.unchanged = proved.isEmpty() || cells == Cells.ALL ? Set.of() : unchanged(proved);
    boolean compared =
        !proved.isEmpty() && compare(proved.size() == alike.size() ? parts : parts(proved));
    this.pairs = compared ? proved : List.of();
  }

  /** Whether there are aligned files. */
  boolean isEmpty() {
    return pairs.isEmpty();
  }

  /** Whether all files that theirs replaced or added are aligned, so that none is to be joined. */
  boolean isAll() {
    return !isEmpty()
        && pairs.size() == files.theirsNew().files().size()
        && pairs.size() == files.lostByTheirs().get(0).files().size();
  }

  /** The files that are not aligned, to be joined. */
  DifferingFiles others() {
    return isEmpty()
        ? files
        : new DifferingFiles(
            List.of(without(files.lostByTheirs().get(0), FilePair::base)),
            without(files.theirsNew(), FilePair::theirs),
            files.lostByOurs(),
            files.oursNew(),
            files.oursKept());
  }

  private StateFiles without(StateFiles all, Function<FilePair, ScanFile> side) {
    Set<String> aligned =
        pairs.stream().map(pair -> side.apply(pair).file().location()).collect(Collectors.toSet());
    return new StateFiles(
        all.state(),
        all.files().stream().filter(file -> !aligned.contains(file.file().location())).toList());
  }

  /**
   * A query for the changed rows of aligned files, base's and theirs' side by side, with the key.
   *
   * @param condition on the key
   */
  String changed(String condition) {
    return "SELECT %s, %s, %s FROM %s WHERE %s AND %s"
        .formatted(
            columns.list(column -> held(BASE, column)),
            columns.list(column -> held(THEIRS, column)),
            columns.keys(RowColumns::keyColumn),
            TABLE,
            DIFFERS,
            condition);
  }

  private String held(State state, NestedField column) {
    return isUnchanged(column)
        ? "NULL::%s AS %s".formatted(DuckTypes.of(column.type()), state.cell(column))
        : state.cell(column);
  }

  private boolean isUnchanged(NestedField column) {
    return unchanged.contains(column.fieldId());
  }

  private Part part(List<FilePair> some) {
    return new Part(some, views.of(base(some)), views.of(theirs(some)));
  }

  private Set<Integer> unchanged(List<FilePair> all) {
    TableRelation base = base(all);
    Map<String, Long> opened = new TreeMap<>(base.opened());
    opened.putAll(theirs(all).opened());
    try (LocalCopies copies = base.localFiles().fetch(opened)) {
      return EqualChunks.columns(
          all,
          columns.cells().stream()
              .filter(column -> !columns.holdsKey(column))
              .map(NestedField::fieldId)
              .toList(),
          copies);
    }
  }

  private TableRelation base(List<FilePair> some) {
    return views.positioned(
        new StateFiles(
            files.lostByTheirs().get(0).state(), some.stream().map(FilePair::base).toList()));
  }

  private TableRelation theirs(List<FilePair> some) {
    return views.positioned(
        new StateFiles(files.theirsNew().state(), some.stream().map(FilePair::theirs).toList()));
  }

  /** As many parts as DuckDB has threads, since it reads files side by side on one. */
  private List<Part> parts(List<FilePair> all) {
    if (all.isEmpty()) {
      return List.of();
    }
    int threads =
        (int)
            Math.min(all.size(), ComparedRows.number(session, "SELECT current_setting('threads')"));
    return IntStream.range(0, threads)
        .mapToObj(at -> all.subList(at * all.size() / threads, (at + 1) * all.size() / threads))
        .map(some -> part(some))
        .toList();
  }

  /** The pairs that have the same keys, row by row. */
  private List<FilePair> aligned(Part part) {
    String sql =
        """
        SELECT b.%1$s, count(*)
        FROM (SELECT %2$s, %7$s AS %5$s, %6$s AS %1$s FROM %3$s) AS b
             POSITIONAL JOIN (SELECT %2$s, %7$s AS %5$s, %6$s AS %1$s FROM %4$s) AS t
        WHERE b.%1$s = t.%1$s AND b.%5$s = t.%5$s AND %8$s
        GROUP BY 1"""
            .formatted(
                FILE_INDEX,
                columns.namedKeys(),
                part.base(),
                part.theirs(),
                POSITION,
                TableRelation.FILE_INDEX,
                TableRelation.POSITION,
                columns.keys(at -> "b.%1$s = t.%1$s".formatted(keyColumn(at)), " AND "));
    return session.query(
        sql,
        rows -> {
          List<FilePair> aligned = new ArrayList<>();
          while (rows.next()) {
            FilePair pair = part.pairs().get(rows.getInt(1));
            if (rows.getLong(2) == pair.base().file().recordCount()) {
              aligned.add(pair);
            }
          }
          return aligned;
        });
  }

  /**
   * Holds the rows that differ, and of each file the last, which says that it was read to its end.
   *
   * @return whether all files were, with the same keys side by side
   */
  private boolean compare(List<Part> parts) {
    session.execute(
        "CREATE TEMP TABLE %s AS %s"
            .formatted(
                TABLE,
                parts.stream().map(this::compared).collect(Collectors.joining(" UNION ALL "))));
    long expected = parts.stream().mapToLong(part -> part.pairs().size()).sum();
    return expected == count(LAST + " AND " + TOGETHER) && count("NOT " + TOGETHER) == 0;
  }

  private long count(String condition) {
    return ComparedRows.number(session, "SELECT count(*) FROM " + TABLE + " WHERE " + condition);
  }

  /** Whether the rows that changed are all known here, and fewer than half of those of ours. */
  boolean isFewerThanOurs() {
    return isAll() && count(DIFFERS) * 2 <= files.oursAffected().rows();
  }

  private String compared(Part part) {
    return """
        SELECT * EXCLUDE (b_pos, b_file, t_pos, t_file), %s,
               coalesce(%s, false) AS %s, coalesce(%s, false) AS %s, NOT %s AS %s
        FROM (SELECT %s, %s AS b_pos, %s AS b_file FROM %s)
             POSITIONAL JOIN (SELECT %s, %s AS t_pos, %s AS t_file FROM %s)
        WHERE NOT %s OR %s OR %s"""
        .formatted(
            columns.keys(at -> THEIRS.key(columns, at) + " AS " + keyColumn(at)),
            "b_pos = t_pos AND b_file = t_file AND "
                + columns.keys(
                    at -> BASE.key(columns, at) + " = " + THEIRS.key(columns, at), " AND "),
            TOGETHER,
            part.pairs().stream()
                .map(pair -> Long.toString(pair.base().file().recordCount() - 1))
                .collect(
                    Collectors.joining(", ", "b_pos = ([", "]::BIGINT[])[b_file::BIGINT + 1]")),
            LAST,
            columns.sameCells(column -> compared(BASE, column), column -> compared(THEIRS, column)),
            DIFFERS,
            select(BASE),
            TableRelation.POSITION,
            TableRelation.FILE_INDEX,
            part.base(),
            select(THEIRS),
            TableRelation.POSITION,
            TableRelation.FILE_INDEX,
            part.theirs(),
            TOGETHER,
            LAST,
            DIFFERS);
  }

  private String compared(State state, NestedField column) {
    return isUnchanged(column) ? "NULL::" + DuckTypes.of(column.type()) : state.cell(column);
  }

  /** The columns that may have changed, in the order of the view, else DuckDB holds the rows. */
  private String select(State state) {
    return columns.all().stream()
        .filter(column -> !isUnchanged(column))
        .map(column -> RowColumns.bare(column) + " AS " + state.cell(column))
        .collect(Collectors.joining(", "));
  }
}
