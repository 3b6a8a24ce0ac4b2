package dev.varve.catalog.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.store.Store.Change;
import dev.varve.testing.SmallDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store on a disk that is full: it refuses writes, reads on, and writes again when there is room.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FullDiskTest {
  private static final int DISK_MEBIBYTES = 160;
  private static final int VALUE_BYTES = 20_000;

  @TempDir Path directory;

  private final Random random = new Random(7);
  private final List<Integer> written = new ArrayList<>();
  private final List<Integer> refused = new ArrayList<>();
  private SmallDisk disk;

  @BeforeEach
  void mount() throws IOException {
    disk = SmallDisk.mount(directory.resolve("disk"), DISK_MEBIBYTES);
  }

  @AfterEach
  void unmount() {
    if (disk != null) {
      disk.close();
    }
  }

  @Test
  void aStoreStopsBeforeTheDiskIsFullAndGoesOnAtOnceWhenThereIsRoom() throws IOException {
    Path path = disk.path().resolve("store");
    try (Store store = new RocksStore(path)) {
      writeUntilRefused(store, 500);
      assertThat(refused).isEmpty();
      disk.fill(60L << 20);
      assertThatThrownBy(() -> write(store))
          .isInstanceOfSatisfying(
              VarveException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FULL);
                assertThat(e).hasMessageContaining(path.toString());
                assertThat(e.hint()).isPresent();
              });
      checkAll(store);
      disk.makeRoom();
      write(store);
      checkAll(store);
    }
    try (Store store = new RocksStore(path)) {
      checkAll(store);
    }
  }

  /** Others may take the last room at any moment: then RocksDB is told by the system itself. */
  @Test
  void aStoreWithoutReserveRecoversFromAFullDiskByItself() throws IOException {
    Path path = disk.path().resolve("store");
    try (Store store = new RocksStore(path, 0, new RocksOptions())) {
      writeUntilRefused(store, 100);
      disk.fill(2L << 20);
      writeUntilRefused(store, Integer.MAX_VALUE);
      for (int i = 0; i < 5; i++) {
        writeUntilRefused(store, 1);
      }
      checkAll(store);
      disk.makeRoom();
      int before = written.size();
      while (written.size() == before) {
        writeUntilRefused(store, 1);
        // RocksDB looks for room every few seconds.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
      checkAll(store);
    }
    try (Store store = new RocksStore(path)) {
      checkAll(store);
    }
  }

  private void writeUntilRefused(Store store, int count) {
    try {
      for (int i = 0; i < count; i++) {
        write(store);
      }
    } catch (VarveException e) {
      assertThat(e.code()).as(e.getMessage()).isEqualTo(ErrorCode.STORAGE_FULL);
    }
  }

  private void write(Store store) {
    int number = written.size() + refused.size();
    byte[] value = new byte[VALUE_BYTES];
    random.nextBytes(value);
    try {
      store.write(
          List.of(
              new Change(Space.OBJECTS, key(number), Optional.of(value)),
              new Change(Space.TAGS, key(number), Optional.of(key(number)))));
      written.add(number);
    } catch (VarveException e) {
      refused.add(number);
      throw e;
    }
  }

  /** All that was written is there, and nothing of what was refused. */
  private void checkAll(Store store) {
    for (int number : written) {
      assertThat(store.get(Space.OBJECTS, key(number))).as("object %d", number).isPresent();
      assertThat(store.get(Space.TAGS, key(number))).as("tag %d", number).isPresent();
    }
    for (int number : refused) {
      assertThat(store.get(Space.OBJECTS, key(number))).as("object %d", number).isEmpty();
      assertThat(store.get(Space.TAGS, key(number))).as("tag %d", number).isEmpty();
    }
  }

  private static byte[] key(int number) {
    return StoreContract.bytes("%036d".formatted(number));
  }
}
