package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.store.MemoryStore;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store;
import dev.varve.catalog.store.Store.Change;
import dev.varve.catalog.tree.Content;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CatalogTest {
  private final MemoryStore store = new MemoryStore();

  @Test
  void aNewRepositoryHasAFirstCommitAndMain() {
    try (Catalog catalog = open()) {
      Repository lake = catalog.create(RepositoryName.LAKE);
      Commit first = lake.commit(new History(lake).resolve("main"));
      assertThat(first.parents()).isEmpty();
      assertThat(first.generation()).isZero();
      assertThat(lake.tree(first.id()).size()).isZero();
    }
  }

  @Test
  void repositoriesAreFoundAgain() {
    try (Catalog catalog = open()) {
      catalog.create(new RepositoryName("one"));
      catalog.create(new RepositoryName("two"));
    }
    try (Catalog catalog = open()) {
      assertThat(catalog.repositories())
          .containsExactly(new RepositoryName("one"), new RepositoryName("two"));
      catalog.create(new RepositoryName("three"));
      assertThat(catalog.repositories()).hasSize(3);
    }
  }

  @Test
  void repositoriesSeeNothingOfOneAnother() {
    try (Catalog catalog = open()) {
      Repository one = catalog.create(new RepositoryName("one"));
      Repository two = catalog.create(new RepositoryName("two"));
      Commit commit = new History(one).put("main", "t", "a");
      Content content = one.tree(commit.id()).get(History.key("t")).orElseThrow();

      assertThat(new History(two).tables("main")).isEmpty();
      assertThatThrownBy(() -> two.commit(commit.id()))
          .extracting(e -> ((VarveException) e).code())
          .isEqualTo(ErrorCode.COMMIT_NOT_FOUND);
      assertThatThrownBy(() -> two.value(content))
          .extracting(e -> ((VarveException) e).code())
          .isEqualTo(ErrorCode.OBJECT_MISSING);
    }
  }

  @Test
  void aCreationOfUnknownOutcomeSharesNoKeyWithALaterOne() {
    FaultyStore faulty = new FaultyStore(store);
    try (Catalog catalog =
        Catalog.open(faulty, CatalogSettings.defaults(), InstantSource.system())) {
      faulty.failAt(FaultyStore.Fault.WRITE_DONE, 1);
      assertThatThrownBy(() -> catalog.create(new RepositoryName("one")))
          .extracting(e -> ((VarveException) e).code())
          .isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
      faulty.heal();
      new History(catalog.create(new RepositoryName("two"))).put("main", "t", "a");
    }
    try (Catalog catalog = open()) {
      Repository one = catalog.repository(new RepositoryName("one"));
      assertThat(new History(one).tables("main")).isEmpty();
    }
  }

  @Test
  void aNameIsGivenOnce() {
    try (Catalog catalog = open()) {
      catalog.create(RepositoryName.LAKE);
      assertThatThrownBy(() -> catalog.create(RepositoryName.LAKE))
          .extracting(e -> ((VarveException) e).code())
          .isEqualTo(ErrorCode.REPOSITORY_EXISTS);
      assertThatThrownBy(() -> catalog.repository(new RepositoryName("pond")))
          .hasMessage("there is no repository 'pond'");
    }
  }

  @Test
  void aStoreOfANewerFormatIsRefused() {
    byte[] newer = ByteBuffer.allocate(4).putInt(2).array();
    store.write(List.of(new Change(Space.META, bytes("format"), Optional.of(newer))));
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_FORMAT))
        .hasMessageContaining("format 2");
  }

  @Test
  void aStoreWithoutAFormatThatCanBeReadIsRefused() {
    for (byte[] odd : new byte[][] {{}, {1}, {0, 0, 0, 0}, {-1, 0, 0, 0}}) {
      store.write(List.of(new Change(Space.META, bytes("format"), Optional.of(odd))));
      assertThatThrownBy(this::open)
          .isInstanceOfSatisfying(
              VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_FORMAT));
    }
  }

  @Test
  void aDamagedObjectIsNamedAndNotServed() {
    ObjectId commit;
    try (Catalog catalog = open()) {
      commit = new History(catalog.create(RepositoryName.LAKE)).put("main", "t", "a").id();
    }
    for (Store.Pair pair : objects()) {
      byte[] damaged = pair.value().clone();
      damaged[damaged.length - 1] ^= 1;
      store.write(List.of(new Change(Space.OBJECTS, pair.key(), Optional.of(damaged))));
      try (Catalog catalog = open()) {
        Repository lake = catalog.repository(RepositoryName.LAKE);
        ObjectId id = ObjectId.fromBytes(ByteBuffer.allocate(32).put(pair.key(), 4, 32).array());
        assertThatThrownBy(() -> readAll(lake, commit))
            .hasMessageContaining(id.hex())
            .extracting(e -> ((VarveException) e).code())
            .isEqualTo(ErrorCode.OBJECT_CORRUPT);
      }
      store.write(List.of(new Change(Space.OBJECTS, pair.key(), Optional.of(pair.value()))));
    }
  }

  private static void readAll(Repository lake, ObjectId head) {
    lake.graph()
        .log(List.of(head), Ancestry.ALL)
        .forEachRemaining(commit -> new History(lake).tables(commit.id()));
  }

  private List<Store.Pair> objects() {
    byte[] end = new byte[8];
    Arrays.fill(end, (byte) 0xFF);
    return new ArrayList<>(store.scan(Space.OBJECTS, new byte[0], end, 100));
  }

  @Test
  void aDeletedRepositoryIsGoneAndLeavesNothingInTheStore() throws Exception {
    RepositoryName gone = new RepositoryName("gone");
    try (Catalog catalog = open()) {
      Repository lake = catalog.create(RepositoryName.LAKE);
      new History(lake).put("main", "t", "kept");
      long before = pairs();
      Repository deleted = catalog.create(gone);
      new History(deleted).put("main", "t", "value");
      CommitRequest late = new History(deleted).commit("main").put("t", "late").request();

      catalog.delete(gone);

      assertThatThrownBy(() -> catalog.repository(gone))
          .hasMessageContaining("there is no repository 'gone'");
      assertThatThrownBy(() -> deleted.commit(late)).hasMessageContaining("being closed");
      assertThatThrownBy(() -> catalog.delete(gone)).hasMessageContaining("no repository 'gone'");
      catalog.clearing().await();
      assertThat(pairs()).isEqualTo(before);
      assertThat(new History(lake).tables("main")).containsEntry("t", "kept");
      Wholeness.check(lake);
      assertThat(new History(catalog.create(gone)).tables("main")).isEmpty();
    }
  }

  private long pairs() {
    byte[] end = new byte[40];
    Arrays.fill(end, (byte) 0xff);
    return Arrays.stream(Space.values())
        .mapToLong(space -> store.scan(space, new byte[0], end, Integer.MAX_VALUE).size())
        .sum();
  }

  private Catalog open() {
    return Catalog.open(store, CatalogSettings.defaults(), InstantSource.system());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
