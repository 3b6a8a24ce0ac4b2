package dev.varve.engine.prepared;

import dev.varve.catalog.Repository;
import dev.varve.catalog.error.RefMovedException;
import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a rebase has to do.
 *
 * @param head where the branch stands
 * @param target where its commits go
 * @param own its own commits by first parents, the oldest first
 */
record RebasePlan(ObjectId head, ObjectId target, List<Commit> own) {
  /** What a commit says of a merge that was prepared is not true of one that is made of it. */
  private static final Set<String> NOT_COPIED =
      Set.of(Intent.PROPERTY, KeptConflict.PROPERTY, PreparedMerges.RESOLUTIONS);

  RebasePlan {
    own = List.copyOf(own);
  }

  static RebasePlan of(
      Repository repository, RefName branch, Revision onto, Optional<ObjectId> expectedHead) {
    ObjectId head =
        repository
            .refs()
            .find(branch, RefKind.BRANCH)
            .orElseThrow(() -> repository.refs().notFound(branch))
            .commitId();
    if (expectedHead.isPresent() && !expectedHead.get().equals(head)) {
      throw new RefMovedException(
          branch.text(), expectedHead.get().abbreviate(), head.abbreviate());
    }
    return of(repository, head, repository.resolve(onto).commitId());
  }

  static RebasePlan of(Repository repository, ObjectId head, ObjectId target) {
    List<Commit> own =
        new ArrayList<>(repository.graph().range(target, head, Ancestry.FIRST_PARENT));
    Collections.reverse(own);
    return new RebasePlan(head, target, own);
  }

  /** The parent that a commit's change is seen from: a merge becomes what it brought. */
  static OptionalInt mainline(Commit original) {
    return original.parents().size() > 1 ? OptionalInt.of(1) : OptionalInt.empty();
  }

  /** The properties that a commit keeps when it is done again. */
  static SortedMap<String, String> properties(Commit original) {
    SortedMap<String, String> kept = new TreeMap<>(original.properties());
    kept.keySet().removeAll(NOT_COPIED);
    return kept;
  }
}
