package dev.varve.engine.history;

import dev.varve.catalog.Repository;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.query.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds the commit that broke a check, in O(log commits) queries. Safe for use by many threads.
 *
 * <p>Works on the graph of commits as {@code git bisect} does: a commit whose check does not hold
 * leaves itself and its history as suspects, one whose check holds clears itself and its history.
 * So it finds a commit within a merged branch, not only the merge. It relies on checks that stay
 * broken once they are.
 */
public final class Bisect {
  private final Repository repository;
  private final Sql sql;

  public Bisect(Repository repository, Sql sql) {
    this.repository = repository;
    this.sql = sql;
  }

  /**
   * Searches for the first bad commit.
   *
   * @param listener is told of each step as it is done
   * @throws VarveException if good is no ancestor of bad, the check does not hold at good or does
   *     at bad, or a query fails or gives something else than one boolean; the message names the
   *     commit
   */
  public Bisection run(BisectRequest request, Consumer<BisectStep> listener) {
    Commit good = load(request.good());
    Commit bad = load(request.bad());
    requireBefore(request, good, bad);
    Suspects suspects =
        new Suspects(
            repository.graph().range(good.id(), bad.id(), request.ancestry()), request.ancestry());
    int count = suspects.count();
    Check check = new Check(sql, request.sql(), request.limits());
    List<BisectStep> steps = new ArrayList<>();
    Consumer<BisectStep> told =
        step -> {
          steps.add(step);
          listener.accept(step);
        };
    requireBad(request, bad, ask(check, bad, count, told));
    requireGood(request, good, ask(check, good, count, told));
    while (suspects.count() > 1) {
      Commit middle = suspects.middle();
      boolean holds = check.holds(middle);
      if (holds) {
        suspects.good(middle);
      } else {
        suspects.bad(middle);
      }
      told.accept(new BisectStep(middle, holds, suspects.count()));
    }
    return new Bisection(suspects.newest(), count, steps);
  }

  private static boolean ask(Check check, Commit commit, int suspects, Consumer<BisectStep> told) {
    boolean holds = check.holds(commit);
    told.accept(new BisectStep(commit, holds, suspects));
    return holds;
  }

  private Commit load(Revision revision) {
    return repository.commit(repository.resolve(revision).commitId());
  }

  private void requireBefore(BisectRequest request, Commit good, Commit bad) {
    if (!good.id().equals(bad.id()) && repository.graph().isAncestor(good.id(), bad.id())) {
      return;
    }
    List<ObjectId> bases = repository.graph().mergeBases(good.id(), bad.id());
    boolean before = bases.isEmpty() || bases.contains(good.id()) || bases.contains(bad.id());
    throw new VarveException(
        ErrorCode.INVALID_REQUEST,
        "cannot bisect: the bad commit '%s' was not made on the good one '%s'"
            .formatted(request.bad(), request.good()),
        before
            ? "name an earlier commit of the bad one's history as good"
            : "if the check holds where the two parted, name that as good: %s"
                .formatted(bases.get(0).abbreviate()),
        Map.of("good", good.id().hex(), "bad", bad.id().hex()),
        null);
  }

  private static void requireBad(BisectRequest request, Commit bad, boolean holds) {
    if (holds) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "cannot bisect: the check holds at the bad commit '%s'".formatted(request.bad()),
          "the query must give false there; did you swap true and false?",
          Map.of("commit", bad.id().hex()),
          null);
    }
  }

  private static void requireGood(BisectRequest request, Commit good, boolean holds) {
    if (!holds) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "cannot bisect: the check does not hold at the good commit '%s'"
              .formatted(request.good()),
          "name an earlier commit, where the query gives true",
          Map.of("commit", good.id().hex()),
          null);
    }
  }
}
