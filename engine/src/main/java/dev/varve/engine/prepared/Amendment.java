package dev.varve.engine.prepared;

import dev.varve.catalog.CommitRequest;
import dev.varve.catalog.Repository;
import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the newest commit of a branch of one's own again, with other properties. */
final class Amendment {
  private final Repository repository;

  Amendment(Repository repository) {
    this.repository = repository;
  }

  /**
   * Puts a commit with the same state, parent, author and message in the place of another. Between
   * the two the branch stands at the parent.
   *
   * @param commit where the branch stands; it has one parent
   * @param properties to be put into it
   * @return what was made
   */
  Commit amend(
      RefName branch, Commit commit, Map<String, String> properties, Author who, String why) {
    ObjectId parent = commit.firstParent().orElseThrow();
    List<KeyChange> changes = new ArrayList<>();
    repository
        .tree(parent)
        .diff(repository.tree(commit.id()))
        .forEachRemaining(difference -> changes.add(change(difference)));
    repository.reset(branch, parent, Optional.of(commit.id()), who, why);
    return repository
        .commit(
            new CommitRequest(
                branch,
                new CommitDetails(
                        commit.message(), commit.author(), commit.committer(), commit.properties())
                    .withProperties(properties),
                changes,
                List.of(),
                Optional.of(parent)))
        .commit();
  }

  private KeyChange change(Difference difference) {
    if (difference.after().isEmpty()) {
      return new KeyChange.Delete(difference.key(), difference.before().orElseThrow());
    }
    Content after = difference.after().get();
    return new KeyChange.Put(
        difference.key(), difference.before(), after.type(), after.id(), repository.value(after));
  }
}
