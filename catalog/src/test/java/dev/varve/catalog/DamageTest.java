package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.MemoryStore;
import dev.varve.catalog.store.RocksStore;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store;
import dev.varve.catalog.store.Store.Change;
import dev.varve.catalog.store.Store.Pair;
import dev.varve.catalog.tree.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damages what is on disk: it is found when it is read, and named; what is read is never wrong. */
class DamageTest {
  private static final int FLIPS = 60;
  private static final byte[] FIRST = {};
  private static final byte[] LAST = {-1, -1, -1, -1, -1};

  @TempDir Path directory;

  private Path store;
  private Map<String, String> content;

  @BeforeEach
  void writeAHistory() {
    store = directory.resolve("store");
    try (Catalog catalog = Catalog.open(store, CatalogSettings.defaults())) {
      History history = new History(catalog.create(RepositoryName.LAKE));
      for (int i = 0; i < 40; i++) {
        history.put("main", "t" + i % 7, ("a value that is long enough for a blob " + i).repeat(3));
      }
      history.branch("dev", "main~5");
      history.tag("v1", "main~9");
      content = contentOf(catalog);
    }
  }

  /** As if bits had changed where neither the disk nor RocksDB has a checksum over them. */
  @Test
  void anObjectWhoseBytesAreNotThoseOfItsIdIsNamedWithItsKind() {
    List<Change> all = new ArrayList<>();
    List<Pair> objects;
    try (Store raw = new RocksStore(store)) {
      for (Space space : Space.values()) {
        raw.scan(space, FIRST, LAST, Integer.MAX_VALUE)
            .forEach(it -> all.add(new Change(space, it.key(), Optional.of(it.value()))));
      }
      objects = raw.scan(Space.OBJECTS, FIRST, LAST, Integer.MAX_VALUE);
    }
    assertThat(objects).hasSizeGreaterThan(100);
    for (Pair object : objects) {
      byte[] bytes = object.value();
      requireNamed(all, object, flipped(bytes, 0, 1));
      requireNamed(all, object, flipped(bytes, bytes.length - 1, 4));
      requireNamed(all, object, Arrays.copyOf(bytes, bytes.length / 2));
      requireNamed(all, object, new byte[0]);
    }
  }

  private static void requireNamed(List<Change> all, Pair object, byte[] damaged) {
    MemoryStore copy = new MemoryStore();
    copy.write(all);
    copy.write(List.of(new Change(Space.OBJECTS, object.key(), Optional.of(damaged))));
    try (Catalog catalog = Catalog.open(copy, CatalogSettings.defaults(), InstantSource.system())) {
      String id = Keys.idOf(object.key()).hex();
      String kind =
          switch (object.value()[0]) {
            case 1 -> "commit";
            case 2, 3 -> "node";
            default -> "value";
          };
      assertThatThrownBy(() -> contentOf(catalog))
          .isInstanceOfSatisfying(
              VarveException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.OBJECT_CORRUPT);
                assertThat(e).hasMessageContaining("'" + id + "'").hasMessageContaining(kind);
                assertThat(e.details()).containsEntry("object", id).containsEntry("kind", kind);
              });
    }
  }

  /** Flips bits in the files of a closed store: all reads are right, or say that it is damaged. */
  @Test
  void aFlippedBitInAFileIsFoundOrHarmless() throws IOException {
    long seed = Long.getLong("varve.seed", System.nanoTime() & 0xFFFFFF);
    Random random = new Random(seed);
    List<Path> files = dataFiles();
    int found = 0;
    for (int i = 0; i < FLIPS; i++) {
      Path file = files.get(random.nextInt(files.size()));
      byte[] bytes = Files.readAllBytes(file);
      int at = random.nextInt(bytes.length);
      byte[] damaged = flipped(bytes, at, 1 << random.nextInt(Byte.SIZE));
      Path copy = copyWith(file, damaged, "copy" + i);
      String where = "seed %d, byte %d of %s".formatted(seed, at, file.getFileName());
      try (Catalog catalog = Catalog.open(copy, CatalogSettings.defaults())) {
        assertThat(contentOf(catalog)).as(where).isEqualTo(content);
      } catch (VarveException e) {
        found++;
        assertThat(e.code())
            .as("%s: %s", where, e.getMessage())
            .isIn(ErrorCode.OBJECT_CORRUPT, ErrorCode.STORE_CORRUPT);
        assertThat(e.hint()).isPresent();
      }
    }
    assertThat(found).as("seed %d: flips that were found", seed).isGreaterThan(FLIPS / 3);
  }

  private List<Path> dataFiles() throws IOException {
    try (Stream<Path> files = Files.list(store)) {
      List<Path> data =
          files.filter(it -> it.toString().matches(".*\\.(sst|blob)")).sorted().toList();
      assertThat(data).hasSizeGreaterThan(3);
      return data;
    }
  }

  private Path copyWith(Path damagedFile, byte[] damaged, String name) throws IOException {
    Path copy = Files.createDirectory(directory.resolve(name));
    try (Stream<Path> files = Files.list(store)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    Files.write(copy.resolve(damagedFile.getFileName()), damaged);
    return copy;
  }

  private static byte[] flipped(byte[] bytes, int at, int bits) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= (byte) bits;
    return flipped;
  }

  /** All that refs lead to. */
  private static Map<String, String> contentOf(Catalog catalog) {
    Repository lake = catalog.repository(RepositoryName.LAKE);
    Map<String, String> all = new TreeMap<>();
    for (String name : List.of("main", "dev", "v1")) {
      RefName ref = RefName.parse(name);
      ObjectId head = lake.refs().load(ref).commitId();
      all.put(name, head + " " + lake.refs().reflog(ref, 0, Integer.MAX_VALUE));
      Iterator<Commit> log = lake.graph().log(List.of(head), Ancestry.ALL);
      while (log.hasNext()) {
        Commit commit = log.next();
        all.put(commit.id().hex(), commit.toString());
        Iterator<Entry> entries = lake.tree(commit.id()).entries();
        while (entries.hasNext()) {
          Entry entry = entries.next();
          all.put(commit.id() + " " + entry.key(), Arrays.toString(lake.value(entry.content())));
        }
      }
    }
    return all;
  }
}
