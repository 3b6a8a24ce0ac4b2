package dev.varve.catalog.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.store.Store.Change;
import dev.varve.catalog.store.Store.Pair;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every store does. */
abstract class StoreContract {
  private Store store;

  abstract Store open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void whatWasWrittenIsRead() {
    store.write(List.of(put("a", "1"), put("b", "2")));
    assertThat(get("a")).contains("1");
    assertThat(get("b")).contains("2");
    assertThat(get("c")).isEmpty();
  }

  @Test
  void ofSeveralChangesOfAKeyTheLastCounts() {
    store.write(List.of(put("a", "1"), remove("a"), put("a", "2"), put("b", "1"), remove("b")));
    assertThat(get("a")).contains("2");
    assertThat(get("b")).isEmpty();
  }

  @Test
  void spacesAreApart() {
    store.write(List.of(put("a", "1")));
    for (Space space : Space.values()) {
      assertThat(store.get(space, bytes("a")).isPresent()).isEqualTo(space == Space.BRANCHES);
    }
  }

  @Test
  void keysOrderAsUnsignedBytes() {
    byte[] high = {(byte) 0xFF};
    byte[] low = {0x01};
    store.write(
        List.of(
            new Change(Space.OBJECTS, high, Optional.of(bytes("high"))),
            new Change(Space.OBJECTS, low, Optional.of(bytes("low")))));
    List<Pair> pairs = store.scan(Space.OBJECTS, new byte[0], new byte[] {-1, -1}, 9);
    assertThat(pairs).extracting(Pair::key).containsExactly(low, high);
  }

  @Test
  void valuesOfAnySizeAreKept() {
    for (int size : new int[] {0, 1, 63, 64, 65, 4_096, 3_000_000}) {
      byte[] value = new byte[size];
      new Random(size).nextBytes(value);
      store.write(List.of(new Change(Space.OBJECTS, bytes("k" + size), Optional.of(value))));
      assertThat(store.get(Space.OBJECTS, bytes("k" + size)).orElseThrow()).isEqualTo(value);
    }
  }

  @Test
  void aValueThatTheCallerChangesLaterStaysAsItWasWritten() {
    byte[] value = bytes("as written");
    store.write(List.of(new Change(Space.TAGS, bytes("a"), Optional.of(value))));
    value[0] = 'X';
    byte[] read = store.get(Space.TAGS, bytes("a")).orElseThrow();
    read[0] = 'Y';
    assertThat(store.get(Space.TAGS, bytes("a")).orElseThrow()).isEqualTo(bytes("as written"));
  }

  @ParameterizedTest
  @MethodSource("dev.varve.testing.Seeds#forThisRun")
  void behavesLikeASortedMap(long seed) {
    Random random = new Random(seed);
    NavigableMap<String, String> model = new TreeMap<>();
    for (int batch = 0; batch < 20; batch++) {
      List<Change> changes = new ArrayList<>();
      for (int i = random.nextInt(10); i >= 0; i--) {
        String key = "k%02d".formatted(random.nextInt(30));
        if (random.nextInt(3) == 0) {
          changes.add(remove(key));
          model.remove(key);
        } else {
          String value = "v" + random.nextInt();
          changes.add(put(key, value));
          model.put(key, value);
        }
      }
      store.write(changes);
    }
    String from = "k%02d".formatted(random.nextInt(30));
    String to = "k%02d".formatted(random.nextInt(40));
    int limit = random.nextInt(12);
    List<String> expected =
        from.compareTo(to) > 0
            ? List.of()
            : model.subMap(from, to).entrySet().stream()
                .limit(limit)
                .map(it -> it.getKey() + "=" + it.getValue())
                .toList();
    assertThat(scan(from, to, limit)).isEqualTo(expected);
  }

  @Test
  void aSnapshotStaysAsItWas() {
    store.write(List.of(put("a", "1"), put("b", "1")));
    try (Snapshot snapshot = store.snapshot()) {
      store.write(List.of(put("a", "2"), remove("b"), put("c", "2")));
      assertThat(snapshot.get(Space.BRANCHES, bytes("a")).map(StoreContract::text)).contains("1");
      assertThat(snapshot.scan(Space.BRANCHES, bytes("a"), bytes("z"), 9))
          .extracting(pair -> text(pair.key()) + text(pair.value()))
          .containsExactly("a1", "b1");
    }
    assertThat(scan("a", "z", 9)).containsExactly("a=2", "c=2");
  }

  /** A reader who finds half of a write would see a branch twice while it is renamed, or never. */
  @Test
  void aScanShowsAWriteWhollyOrNotAtAll() throws InterruptedException {
    store.write(List.of(put("a", "here")));
    AtomicBoolean read = new AtomicBoolean();
    Thread mover =
        new Thread(
            () -> {
              while (!read.get()) {
                store.write(List.of(remove("a"), put("b", "here")));
                store.write(List.of(put("a", "here"), remove("b")));
              }
            },
            "mover");
    mover.start();
    try {
      for (int i = 0; i < 20_000; i++) {
        assertThat(scan("a", "z", 9)).hasSize(1);
      }
    } finally {
      read.set(true);
      mover.join();
    }
  }

  private List<String> scan(String from, String to, int limit) {
    return store.scan(Space.BRANCHES, bytes(from), bytes(to), limit).stream()
        .map(pair -> text(pair.key()) + "=" + text(pair.value()))
        .toList();
  }

  private Optional<String> get(String key) {
    return store.get(Space.BRANCHES, bytes(key)).map(StoreContract::text);
  }

  private static Change put(String key, String value) {
    return new Change(Space.BRANCHES, bytes(key), Optional.of(bytes(value)));
  }

  private static Change remove(String key) {
    return new Change(Space.BRANCHES, bytes(key), Optional.empty());
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(Arrays.copyOf(bytes, bytes.length), StandardCharsets.UTF_8);
  }
}
