package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.store.MemoryStore;
import dev.varve.catalog.store.Snapshot;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** 100,000 branches: what one operation reads from the store is what it reads of 1,000. */
class ManyRefsTest {
  private static final int FEW = 1_000;
  private static final int MANY = 100_000;
  private static final int PAGE = 20;
  private static final CatalogSettings SETTINGS = CatalogSettings.defaults();

  @Test
  void noOperationReadsMoreForThereBeingMoreRefs() {
    assertThat(readsWith(MANY)).isEqualTo(readsWith(FEW));
  }

  @Test
  void allAreListedInPagesByPrefixAndDeleted() {
    try (Catalog catalog = Catalog.open(new MemoryStore(), SETTINGS, InstantSource.system())) {
      Repository lake = catalog.create(RepositoryName.LAKE);
      create(lake, MANY);
      assertThat(pages(lake, "b")).hasSize(MANY).isSorted();
      assertThat(pages(lake, "b00123")).hasSize(10).allMatch(name -> name.startsWith("b00123"));
      assertThat(pages(lake, "nobody")).isEmpty();
      IntStream.range(0, MANY)
          .parallel()
          .filter(number -> number % 2 == 0)
          .forEach(number -> delete(lake, name(number)));
      assertThat(pages(lake, "b")).hasSize(MANY / 2).noneMatch(name -> name.endsWith("0"));
      // What was deleted is found in its reflog, and its name is free again.
      assertThat(lake.refs().reflogSize(RefName.parse(name(0)))).isEqualTo(2);
      create(lake, name(0));
      assertThat(lake.refs().find(RefName.parse(name(0)))).isPresent();
    }
  }

  /** What each operation read from the store, in entries. */
  private static Map<String, Long> readsWith(int refs) {
    CountingStore store = new CountingStore();
    try (Catalog catalog = Catalog.open(store, SETTINGS, InstantSource.system())) {
      create(catalog.create(RepositoryName.LAKE), refs);
    }
    Map<String, Long> reads = new LinkedHashMap<>();
    // Opened anew, so that no thread is still at work that would read and keep things meanwhile.
    try (Catalog catalog = Catalog.open(store, SETTINGS, InstantSource.system())) {
      Repository lake = catalog.repository(RepositoryName.LAKE);
      History history = new History(lake);
      ObjectId head = history.put("main", "t", "1").id();
      String some = name(FEW / 2);
      reads.put("create", store.reads(() -> create(lake, "new")));
      reads.put("create tag", store.reads(() -> history.tag("v1", "main")));
      reads.put("commit", store.reads(() -> history.put("main", "t", "2")));
      reads.put("commit on it", store.reads(() -> history.put(some, "t", "2")));
      reads.put("find", store.reads(() -> lake.refs().load(RefName.parse(some))));
      reads.put("resolve", store.reads(() -> history.resolve(some + "~0")));
      reads.put("by id", store.reads(() -> history.resolve(head.hex().substring(0, 12))));
      reads.put("page", store.reads(() -> page(lake, "b", Optional.empty())));
      reads.put("prefix", store.reads(() -> page(lake, "b0001", Optional.empty())));
      reads.put("far", store.reads(() -> page(lake, "b", Optional.of(RefName.parse(some)))));
      reads.put("tags", store.reads(() -> lake.refs().list(RefKind.TAG, "", none(), PAGE)));
      reads.put("reflog", store.reads(() -> lake.refs().reflog(RefName.parse(some), 0, PAGE)));
      reads.put(
          "rename",
          store.reads(
              () ->
                  lake.renameBranch(RefName.parse(some), RefName.parse("elsewhere"), History.ADA)));
      reads.put("delete", store.reads(() -> delete(lake, name(FEW / 2 + 1))));
    }
    assertThat(reads.get("page")).as("a page reads what it shows").isEqualTo(PAGE);
    return reads;
  }

  private static Optional<RefName> none() {
    return Optional.empty();
  }

  private static List<Ref> page(Repository lake, String prefix, Optional<RefName> after) {
    return lake.refs().list(RefKind.BRANCH, prefix, after, PAGE);
  }

  private static List<String> pages(Repository lake, String prefix) {
    List<String> names = new ArrayList<>();
    Optional<RefName> after = Optional.empty();
    List<Ref> page = page(lake, prefix, after);
    while (!page.isEmpty()) {
      page.forEach(ref -> names.add(ref.name().text()));
      after = Optional.of(page.get(page.size() - 1).name());
      page = page(lake, prefix, after);
    }
    return names;
  }

  private static void create(Repository lake, int count) {
    IntStream.range(0, count).parallel().forEach(number -> create(lake, name(number)));
  }

  private static void create(Repository lake, String name) {
    ObjectId main = lake.refs().load(RefName.MAIN).commitId();
    lake.createBranch(RefName.parse(name), main, History.ADA, "test");
  }

  private static void delete(Repository lake, String name) {
    lake.deleteRef(RefName.parse(name), RefKind.BRANCH, Optional.empty(), History.ADA, "test");
  }

  private static String name(int number) {
    return "b%06d".formatted(number);
  }

  /** Counts the entries that are read. */
  private static final class CountingStore implements Store {
    private final MemoryStore store = new MemoryStore();
    private final AtomicLong read = new AtomicLong();

    long reads(Runnable operation) {
      long before = read.get();
      operation.run();
      return read.get() - before;
    }

    @Override
    public Optional<byte[]> get(Space space, byte[] key) {
      read.incrementAndGet();
      return store.get(space, key);
    }

    @Override
    public List<Pair> scan(Space space, byte[] from, byte[] to, int limit) {
      List<Pair> pairs = store.scan(space, from, to, limit);
      read.addAndGet(pairs.size());
      return pairs;
    }

    @Override
    public Snapshot snapshot() {
      return store.snapshot();
    }

    @Override
    public void write(List<Change> changes) {
      store.write(changes);
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
