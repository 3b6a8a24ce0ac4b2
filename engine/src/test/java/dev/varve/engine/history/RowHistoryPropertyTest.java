package dev.varve.engine.history;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.ingest.IngestFixture;
import dev.varve.engine.ingest.IngestMode;
import dev.varve.engine.ingest.IngestRequest;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.IngestSource;
import dev.varve.engine.ingest.ProgressListener;
import dev.varve.engine.merge.ConflictOptions;
import dev.varve.engine.merge.Merges;
import dev.varve.engine.merge.rows.Side;
import dev.varve.engine.table.TableName;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Histories of rows on two branches, compared with what a look at every state says. */
class RowHistoryPropertyTest {
  private static final TableName T = IngestFixture.T;
  private static final int KEYS = 5;

  @TempDir Path directory;
  private IngestFixture lake;
  private TableEdits edits;
  private Merges merges;
  private final Map<ObjectId, Map<String, List<String>>> states = new HashMap<>();

  /** One seed alone with {@code -Dvarve.seed=…}, more of them with {@code -Dvarve.seeds=…}. */
  static LongStream seeds() {
    return Optional.ofNullable(Long.getLong("varve.seed"))
        .map(LongStream::of)
        .orElseGet(() -> LongStream.range(0, Long.getLong("varve.seeds", 4)));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void logAndBlameSayWhatALookAtEveryStateSays(long seed) {
    try (IngestFixture opened = new IngestFixture(directory)) {
      lake = opened;
      edits = new TableEdits(lake.lake().tables(), lake::duck);
      Diffs diffs = new Diffs(lake.lake().tables(), lake::duck);
      merges = new Merges(lake.lake().tables(), diffs, lake::duck);
      Random random = new Random(seed);
      put(MAIN, "0,a,1\n1,b,1\n2,c,1\n");
      lake.lake().branch(EXP);
      for (int i = 0; i < 16; i++) {
        step(random, random.nextBoolean() ? MAIN : EXP);
      }
      merge(EXP, MAIN);
      RowHistory history = new RowHistory(lake.lake().tables(), lake::duck);
      ObjectId head = lake.lake().head(MAIN);
      for (int key = 0; key < KEYS; key++) {
        List<String> text = List.of(Integer.toString(key));
        assertThat(
                history.log(head, T, text, Optional.empty(), 100).commits().stream()
                    .map(it -> it.commit().id()))
            .as("log of %d, seed %d", key, seed)
            .containsExactlyInAnyOrderElementsOf(log(head, text.get(0)));
        if (state(head).containsKey(text.get(0))) {
          assertThat(history.blame(head, T, text).cells().stream().map(it -> it.commit().id()))
              .as("blame of %d, seed %d", key, seed)
              .containsExactlyElementsOf(blame(head, text.get(0)));
        }
      }
    }
  }

  private void step(Random random, RefName branch) {
    int key = random.nextInt(KEYS);
    switch (random.nextInt(6)) {
      case 0 -> edits.delete(on(branch), T, "id = " + key);
      case 1 -> put(branch, "%d,n%d,%d\n".formatted(key, random.nextInt(3), random.nextInt(3)));
      case 2 -> merge(branch.equals(MAIN) ? EXP : MAIN, branch);
      case 3 ->
          edits.update(
              on(branch), T, Map.of("b", "b"), "id >= " + key); // rewrites, changes nothing
      case 4 ->
          edits.update(on(branch), T, Map.of("a", "'" + random.nextInt(9) + "'"), "id = " + key);
      default -> edits.update(on(branch), T, Map.of("b", "b + 1"), "id >= " + key);
    }
  }

  private void put(RefName branch, String rows) {
    byte[] file = ("id,a,b\n" + rows).getBytes(StandardCharsets.UTF_8);
    IngestRequest append =
        IngestRequest.append(T, IngestSource.of(new ByteArrayInputStream(file)), on(branch));
    lake.ingest()
        .ingest(
            new IngestRequest(
                append.table(),
                append.source(),
                append.format(),
                IngestMode.UPSERT,
                new NewTable(List.of("id"), List.of(), List.of()),
                append.options()),
            ProgressListener.NONE);
  }

  private void merge(RefName from, RefName into) {
    merges.merge(
        on(into),
        Revision.of(from),
        MergeMode.NO_FAST_FORWARD,
        Optional.empty(),
        new ConflictOptions(
            Side.OURS, new TreeMap<>(), new TreeMap<>(), ConflictOptions.NONE.page()));
  }

  /** The rows of a commit by key, as Iceberg's own reader sees them; none if there is no table. */
  private Map<String, List<String>> state(ObjectId commit) {
    return states.computeIfAbsent(
        commit,
        id -> {
          Map<String, List<String>> rows = new HashMap<>();
          lake.lake()
              .tables()
              .find(id, T)
              .ifPresent(
                  table ->
                      lake.rows(table)
                          .forEach(
                              row -> {
                                List<String> cells = Arrays.asList(row.split("\\|"));
                                rows.put(cells.get(0), cells);
                              }));
          return rows;
        });
  }

  private Set<ObjectId> log(ObjectId head, String key) {
    Set<ObjectId> found = new LinkedHashSet<>();
    Set<ObjectId> seen = new LinkedHashSet<>();
    Deque<ObjectId> next = new ArrayDeque<>(List.of(head));
    while (!next.isEmpty()) {
      ObjectId id = next.pop();
      if (!seen.add(id)) {
        continue;
      }
      Commit commit = lake.lake().repository().commit(id);
      List<String> row = state(id).get(key);
      Optional<ObjectId> same =
          commit.parents().stream()
              .filter(parent -> Objects.equals(state(parent).get(key), row))
              .findFirst();
      if (same.isPresent()) {
        next.add(same.get());
      } else {
        if (row != null || !commit.parents().isEmpty()) {
          found.add(id);
        }
        next.addAll(commit.parents());
      }
    }
    return found;
  }

  private List<ObjectId> blame(ObjectId head, String key) {
    List<ObjectId> writers = new ArrayList<>();
    for (int cell = 0; cell < 3; cell++) {
      ObjectId at = head;
      Optional<ObjectId> from = Optional.of(head);
      while (from.isPresent()) {
        at = from.get();
        String value = state(at).get(key).get(cell);
        int place = cell;
        from =
            lake.lake().repository().commit(at).parents().stream()
                .filter(parent -> state(parent).containsKey(key))
                .filter(parent -> state(parent).get(key).get(place).equals(value))
                .findFirst();
      }
      writers.add(at);
    }
    return writers;
  }
}
