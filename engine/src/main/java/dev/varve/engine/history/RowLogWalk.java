package dev.varve.engine.history;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.varve.catalog.Repository;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.LogCursor;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.history.RowStates.Located;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types.NestedField;

/** Walks back over the commits of a table and keeps those that changed one row. */
final class RowLogWalk {
  private final RowStates states;
  private final CommitQueue queue;
  private final List<RowCommit> found = new ArrayList<>();

  RowLogWalk(Repository repository, RowStates states, ObjectId at, Optional<LogCursor> from) {
    this.states = states;
    this.queue = new CommitQueue(repository);
    Collection<ObjectId> first = from.map(LogCursor::frontier).orElse(List.of(at));
    first.forEach(queue::add);
  }

  RowLog read(int limit, int maxCommits) {
    int looked = 0;
    while (!queue.isEmpty() && found.size() < limit && looked < maxCommits) {
      look(queue.next());
      looked++;
    }
    return new RowLog(found, queue.cursor(), looked, states.filesRead());
  }

  private void look(Commit commit) {
    Optional<Located> here = states.find(commit.id());
    if (here.isEmpty()) {
      return;
    }
    List<ObjectId> parents = commit.parents();
    Optional<RowStep> first = Optional.empty();
    for (ObjectId parent : parents) {
      RowStep step = states.compare(states.find(parent), here.get());
      if (step.isSame()) {
        queue.add(parent);
        return;
      }
      first = first.or(() -> Optional.of(step));
    }
    // No side of a merge has the row as it is here: all of them have a part in it.
    first
        .or(() -> Optional.of(states.compare(Optional.empty(), here.get())))
        .filter(step -> !step.isSame())
        .ifPresent(step -> found.add(told(commit, step)));
    parents.forEach(queue::add);
  }

  private RowCommit told(Commit commit, RowStep step) {
    List<NestedField> columns = states.columns();
    return new RowCommit(
        commit,
        step.changed().stream().map(at -> columns.get(at).name()).toList(),
        step.before().map(this::json),
        step.after().map(this::json));
  }

  private String json(List<String> row) {
    List<String> fields = new ArrayList<>();
    for (int at = 0; at < row.size(); at++) {
      fields.add(TextNode.valueOf(states.columns().get(at).name()).toString() + ":" + row.get(at));
    }
    return fields.stream().collect(Collectors.joining(",", "{", "}"));
  }
}
