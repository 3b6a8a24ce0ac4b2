package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.fsck.ContentCheck;
import dev.varve.catalog.fsck.Finding;
import dev.varve.catalog.fsck.FsckScope;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.ReflogEntry;
import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.MemoryStore;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store.Change;
import dev.varve.catalog.tree.ContentId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A repository that is sent from one store and received in another. */
class TransferTest {
  private static final RepositoryName POND = new RepositoryName("pond");
  private static final ContentId COUNTED = ContentId.random();

  private final MemoryStore store = new MemoryStore();

  @Test
  void theReceivedRepositoryIsTheSameById() {
    try (Catalog from = open(new MemoryStore());
        Catalog to = open(store)) {
      Repository lake = fill(from);
      Repository pond = receive(to, lake);

      for (RefKind kind : RefKind.values()) {
        assertThat(pond.refs().list(kind, "", Optional.empty(), 100))
            .isEqualTo(lake.refs().list(kind, "", Optional.empty(), 100));
      }
      for (String ref : List.of("main", "exp", "gone", "v1")) {
        RefName name = RefName.parse(ref);
        assertThat(pond.refs().reflog(name, 0, 100)).isEqualTo(lake.refs().reflog(name, 0, 100));
      }
      assertThat(pond.counter(COUNTED, "rows")).isEqualTo(5);
      assertThat(new History(pond).tables("v1")).isEqualTo(new History(lake).tables("v1"));
      String head = new History(lake).resolve("main").abbreviate();
      assertThat(new History(pond).resolve(head)).isEqualTo(new History(lake).resolve("main"));
      List<Finding> findings = new ArrayList<>();
      pond.fsck(FsckScope.EVERYTHING, ContentCheck.NONE, findings::add);
      assertThat(findings).isEmpty();
      new History(pond).put("main", "more", "1");
    }
  }

  @Test
  void itIsThereAfterARestart() {
    try (Catalog from = open(new MemoryStore());
        Catalog to = open(store)) {
      receive(to, fill(from));
    }
    try (Catalog again = open(store)) {
      assertThat(new History(again.repository(POND)).tables("main")).containsKey("t3");
    }
  }

  @Test
  void partsThatAreNoWholeRepositoryLeaveNothing() {
    try (Catalog from = open(new MemoryStore());
        Catalog to = open(store)) {
      Repository lake = fill(from);
      ObjectId tree = lake.commit(new History(lake).resolve("main~2")).tree();
      assertThatThrownBy(
              () ->
                  to.receive(
                      POND,
                      ContentCheck.NONE,
                      finding -> false,
                      parts -> send(lake, new Without(parts, tree))))
          .isInstanceOfSatisfying(
              VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_DATA))
          .hasMessageContaining(tree.hex());
      assertNothingIsLeft();
      assertThat(receive(to, lake).name()).isEqualTo(POND);
    }
  }

  @Test
  void partsThatBreakOffLeaveNothing() {
    try (Catalog from = open(new MemoryStore());
        Catalog to = open(store)) {
      Repository lake = fill(from);
      assertThatThrownBy(
              () ->
                  to.receive(
                      POND,
                      ContentCheck.NONE,
                      finding -> false,
                      parts -> {
                        send(lake, parts);
                        throw new IllegalStateException("broke off");
                      }))
          .hasMessage("broke off");
      assertNothingIsLeft();
    }
  }

  @Test
  void whatAKilledProcessReceivedIsRemovedAtTheNextStart() {
    try (Catalog from = open(new MemoryStore())) {
      store.write(
          List.of(
              new Change(
                  Space.META,
                  "receiving/7".getBytes(StandardCharsets.UTF_8),
                  Optional.of(ByteBuffer.allocate(4).putInt(7).array()))));
      send(fill(from), new Receiver(store, new Keys(7)));
      store.write(
          List.of(
              new Change(Space.OBJECTS, new Keys(7).name("left"), Optional.of(new byte[] {1}))));
    }
    open(store).close();
    assertNothingIsLeft();
  }

  @Test
  void aNameThatIsTakenIsRefused() {
    try (Catalog from = open(new MemoryStore());
        Catalog to = open(store)) {
      to.create(POND);
      Repository lake = fill(from);
      assertThatThrownBy(() -> receive(to, lake))
          .isInstanceOfSatisfying(
              VarveException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.REPOSITORY_EXISTS));
    }
  }

  private void assertNothingIsLeft() {
    for (Space space : Space.values()) {
      byte[] end = {(byte) 0xFF, (byte) 0xFF};
      assertThat(store.scan(space, new byte[0], end, 10))
          .as(space.text())
          .allMatch(pair -> new String(pair.key(), StandardCharsets.UTF_8).equals("format"));
    }
  }

  private static Repository receive(Catalog to, Repository from) {
    return to.receive(POND, ContentCheck.NONE, finding -> false, parts -> send(from, parts));
  }

  private static void send(Repository from, RepositoryParts to) {
    from.send(ContentCheck.NONE, finding -> false, to);
  }

  private static Repository fill(Catalog catalog) {
    Repository lake = catalog.create(RepositoryName.LAKE);
    History history = new History(lake);
    for (int i = 0; i < 30; i++) {
      history.put("main", "t" + i, "a" + i);
    }
    history.commit("main").put("c", "1").raise(new CounterRaise(COUNTED, "rows", 0, 5)).apply();
    history.branch("exp", "main~3").branch("gone", "main~4").tag("v1", "main~5");
    history.put("gone", "t1", "on gone");
    history.delete("gone");
    return lake;
  }

  private static Catalog open(MemoryStore store) {
    return Catalog.open(store, CatalogSettings.defaults(), InstantSource.system());
  }

  /** All parts but one object. */
  private record Without(RepositoryParts to, ObjectId object) implements RepositoryParts {
    @Override
    public void object(byte[] canonicalBytes) {
      if (!ObjectId.of(canonicalBytes).equals(object)) {
        to.object(canonicalBytes);
      }
    }

    @Override
    public void ref(RefKind kind, RefName name, ObjectId commit) {
      to.ref(kind, name, commit);
    }

    @Override
    public void reflogEntry(RefName name, ReflogEntry entry) {
      to.reflogEntry(name, entry);
    }

    @Override
    public void counter(ContentId id, String name, long value) {
      to.counter(id, name, value);
    }
  }
}
