package dev.varve.engine.merge.rows;

import static dev.varve.engine.merge.rows.RowColumns.keyColumn;
import static dev.varve.engine.merge.rows.State.BASE;
import static dev.varve.engine.merge.rows.State.THEIRS;

import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckTypes;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.storage.LocalCopies;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
    List<SideBySide> parts = parts(alike);
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
            List.of(files.lostByTheirs().get(0).without(pairs, FilePair::base)),
            files.theirsNew().without(pairs, FilePair::side),
            files.lostByOurs(),
            files.oursNew(),
            files.oursKept());
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

  private Set<Integer> unchanged(List<FilePair> all) {
    TableRelation base = views.positioned(base().with(all, FilePair::base));
    Map<String, Long> opened = new TreeMap<>(base.opened());
    opened.putAll(views.positioned(files.theirsNew().with(all, FilePair::side)).opened());
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

  private StateFiles base() {
    return files.lostByTheirs().get(0);
  }

  private List<SideBySide> parts(List<FilePair> all) {
    return all.isEmpty() ? List.of() : SideBySide.of(views, all, base(), files.theirsNew());
  }

  /** The pairs that have the same keys, row by row. */
  private List<FilePair> aligned(SideBySide part) {
    String sql =
        """
        SELECT %1$s, count(*) FROM %2$s WHERE %3$s AND %4$s GROUP BY 1"""
            .formatted(
                SideBySide.PAIR,
                part.join(keys(BASE), keys(THEIRS)),
                SideBySide.TOGETHER,
                columns.keys(at -> "%s = %s".formatted(key(BASE, at), key(THEIRS, at)), " AND "));
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

  private String keys(State state) {
    return columns.keys(at -> columns.key(at, RowColumns::bare) + " AS " + key(state, at));
  }

  private static String key(State state, int at) {
    return "\"__varve_" + state.word() + "_key_" + at + '"';
  }

  /**
   * Holds the rows that differ, and of each file the last, which says that it was read to its end.
   *
   * @return whether all files were, with the same keys side by side
   */
  private boolean compare(List<SideBySide> parts) {
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

  private String compared(SideBySide part) {
    return """
        SELECT * EXCLUDE (b_pos, b_file, t_pos, t_file), %s,
               coalesce(%s, false) AS %s, coalesce(%s, false) AS %s, NOT %s AS %s
        FROM %s
        WHERE NOT %s OR %s OR %s"""
        .formatted(
            columns.keys(at -> THEIRS.key(columns, at) + " AS " + keyColumn(at)),
            SideBySide.TOGETHER
                + " AND "
                + columns.keys(
                    at -> BASE.key(columns, at) + " = " + THEIRS.key(columns, at), " AND "),
            TOGETHER,
            part.pairs().stream()
                .map(pair -> Long.toString(pair.base().file().recordCount() - 1))
                .collect(
                    Collectors.joining(
                        ", ",
                        SideBySide.POSITION + " = ([",
                        "]::BIGINT[])[%s::BIGINT + 1]".formatted(SideBySide.PAIR))),
            LAST,
            columns.sameCells(column -> compared(BASE, column), column -> compared(THEIRS, column)),
            DIFFERS,
            part.join(select(BASE), select(THEIRS)),
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
