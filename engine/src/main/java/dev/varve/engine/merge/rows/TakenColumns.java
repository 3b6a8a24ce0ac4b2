package dev.varve.engine.merge.rows;

import static dev.varve.engine.merge.rows.RowColumns.keyColumn;
import static dev.varve.engine.merge.rows.State.BASE;
import static dev.varve.engine.merge.rows.State.THEIRS;

import dev.varve.engine.merge.rows.RowMerge.Request;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.storage.FileTasks;
import dev.varve.engine.storage.LocalCopies;
import dev.varve.engine.storage.LocalFiles;
import dev.varve.engine.write.DataFileSplicer;
import dev.varve.engine.write.WrittenFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Files in which theirs changed columns, while all rows stayed where they were on both sides: ours'
 * file takes those that ours did not change from theirs', byte for byte, and the cells of those
 * that both changed are {@linkplain MixedColumns mixed}.
 *
 * <p>That is what a merge of their rows would come to: no cell is in conflict, and no key in these
 * files is in another that is compared. It takes as long as comparing and copying bytes, reading
 * the keys of base, counting the rows that changed, in their columns alone, and writing the columns
 * that both sides changed.
 */
final class TakenColumns {
  private final StateViews views;
  private final RowColumns columns;
  private final Request request;
  private final MixedColumns mixed;
  private final List<Taking> all;

  private TakenColumns(
      StateViews views, RowColumns columns, Request request, MixedColumns mixed, List<Taking> all) {
    this.views = views;
    this.columns = columns;
    this.request = request;
    this.mixed = mixed;
    this.all = all;
  }

  /** Finds them. There are none if rows have no key, or a schema changed. */
  static TakenColumns find(StateViews views, RowColumns columns, Request request) {
    MixedColumns mixed = new MixedColumns(views.io(), columns, request);
    List<Taking> takings = takings(views.session(), columns, request, mixed);
    TakenColumns found = new TakenColumns(views, columns, request, mixed, takings);
    return found.with(
        takings.isEmpty() || !found.haveTheirKeysAlone() ? List.of() : found.counted());
  }

  private TakenColumns with(List<Taking> files) {
    return new TakenColumns(views, columns, request, mixed, files);
  }

  /** Those whose rows may stay where they are; rows are counted of those that are mixed. */
  private static List<Taking> takings(
      DuckSession session, RowColumns columns, Request request, MixedColumns mixed) {
    if (columns.keySize() == 0 || !haveOneSchema(request)) {
      return List.of();
    }
    List<FileTriple> triples = FileTriple.among(request.files(), columns.keyIds());
    Map<String, Long> lengths = new TreeMap<>();
    for (FileTriple triple : triples) {
      for (State state : State.values()) {
        DataFile file = triple.of(state).file();
        lengths.put(file.location(), file.fileSizeInBytes());
      }
    }
    try (LocalCopies copies = LocalFiles.of(request.target().io()).fetch(lengths)) {
      List<Taking> found =
          FileTasks.each(
                  triples,
                  triple -> Taking.of(triple, columns, mixed::canHave, request.target(), copies))
              .stream()
              .flatMap(Optional::stream)
              .toList();
      List<Taking> kept = new ArrayList<>(found.stream().filter(it -> !it.isMixed()).toList());
      kept.addAll(mixed.counted(session, found.stream().filter(Taking::isMixed).toList()));
      return kept;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot compare the bytes of data files", e);
    }
  }

  private static boolean haveOneSchema(Request request) {
    DifferingFiles files = request.files();
    return Stream.concat(
            files.lostByTheirs().stream(), Stream.of(files.oursNew(), files.theirsNew()))
        .allMatch(
            part -> part.state().schema().asStruct().equals(request.target().schema().asStruct()));
  }

  /**
   * Whether no key is twice in these files, nor in another file that is compared, in any state. Of
   * the others those are read whose range of keys overlaps.
   */
  private boolean haveTheirKeysAlone() {
    StateFiles base = request.files().lostByTheirs().get(0).with(all, Taking::base);
    String keys = keysOf(views.of(base));
    return new UniqueKeys(views.session(), columns).unclear(BASE, keys).isEmpty()
        && haveNoKeyOf(keys, near(base));
  }

  private List<StateFiles> near(StateFiles base) {
    DifferingFiles others = others();
    return Stream.concat(
            others.lostByTheirs().stream(),
            Stream.of(others.theirsNew(), others.oursNew(), others.oursKept()))
        .map(part -> part.near(base, columns))
        .filter(part -> !part.files().isEmpty())
        .toList();
  }

  private boolean haveNoKeyOf(String keys, List<StateFiles> others) {
    if (others.isEmpty()) {
      return true;
    }
    String shared =
        "SELECT count(*) FROM (SELECT 1 FROM (%s) AS o SEMI JOIN (%s) AS k ON %s LIMIT 1)"
            .formatted(
                keysOf(views.of(others)),
                keys,
                columns.keys(at -> "o.%1$s = k.%1$s".formatted(keyColumn(at)), " AND "));
    return ComparedRows.number(views.session(), shared) == 0;
  }

