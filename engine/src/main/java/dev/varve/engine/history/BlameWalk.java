package dev.varve.engine.history;

import dev.varve.catalog.Repository;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.history.RowStates.Located;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Hands each cell of a row back to the commit that it came from, until one of them wrote it. */
final class BlameWalk {
  private final RowStates states;
  private final CommitQueue queue;
  private final List<String> row;
  private final Map<ObjectId, TreeSet<Integer>> cells = new HashMap<>();
  private final Commit[] writers;
  private long looked;

  BlameWalk(Repository repository, RowStates states, Located start, List<String> row) {
    this.states = states;
    this.queue = new CommitQueue(repository);
    this.row = row;
    this.writers = new Commit[row.size()];
    IntStream.range(0, row.size()).forEach(cell -> pass(cell, start.commit()));
  }

  RowBlame run() {
    while (!queue.isEmpty()) {
      look(queue.next());
      looked++;
    }
    List<RowBlame.Cell> blamed = new ArrayList<>();
    for (int at = 0; at < row.size(); at++) {
      blamed.add(new RowBlame.Cell(states.columns().get(at).name(), row.get(at), writers[at]));
    }
    return new RowBlame(blamed, looked, states.filesRead());
  }

  private void look(Commit commit) {
    TreeSet<Integer> left = cells.remove(commit.id());
    Located here = states.find(commit.id()).orElseThrow();
    for (ObjectId parent : commit.parents()) {
      Optional<Located> there = left.isEmpty() ? Optional.empty() : states.find(parent);
      if (there.isPresent()) {
        RowStep step = states.compare(there, here);
        left.removeIf(
            cell -> {
              if (!step.wrote(cell)) {
                pass(cell, parent);
                return true;
              }
              return false;
            });
      }
    }
    left.forEach(cell -> writers[cell] = commit);
  }

  private void pass(int cell, ObjectId commit) {
    cells.computeIfAbsent(commit, id -> new TreeSet<>()).add(cell);
    queue.add(commit);
  }
}
