package dev.varve.engine.merge.rows;

import static dev.varve.engine.merge.rows.State.BASE;
import static dev.varve.engine.merge.rows.State.OURS;
import static dev.varve.engine.merge.rows.State.THEIRS;

import dev.varve.engine.merge.rows.RowMerge.Request;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.storage.FileTasks;
import dev.varve.engine.storage.LocalCopies;
import dev.varve.engine.storage.LocalFiles;
import dev.varve.engine.write.ChunkedFile;
import dev.varve.engine.write.DataFileSplicer;
import dev.varve.engine.write.SplicedFile;
import dev.varve.engine.write.WrittenFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;

/**
 * Files in which theirs changed columns that ours did not, while all rows stayed where they were:
 * ours' file takes these columns from theirs', byte for byte, and no row is read or written.
 *
 * <p>That is what a merge of their rows would come to, as no cell can have been changed on both
 * sides, and every key in them is in no other file: each state is searched for such. It takes as
 * long as comparing and copying bytes, and counting the rows that changed, in their columns alone.
 */
final class TakenColumns {
  private final StateViews views;
  private final RowColumns columns;
  private final Request request;
  private final List<Taking> all;

  /**
   * A file that takes columns from another.
   *
   * @param columns the field ids of those that theirs changed, which may be none
   * @param rows how many rows theirs changed
   */
  private record Taking(FileTriple files, Set<Integer> columns, long rows) {
    Taking(FileTriple files, Set<Integer> columns) {
      this(files, columns, 0);
    }

    Taking withRows(long count) {
      return new Taking(files, columns, count);
    }

    ScanFile base() {
      return files.base();
    }

    ScanFile ours() {
      return files.ours();
    }

    ScanFile theirs() {
      return files.theirs();
    }

    SplicedFile spliced() {
      return new SplicedFile(
          ours().file(),
          columns.stream().collect(Collectors.toMap(id -> id, id -> theirs().file())));
    }
  }

  private TakenColumns(StateViews views, RowColumns columns, Request request, List<Taking> all) {
    this.views = views;
    this.columns = columns;
    this.request = request;
    this.all = all;
  }

  /** Finds them. There are none if rows have no key, or a schema changed. */
  static TakenColumns find(StateViews views, RowColumns columns, Request request) {
    TakenColumns found = new TakenColumns(views, columns, request, takings(columns, request));
    if (found.all.isEmpty() || !found.haveTheirKeysAlone()) {
      return new TakenColumns(views, columns, request, List.of());
    }
    return new TakenColumns(views, columns, request, found.counted());
  }

  private static List<Taking> takings(RowColumns columns, Request request) {
    DifferingFiles files = request.files();
    if (columns.keySize() == 0 || !haveOneSchema(request)) {
      return List.of();
    }
    List<FileTriple> triples = FileTriple.among(files, columns.keyIds());
    Map<String, Long> lengths = new TreeMap<>();
    for (FileTriple triple : triples) {
      for (State state : State.values()) {
        DataFile file = triple.of(state).file();
        lengths.put(file.location(), file.fileSizeInBytes());
      }
    }
    try (LocalCopies copies = LocalFiles.of(request.target().io()).fetch(lengths)) {
      return FileTasks.each(triples, triple -> taking(triple, columns, request.target(), copies))
          .stream()
          .flatMap(Optional::stream)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot compare the bytes of data files", e);
    }
  }

  private static Optional<Taking> taking(
      FileTriple triple, RowColumns columns, Table target, LocalCopies copies) throws IOException {
    return haveOnePartition(triple, target)
        ? theirs(triple, columns, copies)
            .filter(ids -> canChange(ids, triple.ours().file(), target))
            .map(ids -> new Taking(triple, ids))
        : Optional.empty();
  }

  private static boolean haveOneSchema(Request request) {
    DifferingFiles files = request.files();
    return Stream.concat(
            files.lostByTheirs().stream(), Stream.of(files.oursNew(), files.theirsNew()))
        .allMatch(
            part -> part.state().schema().asStruct().equals(request.target().schema().asStruct()));
  }

  private static boolean haveOnePartition(FileTriple triple, Table target) {
    DataFile ours = triple.ours().file();
    return target.specs().containsKey(ours.specId())
        && Stream.of(triple.base(), triple.theirs())
            .map(ScanFile::file)
            .allMatch(
                file ->
                    file.specId() == ours.specId()
                        && Comparators.forType(target.specs().get(ours.specId()).partitionType())
                                .compare(file.partition(), ours.partition())
                            == 0);
  }

  /** Whether neither the partition of a file nor the order of its rows depends on some columns. */
  private static boolean canChange(Set<Integer> ids, DataFile file, Table target) {
    Set<Integer> fields =
        target.schema().columns().stream()
            .filter(column -> ids.contains(column.fieldId()))
            .flatMap(column -> TypeUtil.indexById(StructType.of(column)).keySet().stream())
            .collect(Collectors.toSet());
    return Stream.of(target.spec(), target.specs().get(file.specId()))
            .flatMap(spec -> spec.fields().stream())
            .noneMatch(field -> fields.contains(field.sourceId()))
        && Stream.of(target.sortOrder(), order(file, target))
            .flatMap(order -> order.fields().stream())
            .noneMatch(field -> fields.contains(field.sourceId()));
  }

