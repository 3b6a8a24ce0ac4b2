package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.FaultyStore.Fault;
import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.merge.ContentMerger;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.store.MemoryStore;
import dev.varve.catalog.tree.ContentId;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Fails each call to the store in turn: after every step the state is that before it or after it.
 */
class FaultTest {
  private static final ContentId TABLE = new ContentId(new UUID(7, 7));

  private static final List<Consumer<Repository>> STEPS =
      List.of(
          lake -> new History(lake).commit("main").put("t", "a").put("u", "b").apply(),
          lake -> new History(lake).branch("dev", "main"),
          lake ->
              new History(lake)
                  .commit("dev")
                  .put("t", "c")
                  .raise(new CounterRaise(TABLE, "rows", 0, 5))
                  .apply(),
          lake -> new History(lake).commit("main").remove("u").apply(),
          lake -> {
            History history = new History(lake);
            lake.merge(
                history.merge("dev", "main", MergeMode.FAST_FORWARD_OR_MERGE),
                ContentMerger.CONFLICT);
          },
          lake -> lake.renameBranch(RefName.parse("dev"), RefName.parse("done"), History.ADA),
          lake -> new History(lake).tag("v1", "main"),
          lake -> new History(lake).delete("done"));

  @ParameterizedTest
  @EnumSource
  void everyStepIsDoneWhollyOrNotAtAll(Fault fault) {
    for (int step = 0; step < STEPS.size(); step++) {
      int call = 1;
      while (failsWholly(step, fault, call)) {
        call++;
      }
      assertThat(call).as("the step %d makes calls of this kind", step).isGreaterThan(1);
    }
  }

  /** Runs a step whose n-th call fails; false if it makes fewer calls. */
  private static boolean failsWholly(int step, Fault fault, int call) {
    MemoryStore memory = new MemoryStore();
    FaultyStore store = new FaultyStore(memory);
    Catalog catalog = open(store);
    try {
      Repository lake = catalog.create(RepositoryName.LAKE);
      STEPS.subList(0, step).forEach(before -> before.accept(lake));
      Map<String, Object> before = state(lake);
      // A new catalog has empty caches, so that every read is one of the store.
      catalog.close();
      catalog = open(store);
      Repository reopened = catalog.repository(RepositoryName.LAKE);

      store.failAt(fault, call);
      boolean failed = fails(STEPS.get(step), reopened);
      boolean reached = store.hasFailed();
      store.heal();
      Map<String, Object> after = state(reopened);
      assertThat(failed).isEqualTo(reached);
      assertThat(after.equals(before)).isEqualTo(failed && fault != Fault.WRITE_DONE);
      Wholeness.check(reopened);
      if (failed && fault != Fault.WRITE_DONE) {
        STEPS.get(step).accept(reopened);
        assertThat(state(reopened)).isNotEqualTo(before);
        Wholeness.check(reopened);
      }
      return reached;
    } finally {
      catalog.close();
    }
  }

  private static boolean fails(Consumer<Repository> step, Repository lake) {
    try {
      step.accept(lake);
      return false;
    } catch (VarveException e) {
      assertThat(e.code()).isIn(ErrorCode.STORE_FAILED, ErrorCode.OUTCOME_UNKNOWN);
      return true;
    }
  }

  /** What can be seen of a repository: what its refs hold, and its counters. */
  private static Map<String, Object> state(Repository lake) {
    Map<String, Object> state = new TreeMap<>();
    History history = new History(lake);
    for (String name : List.of("main", "dev", "done", "v1")) {
      lake.refs()
          .find(RefName.parse(name))
          .ifPresent(ref -> state.put(name, history.tables(ref.commitId())));
      state.put(name + " moves", lake.refs().reflogSize(RefName.parse(name)));
    }
    state.put("rows", lake.counter(TABLE, "rows"));
    return state;
  }

  private static Catalog open(FaultyStore store) {
    return Catalog.open(store, CatalogSettings.defaults(), InstantSource.system());
  }
}
