package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.LogWalk;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares what was acknowledged with what is there after a kill.
 *
 * <p>What one check has found on {@code main} the next takes for granted below the head that it was
 * found from, if that head is still on {@code main}: a commit's id says what its ancestors are. So
 * a check costs what was written since the last one, and a look at every ref and reflog. What a
 * kill might do to objects that were there long before it, only a new {@code Survivors} sees.
 */
final class Survivors {
  private final Wholeness wholeness = new Wholeness();

  /** How many commits of main lie below each. */
  private final Map<ObjectId, Integer> heights = new HashMap<>();

  private final Map<String, Integer> lastOfThread = new HashMap<>();
  private Optional<ObjectId> head = Optional.empty();
  private int checked;

  /**
   * Requires that all of it is there, each thread's commits in the order in which it made them.
   *
   * @param all what was acknowledged, which begins with what the last check was given
   */
  void check(Repository lake, List<Acknowledged> all, String when) {
    wholeness.checkRest(lake);
    climb(lake, when);
    for (Acknowledged one : all.subList(checked, all.size())) {
      if (one.kind() == Acknowledged.Kind.COMMIT) {
        checkCommit(one, when);
      }
    }
    checked = all.size();
    for (Acknowledged one : all) {
      if (one.kind() == Acknowledged.Kind.BRANCH) {
        assertThat(lake.refs().find(RefName.parse(one.name())).map(Ref::commitId))
            .as("%s: branch %s", when, one.name())
            .contains(one.commit());
      }
    }
    assertThat(lake.refs().reflogSize(RefName.MAIN))
        .as("%s: one entry of the reflog a commit", when)
        .isEqualTo(heights.size());
  }

  /** Reads what was committed to main since the last check. */
  private void climb(Repository lake, String when) {
    ObjectId now = lake.refs().load(RefName.MAIN).commitId();
    List<ObjectId> added = new ArrayList<>();
    Optional<ObjectId> reached = Optional.empty();
    LogWalk log = lake.graph().log(List.of(now), Ancestry.FIRST_PARENT);
    while (reached.isEmpty() && log.hasNext()) {
      Commit commit = log.next();
      if (heights.containsKey(commit.id())) {
        reached = Optional.of(commit.id());
      } else {
        added.add(commit.id());
      }
    }
    assertThat(reached).as("%s: main grew from where it stood", when).isEqualTo(head);
    for (int i = added.size() - 1; i >= 0; i--) {
      heights.put(added.get(i), heights.size());
    }
    head = Optional.of(now);
  }

  private void checkCommit(Acknowledged one, String when) {
    Integer height = heights.get(one.commit());
    assertThat(height).as("%s: the commit %s is there", when, one).isNotNull();
    Integer before = lastOfThread.put(one.name(), height);
    assertThat(before == null || before < height).as("%s: %s is in order", when, one).isTrue();
  }
}