  private String keysOf(String view) {
    return "SELECT %s FROM %s".formatted(columns.namedKeys(), view);
  }

  /** With the rows that theirs changed counted; none, if the rows cannot be read side by side. */
  private List<Taking> counted() {
    List<Taking> uncounted = all.stream().filter(it -> !it.isMixed()).toList();
    List<NestedField> changed =
        columns.all().stream()
            .filter(column -> uncounted.stream().anyMatch(it -> it.changes(column)))
            .toList();
    if (changed.isEmpty()) {
      return all;
    }
    List<FilePair> pairs =
        uncounted.stream().map(it -> new FilePair(it.base(), it.theirs())).toList();
    List<SideBySide> parts =
        SideBySide.of(
            views, pairs, request.files().lostByTheirs().get(0), request.files().theirsNew());
    String sql =
        IntStream.range(0, parts.size())
            .mapToObj(number -> count(number, parts.get(number), changed))
            .collect(Collectors.joining(" UNION ALL "));
    Map<String, Long> counts = new HashMap<>();
    boolean together =
        views
            .session()
            .query(
                sql,
                rows -> {
                  boolean all = true;
                  while (rows.next()) {
                    FilePair pair = parts.get(rows.getInt(1)).pairs().get(rows.getInt(2));
                    counts.put(pair.base().file().location(), rows.getLong(3));
                    all &= rows.getLong(4) == pair.base().file().recordCount();
                  }
                  return all;
                });
    return together && counts.size() == uncounted.size()
        ? all.stream().map(it -> counted(it, counts.get(it.base().file().location()))).toList()
        : List.of();
  }

  /** No row that theirs changed is yet as theirs has it, as ours did not change the columns. */
  private static Taking counted(Taking file, Long rows) {
    return file.isMixed() ? file : file.withRows(rows, rows);
  }

  private static String count(int number, SideBySide part, List<NestedField> changed) {
    String same =
        changed.stream()
            .map(column -> RowColumns.same(BASE.cell(column), THEIRS.cell(column), column))
            .collect(Collectors.joining(" AND "));
    return """
        SELECT %d, %s AS pair, count(*) FILTER (NOT (%s)), count(*) FROM %s WHERE %s GROUP BY pair"""
        .formatted(
            number,
            SideBySide.PAIR,
            same,
            part.join(select(BASE, changed), select(THEIRS, changed)),
            SideBySide.TOGETHER);
  }

  private static String select(State state, List<NestedField> columns) {
    return columns.stream()
        .map(column -> RowColumns.bare(column) + " AS " + state.cell(column))
        .collect(Collectors.joining(", "));
  }

  /** Whether there are no such files. */
  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Whether the rows of no other file are to be compared. */
  boolean isAll() {
    DifferingFiles files = request.files();
    return !isEmpty()
        && all.size() == files.lostByTheirs().get(0).files().size()
        && all.size() == files.theirsNew().files().size()
        && all.size() == files.oursAffected().files().size();
  }

  /** The files whose rows are to be compared. */
  DifferingFiles others() {
    DifferingFiles files = request.files();
    return isEmpty()
        ? files
        : new DifferingFiles(
            List.of(files.lostByTheirs().get(0).without(all, Taking::base)),
            files.theirsNew().without(all, Taking::theirs),
            files.lostByOurs().stream().map(part -> part.without(all, Taking::base)).toList(),
            files.oursNew().without(all, Taking::ours),
            files.oursKept().without(all, Taking::ours));
  }

  /** Writes the files in which a row changed. */
  RowMergeResult.Merged merged() {
    List<Taking> changed = all.stream().filter(it -> it.coming() > 0).toList();
    WrittenFiles written =
        changed.isEmpty()
            ? WrittenFiles.none(views.io())
            : new DataFileSplicer(request.target())
                .write(
                    views.session(), changed.stream().map(it -> it.spliced(mixed.of(it))).toList());
    long rows = all.stream().mapToLong(Taking::rows).sum();
    long coming = changed.stream().mapToLong(Taking::coming).sum();
    return new RowMergeResult.Merged(
        changed.stream().map(it -> it.ours()).toList(),
        written,
        new RowPlan(request.key(), compared(), request.strategies())
            .work(rows, coming, coming, changed.size(), changed.size()));
  }

  private DifferingFiles compared() {
    DifferingFiles files = request.files();
    StateFiles base = files.lostByTheirs().get(0).with(all, Taking::base);
    StateFiles ours = files.oursNew().with(all, Taking::ours);
    StateFiles none = files.oursKept().with(List.of(), Taking::ours);
    return new DifferingFiles(
        List.of(base), files.theirsNew().with(all, Taking::theirs), List.of(base), ours, none);
  }
}
