package dev.varve.engine.merge.rows;

import dev.varve.engine.diff.RowPage;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.write.DataFileWriter;
import dev.varve.engine.write.WrittenFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileIO;

/**
 * Merges the rows of the files by which two sides of a table differ from their base.
 *
 * <p>Theirs' change is computed against base, what ours has already is left out, and the rest is
 * applied to the files of ours, copy-on-write. All rows stay in DuckDB, which spills what does not
 * fit into its memory. Safe for use by many threads.
 *
 * @param duck runs the comparison in a trusted session
 * @param io reads deletion vectors
 */
public record RowMerge(Supplier<Duck> duck, FileIO io) {
  /**
   * What is to be merged.
   *
   * @param target the merged table, with ours' files, as new files are to be written for it
   * @param key the field ids of the row key, empty if rows are a bag
   * @param page which conflicts to list, if there are any
   * @param kept where conflicts are kept and what was said of them, if that is wanted
   */
  public record Request(
      Table target,
      Set<Integer> key,
      DifferingFiles files,
      RowStrategies strategies,
      RowPage page,
      Optional<KeptConflicts> kept) {
    public Request {
      key = Set.copyOf(key);
    }

    /** The same for other files. */
    Request with(DifferingFiles others) {
      return new Request(target, key, others, strategies, page, kept);
    }

    /** Conflicts are listed and not kept. */
    public Request(
        Table target,
        Set<Integer> key,
        DifferingFiles files,
        RowStrategies strategies,
        RowPage page) {
      this(target, key, files, strategies, page, Optional.empty());
    }
  }

  /**
   * Compares the rows and writes the files that change; deletes these if it fails.
   *
   * @throws dev.varve.catalog.error.VarveException if a rule fails on a row, a value does not fit
   *     the merged schema, or a file cannot be read
   */
  public RowMergeResult merge(Request request) {
    try (DuckSession session = duck.get().trusted()) {
      return merge(session, request);
    }
  }

  private RowMergeResult merge(DuckSession session, Request request) {
    RowColumns columns = new RowColumns(request.target().schema(), request.key());
    StateViews views = new StateViews(session, io, request.target().schema());
    TakenColumns taken = TakenColumns.find(views, columns, request);
    if (taken.isAll()) {
      return taken.merged();
    }
    RowMergeResult rest = merge(views, request.with(taken.others()), columns);
    if (taken.isEmpty() || !(rest instanceof RowMergeResult.Merged merged)) {
      return rest;
    }
    try {
      return merged.and(taken.merged());
    } catch (RuntimeException e) {
      throw merged.written().discardAfter(e);
    }
  }

  private RowMergeResult merge(StateViews views, Request request, RowColumns columns) {
    DuckSession session = views.session();
    DifferingFiles files = request.files();
    boolean keyed = !request.key().isEmpty();
    ComparedRows.Relations relations =
        new ComparedRows.Relations(
            view(views, files, files.lostByTheirs()),
            views.of(files.theirsNew()),
            keyed ? "" : view(views, files, files.lostByOurs()),
            keyed ? "" : views.of(files.oursNew()),
            keyed ? "" : view(views, files, files.lost()),
            views.of(views.positioned(files.oursAffected())));
    ComparedRows compared =
        keyed
            ? keyed(views, request, columns, relations)
            : new BagRows(session, columns, request.strategies(), relations);
    if (compared.unclear().isPresent()) {
      return compared.unclear().get();
    }
    RowConflicts conflicts = compared.conflicts(request.page());
    if (conflicts.count() > 0) {
      request.kept().ifPresent(kept -> kept.write(session, compared.conflictRows()));
      return new RowMergeResult.Conflicted(conflicts);
    }
    return write(views, request, columns, compared);
  }

  /** A view of files of states, which may be none. */
  private static String view(StateViews views, DifferingFiles files, List<StateFiles> parts) {
    StateFiles none = new StateFiles(files.oursNew().state(), List.of());
    return views.of(parts.isEmpty() ? List.of(none) : parts);
  }

