package dev.varve.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.CacheStatistics;
import dev.varve.catalog.error.VarveException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.NotFoundException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of random lengths are read, held, written and deleted, beside a model that is a list of
 * files, the least recently used first.
 */
class FileCachePropertyTest {
  private static final int FILES = 25;
  private static final int STEPS = 600;
  private static final long BOUND = 1000;
  private static final int LONGEST = 400;

  @TempDir Path directory;

  private final Map<String, Integer> store = new TreeMap<>();

  /** What must be here: lengths by location. */
  private final Map<String, Long> model = new LinkedHashMap<>();

  private final List<Held> held = new ArrayList<>();

  private record Held(Map<String, Long> files, LocalCopies copies) {}

  static LongStream seeds() {
    Long one = Long.getLong("varve.seed");
    return one == null ? new Random().longs(20).map(seed -> seed & 0xFFFFFF) : LongStream.of(one);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void keepsWhatWasUsedLastWithinItsBound(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < FILES; i++) {
      store.put("s3://b/f" + i, 1 + random.nextInt(LONGEST));
    }
    FileCache cache = open();
    try {
      for (int step = 0; step < STEPS; step++) {
        String when = "seed %d, step %d".formatted(seed, step);
        switch (random.nextInt(12)) {
          case 0, 1, 2 -> release(random);
          case 3 -> write(cache, random);
          case 4 -> delete(cache, random);
          case 5 -> missFrom(cache, random, when);
          case 6 -> {
            if (held.isEmpty()) {
              cache.close();
              cache = open();
              useAllInOrder(cache);
            }
          }
          default -> acquire(cache, random, when);
        }
        check(cache, when);
      }
    } finally {
      held.forEach(each -> each.copies().close());
      cache.close();
    }
  }

  private void acquire(FileCache cache, Random random, String when) {
    Map<String, Long> wanted = some(random);
    long together = sum(wanted.values());
    TreeMap<String, Long> read = new TreeMap<>(wanted);
    held.forEach(each -> read.putAll(each.files()));
    if (together > BOUND || sum(read.values()) > BOUND) {
      assertThatThrownBy(() -> cache.acquire(wanted)).as(when).isInstanceOf(VarveException.class);
      if (together <= BOUND) {
        wanted.keySet().stream().filter(model::containsKey).forEach(it -> use(it, wanted.get(it)));
      }
      return;
    }
    held.add(new Held(wanted, cache.acquire(wanted)));
    wanted.forEach(this::use);
    evict();
  }

  /** One of the files is gone from the store: then nobody reads any of them. */
  private void missFrom(FileCache cache, Random random, String when) {
    Map<String, Long> wanted = some(random);
    wanted.put("s3://b/gone", 7L);
    TreeMap<String, Long> read = new TreeMap<>(wanted);
    held.forEach(each -> read.putAll(each.files()));
    if (sum(wanted.values()) > BOUND || sum(read.values()) > BOUND) {
      return;
    }
    assertThatThrownBy(() -> cache.acquire(wanted)).as(when).isInstanceOf(NotFoundException.class);
    wanted.forEach(this::use);
    evict(wanted);
    model.remove("s3://b/gone");
  }

  private void release(Random random) {
    if (!held.isEmpty()) {
      held.remove(random.nextInt(held.size())).copies().close();
    }
  }

  private void write(FileCache cache, Random random) throws IOException {
    String location = one(random);
    Path written = cache.fresh();
    Files.writeString(written, content(location, store.get(location)));
    cache.adopt(written, location);
    assertThat(written).doesNotExist();
    TreeMap<String, Long> read = new TreeMap<>();
    held.forEach(each -> read.putAll(each.files()));
    long length = store.get(location);
    if (!model.containsKey(location) && sum(read.values()) + length <= BOUND) {
      model.put(location, length);
      evict();
    }
  }

  private void delete(FileCache cache, Random random) {
    String location = one(random);
    if (!isHeld(location)) {
      cache.remove(location);
      model.remove(location);
    }
  }

  private void check(FileCache cache, String when) throws IOException {
    CacheStatistics now = cache.statistics();
    assertThat(now.weight()).as(when).isEqualTo(sum(model.values())).isLessThanOrEqualTo(BOUND);
    assertThat(now.entries()).as(when).hasValue(model.size());
    Map<String, Long> names = new TreeMap<>();
    model.forEach((name, length) -> names.put(CacheDirectory.name(name) + "-" + length, length));
    assertThat(onDisk()).as(when).isEqualTo(names);
    for (Held each : held) {
      for (Map.Entry<String, Long> file : each.files().entrySet()) {
        assertThat(each.copies().path(file.getKey()))
            .as("%s: %s", when, file.getKey())
            .hasContent(content(file.getKey(), Math.toIntExact(file.getValue())));
      }
    }
  }

  private void use(String location, long length) {
    model.remove(location);
    model.put(location, length);
  }

  private void evict() {
    evict(Map.of());
  }

  private void evict(Map<String, Long> read) {
    for (String oldest : List.copyOf(model.keySet())) {
      if (sum(model.values()) > BOUND && !isHeld(oldest) && !read.containsKey(oldest)) {
        model.remove(oldest);
      }
    }
  }

  private boolean isHeld(String location) {
    return held.stream().anyMatch(each -> each.files().containsKey(location));
  }

  /** A restart forgets the order of use. To ask for a length is a use. */
  private void useAllInOrder(FileCache cache) {
    model.forEach((name, length) -> assertThat(cache.length(name)).contains(length));
  }

  private Map<String, Long> some(Random random) {
    Map<String, Long> some = new TreeMap<>();
    for (int count = 1 + random.nextInt(3); count > 0; count--) {
      String location = one(random);
      some.put(location, (long) store.get(location));
    }
    return some;
  }

  private static String one(Random random) {
    return "s3://b/f" + random.nextInt(FILES);
  }

  private Map<String, Long> onDisk() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("cache"))) {
      return files
          .filter(Files::isRegularFile)
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString(),
                  file -> file.toFile().length(),
                  (a, b) -> a,
                  TreeMap::new));
    }
  }

  private FileCache open() {
    return new FileCache(
        new CacheSettings(directory.resolve("cache"), BOUND, 3, Duration.ZERO), this::download);
  }

  private void download(String location, Path target, long most) {
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

  private static String content(String location, int length) {
    return location.repeat(length / location.length() + 1).substring(0, length);
  }

  private static long sum(Iterable<Long> lengths) {
    long sum = 0;
    for (long length : lengths) {
      sum += length;
    }
    return sum;
  }
}
