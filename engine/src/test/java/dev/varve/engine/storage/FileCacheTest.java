package dev.varve.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.NotFoundException;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCacheTest {
  @TempDir Path directory;

  /** What the store holds: a file is its location, repeated up to its length. */
  private final Map<String, Integer> store = new ConcurrentSkipListMap<>();

  private final AtomicInteger downloads = new AtomicInteger();

  @Test
  void aFileIsBroughtOnceAndReadAgainFromHere() throws IOException {
    store.put("s3://b/a", 100);
    try (FileCache cache = open(1000)) {
      assertThat(read(cache, "s3://b/a")).isEqualTo(content("s3://b/a", 100));
      assertThat(read(cache, "s3://b/a")).isEqualTo(content("s3://b/a", 100));
      assertThat(downloads).hasValue(1);
      assertThat(cache.statistics().hits()).isEqualTo(1);
      assertThat(cache.statistics().misses()).isEqualTo(1);
      assertThat(cache.statistics().weight()).isEqualTo(100);
    }
  }

  @Test
  void manyWhoAskAtTheSameTimeShareOneDownload() throws Exception {
    store.put("s3://b/a", 100);
    CountDownLatch asked = new CountDownLatch(8);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (FileCache cache =
        new FileCache(
            settings(1000),
            (location, target, most) -> {
              await(asked);
              download(location, target, most);
            })) {
      List<Future<String>> readers =
          java.util.stream.IntStream.range(0, 8)
              .mapToObj(
                  i ->
                      threads.submit(
                          () -> {
                            asked.countDown();
                            return read(cache, "s3://b/a");
                          }))
              .toList();
      for (Future<String> reader : readers) {
        assertThat(reader.get()).isEqualTo(content("s3://b/a", 100));
      }
      assertThat(downloads).hasValue(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void theLeastRecentlyUsedMakesRoomButNeverOneThatIsRead() {
    for (String name : List.of("a", "b", "c", "d")) {
      store.put("s3://b/" + name, 100);
    }
    try (FileCache cache = open(300)) {
      try (LocalCopies a = cache.acquire(Map.of("s3://b/a", 100L))) {
        read(cache, "s3://b/b");
        read(cache, "s3://b/c");
        read(cache, "s3://b/d");
        assertThat(a.path("s3://b/a")).exists();
        assertThat(cache.length("s3://b/b")).isEmpty();
        assertThat(cache.length("s3://b/c")).contains(100L);
      }
      assertThat(cache.statistics().evictions()).hasValue(1);
      assertThat(cache.statistics().weight()).isEqualTo(300);
    }
  }

  @Test
  void moreThanTheBoundIsRefusedAndSaysWhichSettingToRaise() {
    store.put("s3://b/a", 100);
    store.put("s3://b/b", 250);
    try (FileCache cache = open(300)) {
      assertThatThrownBy(() -> cache.acquire(Map.of("s3://b/a", 100L, "s3://b/b", 250L)))
          .isInstanceOfSatisfying(
              VarveException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FULL);
                assertThat(e.hint().orElseThrow()).contains("'cache.size'");
              });
      try (LocalCopies read = cache.acquire(Map.of("s3://b/a", 100L))) {
        assertThatThrownBy(() -> cache.acquire(Map.of("s3://b/b", 250L)))
            .isInstanceOfSatisfying(
                VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
        assertThat(cache.tryAcquire("s3://b/b", 250)).isEmpty();
        assertThat(read.path("s3://b/a")).exists();
      }
      assertThat(read(cache, "s3://b/b")).hasSize(250);
    }
  }

  @Test
  void aFileThatIsLongerThanItsTableSaysIsNotBroughtAsAWhole() {
    store.put("s3://b/long", 500);
    AtomicLong brought = new AtomicLong();
    try (FileCache cache =
        new FileCache(
            settings(1000),
            (location, target, most) -> {
              brought.set(most);
              download(location, target, most);
            })) {
      assertThatThrownBy(() -> cache.acquire(Map.of("s3://b/long", 100L)))
          .hasMessageContaining("has more than 100 bytes, and should have 100");
      assertThat(brought).hasValue(101);
      assertThat(read(cache, "s3://b/long")).hasSize(500);
    }
  }

  @Test
  void lengthsThatCannotBeAreRefused() {
    store.put("s3://b/a", 100);
    try (FileCache cache = open(1000)) {
      assertThatThrownBy(() -> cache.tryAcquire("s3://b/a", -1))
          .hasMessageContaining("cannot have -1 bytes");
      assertThatThrownBy(
              () -> cache.acquire(Map.of("s3://b/a", Long.MAX_VALUE, "s3://b/b", Long.MAX_VALUE)))
          .isInstanceOfSatisfying(
              VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FULL));
      assertThat(cache.statistics().weight()).isZero();
    }
  }

  @Test
  void aFileOfAnotherLengthOrThatIsGoneIsNeverServed() {
    store.put("s3://b/short", 99);
    try (FileCache cache = open(1000)) {
      assertThatThrownBy(() -> cache.acquire(Map.of("s3://b/short", 100L)))
          .hasMessageContaining("'s3://b/short' has 99 bytes, and should have 100");
      assertThatThrownBy(() -> cache.acquire(Map.of("s3://b/gone", 5L, "s3://b/short", 99L)))
          .isInstanceOf(NotFoundException.class);
      assertThat(read(cache, "s3://b/short")).hasSize(99);
      assertThatThrownBy(() -> cache.acquire(Map.of("s3://b/short", 100L)))
          .hasMessageContaining("has 99 bytes, and should have 100");
      assertThat(cache.statistics().weight()).isEqualTo(99);
    }
  }

  @Test
  void copiesOutliveARestartButNotACrash() throws IOException {
    store.put("s3://b/a", 100);
    store.put("s3://b/b", 100);
    try (FileCache cache = open(1000)) {
      read(cache, "s3://b/a");
      read(cache, "s3://b/b");
    }
    Files.writeString(
        directory.resolve("files").resolve("00-7"), "damaged"); // as long as its name says
    try (FileCache cache = open(100)) {
      assertThat(cache.statistics().weight()).isLessThanOrEqualTo(100);
      read(cache, "s3://b/b");
      assertThat(downloads).hasValueBetween(2, 3);
    }
    FileCache crashed = open(1000); // is never closed
    read(crashed, "s3://b/a");
    int before = downloads.get();
    try (FileCache cache = open(1000)) {
      assertThat(cache.statistics().entries()).hasValue(0);
      read(cache, "s3://b/a");
      assertThat(downloads).hasValue(before + 1);
    }
  }

  @Test
  void whatIsWrittenStaysAndWhatIsDeletedGoes() throws IOException {
    try (FileCache cache = open(300)) {
      Path written = cache.fresh();
      Files.writeString(written, content("s3://b/a", 100));
      cache.adopt(written, "s3://b/a");
      assertThat(written).doesNotExist();
      try (LocalCopies copies = cache.acquire(Map.of("s3://b/a", 100L))) {
        cache.remove("s3://b/a");
        assertThat(copies.path("s3://b/a")).hasContent(content("s3://b/a", 100));
      }
      assertThat(cache.statistics().weight()).isZero();
      assertThat(downloads).hasValue(0);
      Path large = cache.fresh();
      Files.writeString(large, content("s3://b/b", 301));
      cache.adopt(large, "s3://b/b");
      assertThat(cache.statistics().weight()).isZero();
      assertThat(large).doesNotExist();
    }
  }

  @Test
  void aFileWhoseNeighbourFailedStaysWithinTheBoundOnceItArrives() throws Exception {
    store.put("s3://b/slow", 200);
    store.put("s3://b/other", 200);
    CountDownLatch failed = new CountDownLatch(1);
    CountDownLatch mayArrive = new CountDownLatch(1);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (FileCache cache =
        new FileCache(
            settings(300),
            (location, target, most) -> {
              if (location.equals("s3://b/slow")) {
                await(mayArrive);
              }
              failed.countDown();
              download(location, target, most);
            })) {
      Future<?> both =
          thread.submit(() -> cache.acquire(Map.of("s3://b/gone", 10L, "s3://b/slow", 200L)));
      await(failed);
      assertThat(cache.tryAcquire("s3://b/other", 200)).as("200 are on their way").isEmpty();
      mayArrive.countDown();
      assertThatThrownBy(both::get).hasCauseInstanceOf(NotFoundException.class);
      assertThat(read(cache, "s3://b/other")).hasSize(200);
      assertThat(bytesOnDisk()).isEqualTo(cache.statistics().weight()).isEqualTo(200);
    } finally {
      thread.shutdownNow();
    }
  }

  /** Repeated: the downloads that are interrupted and the one that closes report at once. */
  @RepeatedTest(50)
  void whoWaitsForAFileHearsThatTheCacheIsClosed() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(3);
    FileCache cache =
        new FileCache(
            settings(300),
            (location, target, most) -> {
              asked.countDown();
              await(never);
            });
    try {
      Future<?> reader =
          thread.submit(
              () ->
                  cache.acquire(
                      Map.of("s3://b/1", 1L, "s3://b/2", 1L, "s3://b/3", 1L, "s3://b/4", 1L)));
      await(asked); // the fourth waits for a thread
      cache.close();
      assertThatThrownBy(reader::get).hasMessageContaining("shutting down");
    } finally {
      never.countDown();
      thread.shutdownNow();
    }
  }

  private long bytesOnDisk() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private FileCache open(long maxBytes) {
    return new FileCache(settings(maxBytes), this::download);
  }

  private CacheSettings settings(long maxBytes) {
    return new CacheSettings(directory, maxBytes, 3, Duration.ZERO);
  }

  private String read(FileCache cache, String location) {
    try (LocalCopies copies =
        cache.acquire(new TreeMap<>(Map.of(location, (long) store.get(location))))) {
      return Files.readString(copies.path(location));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void download(String location, Path target, long most) {
    downloads.incrementAndGet();
    Integer length = store.get(location);
    if (length == null) {
      throw new NotFoundException("file '%s' does not exist", location);
    }
    try {
      Files.writeString(target, content(location, (int) Math.min(length, most)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String content(String location, int length) {
    return location.repeat(length / location.length() + 1).substring(0, length);
  }
}
