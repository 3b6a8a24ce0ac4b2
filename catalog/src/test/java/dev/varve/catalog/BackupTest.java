package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.fsck.ContentCheck;
import dev.varve.catalog.fsck.Finding;
import dev.varve.catalog.fsck.FsckScope;
import dev.varve.catalog.store.RocksBackups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
  private static final int WRITERS = 4;

  @TempDir private Path directory;

  @Test
  void whatWasAcknowledgedBeforeABackupBeganIsInItWhateverIsWrittenMeanwhile() throws Exception {
    Map<String, String> before;
    Map<String, String> beforeSecond;
    try (Catalog catalog = Catalog.open(directory.resolve("store"), CatalogSettings.defaults());
        RocksBackups backups = RocksBackups.open(directory.resolve("backups"));
        Load load = new Load(catalog.create(RepositoryName.LAKE))) {
      load.awaitCommits(50);
      before = load.acknowledged();
      assertThat(catalog.backup(backups, "first").number()).isEqualTo(1);
      load.awaitCommits(100);
      beforeSecond = load.acknowledged();
      assertThat(catalog.backup(backups, "second").number()).isEqualTo(2);
      load.awaitCommits(10);
    }
    assertRestored(1, before);
    assertRestored(2, beforeSecond);
  }

  private void assertRestored(int number, Map<String, String> acknowledged) {
    Path target = directory.resolve("restored" + number);
    try (RocksBackups backups = RocksBackups.open(directory.resolve("backups"))) {
      backups.restore(number, target);
    }
    try (Catalog catalog = Catalog.open(target, CatalogSettings.defaults())) {
      Repository lake = catalog.repository(RepositoryName.LAKE);
      List<Finding> findings = new ArrayList<>();
      lake.fsck(FsckScope.REACHABLE, ContentCheck.NONE, findings::add);
      assertThat(findings).isEmpty();
      Map<String, String> tables = new History(lake).tables("main");
      acknowledged.forEach(
          (key, value) ->
              assertThat(Integer.parseInt(tables.get(key)))
                  .as(key)
                  .isGreaterThanOrEqualTo(Integer.parseInt(value)));
      new History(lake).put("main", "after", "1");
    }
  }

  @Test
  void aSecondBackupCopiesOnlyWhatIsNew() throws IOException {
    Path files = directory.resolve("backups");
    try (Catalog catalog = Catalog.open(directory.resolve("store"), CatalogSettings.defaults());
        RocksBackups backups = RocksBackups.open(files)) {
      History history = new History(catalog.create(RepositoryName.LAKE));
      String large = "x".repeat(20_000);
      for (int i = 0; i < 200; i++) {
        // Not to be compressed away.
        history.put("main", "t" + i, new java.util.Random(i).ints(5_000).boxed().toList() + large);
      }
      catalog.backup(backups, "");
      long first = size(files);
      history.put("main", "t1", "small");
      RocksBackups.Entry second = catalog.backup(backups, "");
      long copied = size(files) - first;
      assertThat(second.bytes()).isGreaterThan(1_000_000);
      assertThat(copied).isLessThan(second.bytes() / 10);

      backups.keep(1);
      assertThat(backups.list()).extracting(RocksBackups.Entry::number).containsExactly(2);
    }
  }

  @Test
  void aDamagedBackupIsNotRestored() throws IOException {
    Path files = directory.resolve("backups");
    try (Catalog catalog = Catalog.open(directory.resolve("store"), CatalogSettings.defaults());
        RocksBackups backups = RocksBackups.open(files)) {
      new History(catalog.create(RepositoryName.LAKE)).put("main", "t", "a");
      catalog.backup(backups, "");
      Path blob;
      try (Stream<Path> all = Files.walk(files)) {
        blob = all.filter(it -> it.toString().endsWith(".blob")).findFirst().orElseThrow();
      }
      byte[] bytes = Files.readAllBytes(blob);
      bytes[bytes.length / 2] ^= 1;
      Files.write(blob, bytes);
      assertThatThrownBy(() -> backups.restore(1, directory.resolve("restored")))
          .isInstanceOf(VarveException.class)
          .hasMessageContaining("hecksum");
    }
  }

  private static long size(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /** Writers that count up, each in a key of its own. */
  private static final class Load implements AutoCloseable {
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    private volatile CountDownLatch commits = new CountDownLatch(0);

    Load(Repository repository) {
      for (int i = 0; i < WRITERS; i++) {
        String key = "writer" + i;
        Thread thread =
            new Thread(
                () -> {
                  History history = new History(repository);
                  for (int n = 0; !stopped.get(); n++) {
                    history.put("main", key, String.valueOf(n));
                    acknowledged.put(key, String.valueOf(n));
                    commits.countDown();
                  }
                });
        thread.start();
        threads.add(thread);
      }
    }

    void awaitCommits(int count) throws InterruptedException {
      commits = new CountDownLatch(count);
      commits.await();
    }

    Map<String, String> acknowledged() {
      return Map.copyOf(acknowledged);
    }

    @Override
    public void close() {
      stopped.set(true);
      for (Thread thread : threads) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
