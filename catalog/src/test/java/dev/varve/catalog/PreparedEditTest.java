package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.Transaction.StoredValue;
import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Entry;
import dev.varve.catalog.tree.Key;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large commits, edited before the writer's turn, while others commit. */
class PreparedEditTest {
  private static final Author ADA = Author.parse("Ada <ada@example.org>");
  private static final int LARGE = 3 * PreparedEdit.MIN_EDITS;

  @TempDir Path directory;
  private Catalog catalog;
  private Repository lake;

  /** What the lake holds, by key. */
  private final TreeMap<Key, Content> model = new TreeMap<>();

  @BeforeEach
  void open() {
    catalog = Catalog.open(directory, CatalogSettings.defaults());
    lake = catalog.create(RepositoryName.LAKE);
  }

  @AfterEach
  void close() {
    catalog.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatOthersCommitMeanwhileIsKept(long seed) {
    Random random = new Random(seed);
    commit(puts(random, "base", 500));
    List<KeyChange> large = new ArrayList<>(puts(random, "large", LARGE));
    firstKeys(40).forEach(key -> large.add(new KeyChange.Delete(key, model.get(key))));
    CommitRequest request = request(large);
    List<StoredValue> values = values(large);
    Optional<PreparedEdit> prepared = lake.prepare(request, values);
    assertThat(prepared).isPresent();

    // Others add keys between those of the large commit, and remove some that it leaves alone.
    for (int i = 0; i < random.nextInt(4); i++) {
      List<KeyChange> small = new ArrayList<>(puts(random, "other" + i, 1 + random.nextInt(20)));
      lastKeys(3).forEach(key -> small.add(new KeyChange.Delete(key, model.get(key))));
      commit(small);
    }
    lake.write(transaction -> transaction.commit(request, values, prepared));
    apply(large);

    assertThat(entries()).isEqualTo(model);
    assertThat(lake.tree(head()).id()).isEqualTo(rebuilt());
  }

  @Test
  void aKeyThatAnotherTookMeanwhileIsAConflict() {
    Random random = new Random(1);
    List<KeyChange> large = puts(random, "large", LARGE);
    CommitRequest request = request(large);
    List<StoredValue> values = values(large);
    Optional<PreparedEdit> prepared = lake.prepare(request, values);
    KeyChange taken = large.get(LARGE / 2);
    commit(List.of(put(taken.key(), "faster")));

    assertThatThrownBy(
            () -> lake.write(transaction -> transaction.commit(request, values, prepared)))
        .isInstanceOfSatisfying(
            CommitConflictException.class,
            e -> {
              assertThat(e.key()).isEqualTo(taken.key());
              assertThat(e.found()).contains(model.get(taken.key()));
            });
    assertThat(entries()).isEqualTo(model);
  }

  @Test
  void aConditionOfALargeCommitMustStillHold() {
    Key watched = Key.of(List.of("watched"));
    commit(List.of(put(watched, "one")));
    List<KeyChange> large = new ArrayList<>(puts(new Random(2), "large", LARGE));
    large.add(new KeyChange.Unchanged(watched, Optional.of(model.get(watched))));
    CommitRequest request = request(large);
    List<StoredValue> values = values(large);
    Optional<PreparedEdit> prepared = lake.prepare(request, values);
    commit(List.of(change(watched, Optional.of(model.get(watched)), "two")));

    assertThatThrownBy(
            () -> lake.write(transaction -> transaction.commit(request, values, prepared)))
        .isInstanceOf(CommitConflictException.class);
  }

  @Test
  void aLargeCommitThatNeverFittedIsRefusedAsEver() {
    commit(List.of(put(Key.of(List.of("large000001")), "there")));
    List<KeyChange> large = new ArrayList<>();
    for (int i = 0; i < LARGE; i++) {
      large.add(put(Key.of(List.of("large%06d".formatted(i))), "x"));
    }
    CommitRequest request = request(large);

    assertThat(lake.prepare(request, values(large))).isEmpty();
    assertThatThrownBy(() -> lake.commit(request)).isInstanceOf(CommitConflictException.class);
    assertThat(entries()).isEqualTo(model);
  }

  @Test
  void whereOthersChangedAlmostAllTheLargeCommitIsEditedAnew() {
    List<KeyChange> large = puts(new Random(3), "large", LARGE);
    CommitRequest request = request(large);
    List<StoredValue> values = values(large);
    Optional<PreparedEdit> prepared = lake.prepare(request, values);
    commit(puts(new Random(4), "many", 1_200));

    lake.write(transaction -> transaction.commit(request, values, prepared));
    apply(large);
    assertThat(entries()).isEqualTo(model);
  }

  private ObjectId head() {
    return lake.refs().find(RefName.MAIN, RefKind.BRANCH).orElseThrow().commitId();
  }

  private Map<Key, Content> entries() {
    Map<Key, Content> found = new TreeMap<>();
    for (var all = lake.tree(head()).entries(); all.hasNext(); ) {
      Entry entry = all.next();
      found.put(entry.key(), entry.content());
    }
    return found;
  }

  /** The root of the same map, written in one go by another repository. */
  private ObjectId rebuilt() {
    Repository other = catalog.create(new RepositoryName("other"));
    List<KeyChange> all = new ArrayList<>();
    model.forEach(
        (key, content) ->
            all.add(
                new KeyChange.Put(
                    key, Optional.empty(), content.type(), content.id(), lake.value(content))));
    return other.tree(other.commit(request(all)).commit().id()).id();
  }

  private List<Key> firstKeys(int count) {
    return model.keySet().stream().limit(count).toList();
  }

  private List<Key> lastKeys(int count) {
    return model.descendingKeySet().stream().limit(count).toList();
  }

  private static List<KeyChange> puts(Random random, String prefix, int count) {
    List<KeyChange> puts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      // The number first, so that the keys of all commits are mixed.
      String name = "%08x-%s-%d".formatted(random.nextInt(), prefix, i);
      puts.add(put(Key.of(List.of(name)), prefix));
    }
    return puts;
  }

  private static KeyChange put(Key key, String value) {
    return change(key, Optional.empty(), value);
  }

  private static KeyChange change(Key key, Optional<Content> expected, String value) {
    ContentId id =
        expected
            .map(Content::id)
            .orElseGet(
                () ->
                    new ContentId(
                        UUID.nameUUIDFromBytes(key.toString().getBytes(StandardCharsets.UTF_8))));
    return new KeyChange.Put(
        key, expected, ContentType.ICEBERG_TABLE, id, value.getBytes(StandardCharsets.UTF_8));
  }

  private void commit(List<KeyChange> changes) {
    lake.commit(request(changes));
    apply(changes);
  }

  private void apply(List<KeyChange> changes) {
    values(changes).forEach(value -> model.put(value.key(), value.content()));
    for (KeyChange change : changes) {
      if (change instanceof KeyChange.Delete) {
        model.remove(change.key());
      }
    }
  }

  private static List<StoredValue> values(List<KeyChange> changes) {
    return changes.stream()
        .filter(KeyChange.Put.class::isInstance)
        .map(change -> StoredValue.of((KeyChange.Put) change))
        .toList();
  }

  private static CommitRequest request(List<KeyChange> changes) {
    return new CommitRequest(RefName.MAIN, CommitDetails.of("test", ADA), changes);
  }
}
