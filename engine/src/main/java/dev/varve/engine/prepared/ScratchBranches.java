package dev.varve.engine.prepared;

import dev.varve.catalog.Repository;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.ReflogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The branches {@code merge/N}. A number is never used twice: its reflog tells one story. */
final class ScratchBranches {
  private static final int PAGE = 1_000;

  /**
   * How many commits somebody may make on a prepared merge before it is a branch like others: an
   * engine that merges rows makes one or two for each table.
   */
  private static final int MAX_OWN_COMMITS = 1_000;

  /** Why one is deleted that somebody abandons. */
  static final String ABANDONED = "abandon";

  private final Repository repository;

  ScratchBranches(Repository repository) {
    this.repository = repository;
  }

  /** A new branch of the next number. */
  Ref create(ObjectId at, Author who, String why) {
    for (long number = next(); ; number++) {
      try {
        return repository.createBranch(name(number), at, who, why);
      } catch (VarveException e) {
        if (e.code() != ErrorCode.REF_EXISTS) {
          throw e;
        }
      }
    }
  }

  /** The first number without a reflog; numbers are given out one after the other. */
  private long next() {
    long used = 0;
    long free = 1;
    while (repository.refs().reflogSize(name(free)) > 0) {
      used = free;
      free *= 2;
    }
    while (free - used > 1) {
      long middle = (used + free) >>> 1;
      if (repository.refs().reflogSize(name(middle)) > 0) {
        used = middle;
      } else {
        free = middle;
      }
    }
    return free;
  }

  private static RefName name(long number) {
    return RefName.parse(PreparedMerges.PREFIX + number);
  }

  /** How a prepared merge that is gone went: {@code published to 'main' as 3f2a91c0}. */
  Optional<String> fate(RefName name) {
    if (!name.text().startsWith(PreparedMerges.PREFIX)) {
      return Optional.empty();
    }
    return repository.refs().reflog(name, 0, 1).stream()
        .findFirst()
        .filter(entry -> entry.after().isEmpty())
        .map(ScratchBranches::fate);
  }

  private static String fate(ReflogEntry deleted) {
    if (deleted.why().equals(ABANDONED)) {
      return "abandoned";
    }
    return deleted.why().startsWith("published to ")
        ? deleted.why() + deleted.before().map(it -> " as " + it.abbreviate()).orElse("")
        : "given up, because " + deleted.why();
  }

  void delete(RefName name, Author who, String why) {
    repository.deleteRef(name, RefKind.BRANCH, Optional.empty(), who, why);
  }

  /** All of them, in the order of their names. */
  List<Ref> list() {
    List<Ref> all = new ArrayList<>();
    Optional<RefName> after = Optional.empty();
    List<Ref> page;
    do {
      page = repository.refs().list(RefKind.BRANCH, PreparedMerges.PREFIX, after, PAGE);
      all.addAll(page);
      after = page.isEmpty() ? after : Optional.of(page.get(page.size() - 1).name());
    } while (page.size() == PAGE);
    return all;
  }

  /**
   * The newest commit that the preparation made, even if somebody committed on top of it since;
   * empty if it has not come so far, or died before.
   */
  Optional<Commit> prepared(Ref scratch) {
    return prepared(repository.commit(scratch.commitId()), start(scratch.name()));
  }

  /** The newest commit that a preparation made, on or below a commit of its branch. */
  Optional<Commit> prepared(Commit head) {
    return prepared(head, Optional.empty());
  }

  /** Where a branch was created: a merge published earlier may stand there, and is none of it. */
  private Optional<ObjectId> start(RefName name) {
    long moves = repository.refs().reflogSize(name);
    return repository.refs().reflog(name, Math.max(moves - 1, 0), 1).stream()
        .findFirst()
        .flatMap(ReflogEntry::after);
  }

  private Optional<Commit> prepared(Commit head, Optional<ObjectId> start) {
    Commit commit = head;
    for (int i = 0; i < MAX_OWN_COMMITS; i++) {
      if (start.isPresent() && start.get().equals(commit.id())) {
        return Optional.empty();
      }
      if (Intent.of(commit).isPresent()) {
        return Optional.of(commit);
      }
      if (commit.firstParent().isEmpty()) {
        return Optional.empty();
      }
      commit = repository.commit(commit.firstParent().get());
    }
    return Optional.empty();
  }
}