  private static SortOrder order(DataFile file, Table target) {
    return file.sortOrderId() == null
        ? SortOrder.unsorted()
        : target.sortOrders().getOrDefault(file.sortOrderId(), target.sortOrder());
  }

  /**
   * The columns that theirs changed, unless ours changed one of them too, or a row may have moved.
   */
  private static Optional<Set<Integer>> theirs(
      FileTriple triple, RowColumns columns, LocalCopies copies) throws IOException {
    try (ChunkedFile base = ChunkedFile.open(copies.path(location(triple.base())));
        ChunkedFile ours = ChunkedFile.open(copies.path(location(triple.ours())));
        ChunkedFile theirs = ChunkedFile.open(copies.path(location(triple.theirs())))) {
      Set<Integer> ids = base.columns();
      if (ids.isEmpty()
          || !ids.equals(ours.columns())
          || !ids.equals(theirs.columns())
          || !base.hasRowGroupsOf(ours)
          || !base.hasRowGroupsOf(theirs)) {
        return Optional.empty();
      }
      Set<Integer> fixed = fixed(ids, columns);
      for (int id : fixed) {
        if (!base.hasColumnOf(ours, id) || !base.hasColumnOf(theirs, id)) {
          return Optional.empty();
        }
      }
      Set<Integer> changed = new TreeSet<>();
      for (int id : ids) {
        if (!fixed.contains(id) && !base.hasColumnOf(theirs, id)) {
          if (!base.hasColumnOf(ours, id)) {
            return Optional.empty();
          }
          changed.add(id);
        }
      }
      return Optional.of(changed);
    }
  }

  /**
   * The columns that no side may have changed: those of the key, and those that are none of the
   * table's. With row lineage, these say which rows they are and when each was updated: of a row
   * that only theirs updated, ours' file says that it was not.
   */
  private static Set<Integer> fixed(Set<Integer> ids, RowColumns columns) {
    Set<Integer> fixed = new TreeSet<>(ids);
    for (NestedField column : columns.all()) {
      if (columns.holdsKey(column)) {
        fixed.add(column.fieldId());
      } else {
        fixed.remove(column.fieldId());
      }
    }
    return fixed;
  }

  private static String location(ScanFile file) {
    return file.file().location();
  }

  /** Whether no key of these files is in another file that is compared, in any state. */
  private boolean haveTheirKeysAlone() {
    UniqueKeys keys = new UniqueKeys(views.session(), columns);
    DifferingFiles files = request.files();
    return isUnique(keys, BASE, files.lostByTheirs().get(0))
        && (isAll()
            || (isUnique(keys, THEIRS, files.theirsNew())
                && isUnique(keys, OURS, files.oursAffected())));
  }

  private boolean isUnique(UniqueKeys keys, State state, StateFiles files) {
    return keys.unclear(state, "SELECT %s FROM %s".formatted(columns.namedKeys(), views.of(files)))
        .isEmpty();
  }

  /** With the rows that theirs changed counted; none, if the rows cannot be read side by side. */
  private List<Taking> counted() {
    List<NestedField> changed =
        columns.all().stream()
            .filter(column -> all.stream().anyMatch(it -> it.columns().contains(column.fieldId())))
            .toList();
    if (changed.isEmpty()) {
      return all;
    }
    List<FilePair> pairs = all.stream().map(it -> new FilePair(it.base(), it.theirs())).toList();
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
                    counts.put(location(pair.base()), rows.getLong(3));
                    all &= rows.getLong(4) == pair.base().file().recordCount();
                  }
                  return all;
                });
    return together && counts.size() == all.size()
        ? all.stream().map(it -> it.withRows(counts.get(location(it.base())))).toList()
        : List.of();
  }

  private static String count(int number, SideBySide part, List<NestedField> changed) {
    String same =
        changed.stream()
            .map(column -> RowColumns.same(BASE.cell(column), THEIRS.cell(column), column))
            .collect(Collectors.joining(" AND "));
    return """
        SELECT %d, coalesce(%s, -1) AS file, count(*) FILTER (NOT (%s)), count(*) FILTER (%s)
        FROM %s GROUP BY file"""
        .formatted(
            number,
            SideBySide.PAIR,
            same,
            SideBySide.TOGETHER,
            part.join(select(BASE, changed), select(THEIRS, changed)));
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
    List<Taking> changed = all.stream().filter(it -> it.rows() > 0).toList();
    WrittenFiles written =
        changed.isEmpty()
            ? WrittenFiles.none(views.io())
            : new DataFileSplicer(request.target())
                .write(changed.stream().map(Taking::spliced).toList());
    long rows = changed.stream().mapToLong(Taking::rows).sum();
    return new RowMergeResult.Merged(
        changed.stream().map(it -> it.ours()).toList(),
        written,
        new RowPlan(request.key(), compared(), request.strategies())
            .work(rows, rows, rows, changed.size(), changed.size()));
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
