package dev.varve.catalog.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.store.Store.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The log of a store whose process was killed, whole or damaged: what was acknowledged is there, or
 * the store says that it is not. The files of a store that is open are what a kill would leave.
 */
class LogDamageTest {
  private static final int WRITES = 200;
  private static final int FLIPS = 60;
  private static final int VALUE_BYTES = 500;

  @TempDir Path directory;

  private final Random random = new Random(11);
  private RocksStore live;
  private int copies;

  @BeforeEach
  void writeWithoutClosing() {
    live = new RocksStore(directory.resolve("live"));
    for (int number = 0; number < WRITES; number++) {
      write(number);
    }
  }

  @AfterEach
  void close() {
    live.close();
  }

  @Test
  void aLogThatIsWholeIsReadToItsEnd() throws IOException {
    requireAll(copy(), WRITES);
  }

  @Test
  void aFlippedBitAnywhereIsNeverTakenForTheEndOfTheLog() throws IOException {
    long seed = Long.getLong("varve.seed", System.nanoTime() & 0xFFFFFF);
    Random places = new Random(seed);
    for (int i = 0; i < FLIPS; i++) {
      Path copy = copy();
      byte[] bytes = Files.readAllBytes(log(copy));
      int at = places.nextInt(bytes.length);
      bytes[at] ^= (byte) (1 << places.nextInt(Byte.SIZE));
      Files.write(log(copy), bytes);
      requireRefused(copy, "seed %d, byte %d of %d".formatted(seed, at, bytes.length));
    }
  }

  @Test
  void aLogThatLacksItsEndIsRefusedAndNotTouched() throws IOException {
    Path copy = copy();
    byte[] bytes = Files.readAllBytes(log(copy));
    byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);
    Files.write(log(copy), cut);
    requireRefused(copy, "one byte less");
    // Nothing is dropped by the attempt: whoever has the lost byte can put it back.
    assertThat(Files.readAllBytes(log(copy))).isEqualTo(cut);
    Files.write(log(copy), bytes);
    requireAll(copy, WRITES);
  }

  @Test
  void aLogThatIsGoneIsMissed() throws IOException {
    Path copy = copy();
    Files.delete(log(copy));
    requireRefused(copy, "no log");
  }

  @Test
  void aWriteThatWasCutOffByTheKillIsDroppedWholly() throws IOException {
    Path before = copy();
    int length = Files.readAllBytes(log(before)).length;
    byte[] mark = Files.readAllBytes(before.resolve(SyncedMark.FILE));
    write(WRITES);
    byte[] longer = Files.readAllBytes(log(copy()));
    assertThat(longer.length).isGreaterThan(length + VALUE_BYTES);
    for (int end = length; end < longer.length; end += 7) {
      Path copy = copy();
      Files.write(log(copy), Arrays.copyOf(longer, end));
      Files.write(copy.resolve(SyncedMark.FILE), mark); // nobody was told of the last write
      try (Store store = new RocksStore(copy)) {
        assertThat(store.get(Space.OBJECTS, key(WRITES))).as("cut at %d", end).isEmpty();
        assertThat(store.get(Space.TAGS, key(WRITES))).as("cut at %d", end).isEmpty();
      }
      requireAll(copy, WRITES);
    }
  }

  @Test
  void anOperatorMayGoOnWithoutWhatIsLost() throws IOException {
    Path copy = copy();
    byte[] bytes = Files.readAllBytes(log(copy));
    bytes[bytes.length / 2] ^= 1;
    Files.write(log(copy), bytes);
    requireRefused(copy, "the middle");
    Files.delete(copy.resolve(SyncedMark.FILE));
    try (Store store = new RocksStore(copy)) {
      assertThat(store.get(Space.OBJECTS, key(0))).isPresent();
      assertThat(store.get(Space.OBJECTS, key(WRITES - 1))).isEmpty();
      store.write(List.of(new Change(Space.TAGS, key(0), Optional.of(key(7)))));
    }
    try (Store store = new RocksStore(copy)) {
      assertThat(store.get(Space.TAGS, key(0))).contains(key(7));
    }
  }

  @Test
  void aMarkThatIsDamagedIsNone() throws IOException {
    assertThat(SyncedMark.encode(0x01_2345_6789L)).isEqualTo(0x0123_4567_8976L); // golden
    for (long number : new long[] {0, 1, 2, 255, 256, 1L << 40, (1L << 56) - 1}) {
      long encoded = SyncedMark.encode(number);
      assertThat(SyncedMark.decode(encoded)).isEqualTo(number);
      for (int bit = 0; bit < Long.SIZE; bit++) {
        assertThat(SyncedMark.decode(encoded ^ 1L << bit)).isZero();
      }
    }
    assertThat(SyncedMark.decode(0)).isZero();
    Path copy = copy();
    Files.write(copy.resolve(SyncedMark.FILE), new byte[3]);
    requireAll(copy, WRITES);
  }

  private void write(int number) {
    byte[] value = new byte[VALUE_BYTES];
    random.nextBytes(value);
    live.write(
        List.of(
            new Change(Space.OBJECTS, key(number), Optional.of(value)),
            new Change(Space.TAGS, key(number), Optional.of(key(number)))));
  }

  private static void requireAll(Path copy, int count) {
    try (Store store = new RocksStore(copy)) {
      for (int number = 0; number < count; number++) {
        assertThat(store.get(Space.OBJECTS, key(number))).as("object %d", number).isPresent();
        assertThat(store.get(Space.TAGS, key(number))).as("tag %d", number).isPresent();
      }
    }
  }

  private static void requireRefused(Path copy, String where) {
    assertThatThrownBy(() -> new RocksStore(copy))
        .as(where)
        .isInstanceOfSatisfying(
            VarveException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.STORE_CORRUPT);
              assertThat(e).hasMessageContaining("'" + copy + "'").hasMessageContaining("400");
              assertThat(e.hint().orElseThrow()).contains("backup", copy + "/synced");
            });
  }

  private Path copy() throws IOException {
    Path copy = Files.createDirectory(directory.resolve("copy" + copies++));
    try (Stream<Path> files = Files.list(directory.resolve("live"))) {
      for (Path file : files.filter(it -> !it.endsWith("LOCK")).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private static Path log(Path store) throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      return files.filter(it -> it.toString().endsWith(".log")).findFirst().orElseThrow();
    }
  }

  private static byte[] key(int number) {
    return StoreContract.bytes("%036d".formatted(number));
  }
}
