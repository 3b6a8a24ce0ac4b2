package dev.varve.engine.diff;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Difference;
import dev.varve.catalog.tree.Key;
import dev.varve.engine.table.LoadedView;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Views;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.view.SQLViewRepresentation;
import org.apache.iceberg.view.ViewMetadata;

/**
 * How one view differs between two commits.
 *
 * @param view its name after, or before if it is gone
 * @param renamedFrom its name before, if that was another
 * @param values its texts as {@code sql.<dialect>}, and its properties as {@code properties.<name>}
 */
public record ViewDiff(
    TableName view,
    ChangeKind kind,
    Optional<TableName> renamedFrom,
    SortedMap<String, ValueChange> values) {

  /** The views among what differs between two commits, in the order of their names. */
  static List<ViewDiff> of(
      Views views, ObjectId from, ObjectId to, Collection<Difference> differences) {
    Map<String, LoadedView> before = new TreeMap<>();
    Map<String, LoadedView> after = new TreeMap<>();
    for (Difference difference : differences) {
      difference
          .before()
          .filter(ViewDiff::isView)
          .ifPresent(it -> before.put(it.id().toString(), load(views, from, difference.key())));
      difference
          .after()
          .filter(ViewDiff::isView)
          .ifPresent(it -> after.put(it.id().toString(), load(views, to, difference.key())));
    }
    List<ViewDiff> found = new ArrayList<>();
    after.forEach((id, view) -> found.add(between(Optional.ofNullable(before.remove(id)), view)));
    before.values().forEach(view -> found.add(removed(view)));
    found.sort(Comparator.comparing(ViewDiff::view).thenComparing(ViewDiff::kind));
    return found;
  }

  private static LoadedView load(Views views, ObjectId commit, Key key) {
    return views.find(commit, new TableName(key)).orElseThrow();
  }

  private static boolean isView(Content content) {
    return content.type().equals(ContentType.ICEBERG_VIEW);
  }

  private static ViewDiff between(Optional<LoadedView> before, LoadedView after) {
    Optional<TableName> other =
        before.map(LoadedView::name).filter(name -> !name.equals(after.name()));
    ChangeKind kind =
        before.isEmpty()
            ? ChangeKind.ADDED
            : other.isPresent() ? ChangeKind.RENAMED : ChangeKind.CHANGED;
    Map<String, String> was = before.map(view -> values(view.metadata())).orElseGet(TreeMap::new);
    return new ViewDiff(
        after.name(), kind, other, ValueChange.between(was, values(after.metadata())));
  }

  private static ViewDiff removed(LoadedView view) {
    return new ViewDiff(
        view.name(),
        ChangeKind.REMOVED,
        Optional.empty(),
        ValueChange.between(values(view.metadata()), new TreeMap<>()));
  }

  private static SortedMap<String, String> values(ViewMetadata metadata) {
    SortedMap<String, String> values = new TreeMap<>();
    metadata.properties().forEach((name, value) -> values.put("properties." + name, value));
    metadata.currentVersion().representations().stream()
        .filter(SQLViewRepresentation.class::isInstance)
        .map(SQLViewRepresentation.class::cast)
        .forEach(text -> values.put("sql." + text.dialect(), text.sql()));
    return values;
  }
}
