package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.Parameters.REPOSITORY_PATH;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.Lake;
import dev.varve.engine.diff.ChangeKind;
import dev.varve.engine.diff.DiffReport;
import dev.varve.engine.diff.RowChange;
import dev.varve.engine.diff.RowDiff;
import dev.varve.engine.diff.RowPage;
import dev.varve.engine.diff.TableDiff;
import dev.varve.engine.diff.ViewDiff;
import dev.varve.engine.layout.TypeText;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import dev.varve.server.api.TableChangeView.ColumnSummaryView;
import dev.varve.server.api.TableChangeView.ColumnView;
import dev.varve.server.api.TableChangeView.RowView;
import dev.varve.server.api.TableChangeView.RowsView;
import dev.varve.server.http.Cursor;
import dev.varve.server.http.Doc;
import dev.varve.server.http.Page;
import dev.varve.server.http.Parameter;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.lake.Lakes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** What differs between two states: of any two, or of a commit and the one it was made on. */
final class Diff {
  private static final String GROUP = "history";
  private static final Parameter<Revision> FROM =
      Parameter.query("from", Revision::parse, "The state before.").always();
  private static final Parameter<Revision> TO =
      Parameter.query("to", Revision::parse, "The state after.").always();
  private static final Parameter<TableName> TABLE =
      Parameter.query("table", TableName::parse, "Only this table, by its name after.");
  private static final Parameter<Boolean> ROWS =
      Parameter.flag("rows", "Give the rows too, 'limit' of them per table.");
  private static final Parameter<Integer> ROW_OFFSET =
      Parameter.integer(
              "rowOffset", 0, Integer.MAX_VALUE, "With 'rows': how many rows to skip per table.")
          .orElse("0");
  private static final Parameter<Revision> REV =
      Parameter.path("rev", Revision::parse, "The commit; slashes may be written as they are.");

  private final Lakes lakes;

  Diff(Lakes lakes) {
    this.lakes = lakes;
  }

  /** A commit and what it changed. */
  @Doc("A commit and what it changed, seen from its first parent.")
  record CommitChanges(CommitView commit, List<TableChangeView> changes) {}

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, REPOSITORY_PATH + "/commits/<rev>", "getCommit")
            .group(GROUP)
            .summary("Shows a commit and what it changed, seen from its first parent.")
            .takes(REPO, REV)
            .answers(200, CommitChanges.class, "The commit.")
            .handledBy(this::show),
        Route.of(Method.GET, REPOSITORY_PATH + "/diff", "diff")
            .group(GROUP)
            .summary("Lists what differs between two states.")
            .cost(Route.Cost.HEAVY)
            .takes(REPO, FROM, TO, TABLE, ROWS, ROW_OFFSET)
            .pages(
                TableChangeView.class, "Tables and views that differ, in the order of their names.")
            .handledBy(this::diff));
  }

  private Reply show(Request request) {
    Lake lake = lakes.lake(request.get(REPO));
    Commit commit =
        lake.repository().commit(lake.repository().resolve(request.get(REV)).commitId());
    List<Change> changes =
        commit
            .firstParent()
            .map(parent -> Change.all(lake.diffs().diff(parent, commit.id())))
            .orElse(List.of());
    return Reply.ok(
        new CommitChanges(
            CommitView.of(commit, new RefLabels(lake.repository()).at(commit.id())),
            changes.stream().map(it -> it.view(table -> Optional.empty())).toList()));
  }

  private Reply diff(Request request) {
    Lake lake = lakes.lake(request.get(REPO));
    ObjectId from = lake.repository().resolve(request.get(FROM)).commitId();
    ObjectId to = lake.repository().resolve(request.get(TO)).commitId();
    int limit = request.get(Page.LIMIT);
    List<Change> diffs =
        request
            .find(TABLE)
            .map(name -> lake.diffs().diff(from, to, name).stream().map(Change::of).toList())
            .orElseGet(() -> Change.all(lake.diffs().diff(from, to)));
    Optional<String> after = request.find(Page.AFTER).map(Cursor::last);
    List<Change> rest =
        diffs.stream().filter(it -> after.isEmpty() || it.isAfter(after.get())).toList();
    RowPage rows = new RowPage(request.get(ROW_OFFSET), limit);
    boolean withRows = request.get(ROWS);
    return Reply.ok(
        Pages.of(
            rest,
            limit,
            Change::place,
            it ->
                it.view(
                    table ->
                        withRows
                            ? Optional.of(rows(lake, from, to, table, rows))
                            : Optional.empty())));
  }

  /** A table or view that differs; one of the two is there. */
  private record Change(
      TableName name, ChangeKind kind, Optional<TableDiff> table, Optional<ViewDiff> ofView) {

    static Change of(TableDiff diff) {
      return new Change(diff.table(), diff.kind(), Optional.of(diff), Optional.empty());
    }

    static Change of(ViewDiff diff) {
      return new Change(diff.view(), diff.kind(), Optional.empty(), Optional.of(diff));
    }

    /** In the order of names, of which one may come twice: dropped, and then given to another. */
    static List<Change> all(DiffReport report) {
      return Stream.concat(
              report.tables().stream().map(Change::of), report.views().stream().map(Change::of))
          .sorted(Comparator.comparing(Change::name).thenComparing(Change::kindName))
          .toList();
    }

    private String kindName() {
      return kind.name();
    }

    String place() {
      return kind.name() + " " + name;
    }

    boolean isAfter(String place) {
      String[] parts = place.split(" ", 2);
      int order = name.compareTo(TableName.parse(parts[parts.length - 1]));
      return order > 0 || (order == 0 && kind.name().compareTo(parts[0]) > 0);
    }

    TableChangeView view(Function<TableName, Optional<RowsView>> rows) {
      return table
          .map(diff -> TableChangeView.of(diff, rows.apply(diff.table())))
          .orElseGet(() -> TableChangeView.of(ofView.orElseThrow()));
    }
  }

  private static RowsView rows(
      Lake lake, ObjectId from, ObjectId to, TableName table, RowPage page) {
    RowDiff diff = lake.diffs().rows(from, to, table, page);
    List<ColumnView> columns =
        lake.tables()
            .find(to, table)
            .or(() -> lake.tables().find(from, table))
            .map(Diff::columns)
            .orElse(List.of());
    return new RowsView(
        diff.added(),
        diff.removed(),
        diff.changed(),
        diff.filesRead(),
        columns,
        diff.columns().stream().map(ColumnSummaryView::of).toList(),
        diff.rows().stream().map(row -> row(row, columns)).toList(),
        page.offset() + diff.rows().size() < diff.total());
  }

  private static List<ColumnView> columns(LoadedTable table) {
    return table.metadata().schema().columns().stream()
        .map(field -> new ColumnView(field.name(), TypeText.print(field.type())))
        .toList();
  }

  private static RowView row(RowChange row, List<ColumnView> columns) {
    return new RowView(
        row.kind().name().toLowerCase(Locale.ROOT),
        values(row.before(), columns),
        values(row.after(), columns));
  }

  private static List<JsonNode> values(Optional<String> row, List<ColumnView> columns) {
    if (row.isEmpty()) {
      return List.of();
    }
    JsonNode values = RowJson.of(row.get());
    List<JsonNode> cells = new ArrayList<>();
    for (ColumnView column : columns) {
      JsonNode cell = values.get(column.name());
      cells.add(cell == null ? NullNode.getInstance() : cell);
    }
    return cells;
  }
}
