package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.ReflogEntry;
import dev.varve.catalog.tree.Entry;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks that a repository is whole: all that its refs lead to is there, and reflogs agree. */
final class Wholeness {
  private Wholeness() {}

  static void check(Repository repository) {
    Set<ObjectId> values = new HashSet<>();
    for (RefKind kind : RefKind.values()) {
      for (Ref ref : repository.refs().list(kind, "", Optional.empty(), Integer.MAX_VALUE)) {
        checkHistory(repository, ref.commitId(), values);
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

  private static void checkHistory(Repository repository, ObjectId head, Set<ObjectId> values) {
    Iterator<Commit> log = repository.graph().log(List.of(head), Ancestry.ALL);
    while (log.hasNext()) {
      Commit commit = log.next();
      assertThat(repository.commit(commit.id())).isEqualTo(commit);
      Iterator<Entry> entries = repository.tree(commit.id()).entries();
      long size = 0;
      while (entries.hasNext()) {
        Entry entry = entries.next();
        size++;
        if (values.add(entry.content().value())) {
          assertThat(repository.value(entry.content())).isNotNull();
        }
      }
      assertThat(repository.tree(commit.id()).size()).isEqualTo(size);
    }
  }
}
