package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.ReflogEntry;
import dev.varve.catalog.tree.Entry;
import dev.varve.catalog.tree.Tree;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Checks that a repository is whole: all that its refs lead to is there, and reflogs agree.
 *
 * <p>It remembers the commits that it has read with everything below them, so that each is read
 * once however many refs lead to it, and a later check reads what was added since.
 */
final class Wholeness {
  /** Commits that are whole, and with each all of its ancestors. */
  private final Set<ObjectId> commits = new HashSet<>();

  private final Set<ObjectId> values = new HashSet<>();

  /** Checks all of a repository. */
  static void check(Repository repository) {
    new Wholeness().checkRest(repository);
  }

  /** Checks all refs and reflogs, and those commits that no earlier check of this has read. */
  void checkRest(Repository repository) {
    for (RefKind kind : RefKind.values()) {
      for (Ref ref : repository.refs().list(kind, "", Optional.empty(), Integer.MAX_VALUE)) {
        checkHistory(repository, ref.commitId());
        checkReflog(repository, ref.name(), Optional.of(ref.commitId()));
      }
    }
  }

  /**
   * @param end where the ref stands, or empty if it was deleted
   */
  static void checkReflog(Repository repository, RefName name, Optional<ObjectId> end) {
    List<ReflogEntry> entries = repository.refs().reflog(name, 0, Integer.MAX_VALUE);
    Optional<ObjectId> expected = end;
    for (int i = 0; i < entries.size(); i++) {
      assertThat(entries.get(i).index()).isEqualTo(i);
      assertThat(entries.get(i).after()).as("reflog of '%s' at %d", name, i).isEqualTo(expected);
      expected = entries.get(i).before();
    }
    assertThat(expected).as("the reflog of '%s' begins with its creation", name).isEmpty();
  }

  private void checkHistory(Repository repository, ObjectId head) {
    Deque<ObjectId> left = new ArrayDeque<>(List.of(head));
    while (!left.isEmpty()) {
      ObjectId id = left.pop();
      if (commits.add(id)) {
        Commit commit = repository.commit(id);
        assertThat(commit.id()).isEqualTo(id);
        checkTree(repository, commit);
        left.addAll(commit.parents());
      }
    }
  }

  private void checkTree(Repository repository, Commit commit) {
    Tree tree = repository.tree(commit.id());
    Iterator<Entry> entries = tree.entries();
    long size = 0;
    while (entries.hasNext()) {
      Entry entry = entries.next();
      size++;
      if (values.add(entry.content().value())) {
        assertThat(repository.value(entry.content())).isNotNull();
      }
    }
    assertThat(tree.size()).isEqualTo(size);
  }
}
