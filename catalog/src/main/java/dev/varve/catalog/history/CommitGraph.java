package dev.varve.catalog.history;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.object.ObjectId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * How commits follow from one another. Safe for use by many threads.
 *
 * <p>All walks go from high generation to low, so a commit is reached after every commit that was
 * made on it. A question about two commits therefore ends as soon as the walk is below the older of
 * them, and reads nothing of the history before that.
 */
public final class CommitGraph {
  private final Consumer<ObjectId> known;
  private final Function<ObjectId, Commit> commits;

  /**
   * @param known throws if there is no commit of an id; asked of those that a caller names
   * @param commits loads a commit that is there, such as another one's parent
   */
  public CommitGraph(Consumer<ObjectId> known, Function<ObjectId, Commit> commits) {
    this.known = known;
    this.commits = commits;
  }

  /**
   * Walks from these commits back to the root, the newest first.
   *
   * @throws VarveException with {@link ErrorCode#COMMIT_NOT_FOUND}
   */
  public LogWalk log(Collection<ObjectId> from, Ancestry ancestry) {
    from.forEach(known);
    return new LogWalk(commits, from, ancestry);
  }

  /**
   * Walks on from where another walk was left.
   *
   * @throws VarveException with {@link ErrorCode#INVALID_REQUEST} if the cursor names a commit that
   *     is not there, which no walk does
   */
  public LogWalk log(LogCursor cursor, Ancestry ancestry) {
    try {
      return log(cursor.frontier(), ancestry);
    } catch (VarveException e) {
      throw e.code() == ErrorCode.COMMIT_NOT_FOUND ? cursor.foreign(e) : e;
    }
  }

  /**
   * Whether {@code ancestor} is {@code descendant} or one of the commits that it was made on.
   *
   * @throws VarveException with {@link ErrorCode#COMMIT_NOT_FOUND}
   */
  public boolean isAncestor(ObjectId ancestor, ObjectId descendant) {
    known.accept(ancestor);
    known.accept(descendant);
    long lowest = commits.apply(ancestor).generation();
    LogWalk walk = new LogWalk(commits, List.of(descendant), Ancestry.ALL);
    while (walk.mayReach(lowest)) {
      if (walk.next().id().equals(ancestor)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The commits that lead to {@code from} and not to {@code excluded}, the newest first. Costs what
   * it gives, and the history of {@code excluded} down to where the two meet.
   *
   * @param ancestry which parents to follow from {@code from}
   * @throws VarveException with {@link ErrorCode#COMMIT_NOT_FOUND}
   */
  public List<Commit> range(ObjectId excluded, ObjectId from, Ancestry ancestry) {
    known.accept(excluded);
    known.accept(from);
    return new CommitRange(commits, ancestry).between(excluded, from);
  }

  /**
   * The best common ancestors: those that are no ancestor of another one, in the order of the walk.
   * One as a rule, several in criss-cross histories, none if the histories never met.
   *
   * @throws VarveException with {@link ErrorCode#COMMIT_NOT_FOUND}
   */
  public List<ObjectId> mergeBases(ObjectId one, ObjectId other) {
    return mergeBases(List.of(one), other);
  }

  /**
   * The best common ancestors of {@code other} and of a merge of all of {@code heads} that was not
   * made.
   *
   * @throws VarveException with {@link ErrorCode#COMMIT_NOT_FOUND}
   */
  public List<ObjectId> mergeBases(Collection<ObjectId> heads, ObjectId other) {
    heads.forEach(known);
    known.accept(other);
    return new BaseSearch().run(heads, other);
  }

  /**
   * Paints commits with the sides that they are reached from. A commit of both colours is a base,
   * and what lies below it is stale. Since a commit's colours are complete when the walk gets to
   * it, a commit of both colours that is not stale is a best one, and no second pass is needed.
   */
  private final class BaseSearch {
    private static final int ONE = 1;
    private static final int OTHER = 2;
    private static final int BOTH = ONE | OTHER;
    private static final int STALE = 4;

    private final Map<ObjectId, Integer> colours = new HashMap<>();
    private final PriorityQueue<Commit> queue = new PriorityQueue<>(LogWalk.NEWEST_FIRST);

    /** Queued commits that are not stale; when there are none, no more bases can follow. */
    private int fresh;

    List<ObjectId> run(Collection<ObjectId> heads, ObjectId other) {
      heads.forEach(head -> paint(head, ONE));
      paint(other, OTHER);
      List<ObjectId> bases = new ArrayList<>();
      while (fresh > 0) {
        Commit commit = queue.remove();
        int colour = colours.remove(commit.id());
        if (isFresh(colour)) {
          fresh--;
        }
        if (colour == BOTH) {
          bases.add(commit.id());
          colour |= STALE;
        }
        for (ObjectId parent : commit.parents()) {
          paint(parent, colour);
        }
      }
      return bases;
    }

    private void paint(ObjectId id, int colour) {
      Integer known = colours.get(id);
      if (known == null) {
        queue.add(commits.apply(id));
      } else if (isFresh(known)) {
        fresh--;
      }
      int painted = known == null ? colour : known | colour;
      colours.put(id, painted);
      if (isFresh(painted)) {
        fresh++;
      }
    }

    private static boolean isFresh(int colour) {
      return (colour & STALE) == 0;
    }
  }
}