  private KeyedRows keyed(
      StateViews views, Request request, RowColumns columns, ComparedRows.Relations relations) {
    Optional<Path> resolutions = request.kept().flatMap(KeptConflicts::resolutions);
    AlignedRows aligned =
        new AlignedRows(
            views,
            columns,
            request.files(),
            resolutions.isPresent() || request.strategies().asksForWholeRows()
                ? AlignedRows.Cells.ALL
                : AlignedRows.Cells.CHANGED);
    boolean joinsAll = aligned.isEmpty();
    DifferingFiles joined = aligned.others();
    return new KeyedRows(
        views.session(),
        request.target().name(),
        new RowDecision(columns, request.strategies(), Resolutions.of(resolutions)),
        relations,
        new ChangedRows(
            columns,
            Optional.of(aligned),
            joinsAll ? relations.lostByTheirs() : view(views, joined, joined.lostByTheirs()),
            joinsAll ? relations.theirsNew() : views.of(joined.theirsNew()),
            relations.oursAffected()),
        () -> theirsKept(views, columns, request.files()));
  }

  private static Optional<String> theirsKept(
      StateViews views, RowColumns columns, DifferingFiles files) {
    List<StateFiles> near =
        files.theirsKept().stream()
            .map(part -> part.near(files.theirsNew(), columns))
            .filter(part -> !part.files().isEmpty())
            .toList();
    return near.isEmpty() ? Optional.empty() : Optional.of(views.of(near));
  }

  private RowMergeResult.Merged write(
      StateViews views, Request request, RowColumns columns, ComparedRows compared) {
    DuckSession session = views.session();
    SortedMap<Integer, Long> gone = gone(session, compared);
    long goneRows = gone.values().stream().mapToLong(Long::longValue).sum();
    long come = compared.rowsComing();
    List<ScanFile> affected = request.files().oursAffected().files();
    WrittenFiles written = WrittenFiles.none(io);
    if (goneRows + come > 0) {
      String rest = rest(views, request, columns, compared, gone);
      written = new DataFileWriter(request.target()).write(session, rest + compared.come());
    }
    List<ScanFile> rewritten = gone.keySet().stream().map(affected::get).toList();
    return new RowMergeResult.Merged(
        rewritten,
        written,
        new RowPlan(request.key(), request.files(), request.strategies())
            .work(compared.rowsChanged(), come, goneRows, rewritten.size(), 0));
  }

  /** How many rows go of each file of ours that loses any, by its number. */
  private static SortedMap<Integer, Long> gone(DuckSession session, ComparedRows compared) {
    return session.query(
        "SELECT file, count(*) FROM (" + compared.gone() + ") GROUP BY file",
        rows -> {
          SortedMap<Integer, Long> counts = new TreeMap<>();
          while (rows.next()) {
            counts.put(rows.getInt(1), rows.getLong(2));
          }
          return counts;
        });
  }

  /** The rows that stay of the files that lose some, if there are any, to put others behind. */
  private static String rest(
      StateViews views,
      Request request,
      RowColumns columns,
      ComparedRows compared,
      SortedMap<Integer, Long> gone) {
    List<ScanFile> affected = request.files().oursAffected().files();
    Set<Integer> partly = new TreeSet<>(gone.keySet());
    partly.removeIf(number -> affected.get(number).file().recordCount() == gone.get(number));
    return partly.isEmpty()
        ? ""
        : "SELECT %s FROM %s AS r ANTI JOIN (%s) AS g ON r.%s = g.file AND r.%s = g.pos UNION ALL "
            .formatted(
                columns.list(column -> "r." + SqlText.name(column.name())),
                views.of(views.positioned(request.files().oursAffected()).only(partly)),
                compared.gone(),
                TableRelation.FILE_NUMBER,
                TableRelation.POSITION);
  }
}
