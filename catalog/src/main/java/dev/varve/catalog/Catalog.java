package dev.varve.catalog;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.fsck.ContentCheck;
import dev.varve.catalog.fsck.Finding;
import dev.varve.catalog.fsck.Fsck;
import dev.varve.catalog.fsck.FsckScope;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.store.BlockCacheFigures;
import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.RocksBackups;
import dev.varve.catalog.store.RocksStore;
import dev.varve.catalog.store.Snapshot;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store;
import dev.varve.catalog.store.Store.Change;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A store with its repositories, each isolated from the others. Safe for use by many threads; one
 * process at a time may have a store open.
 *
 * <p>The space {@code META} holds {@code format}, the version of the store's layout, and for each
 * repository {@code repository/NAME}, its number; {@code receiving/NUMBER} while one is received,
 * or was deleted and is not removed yet: what has that number then is removed at the start.
 */
public final class Catalog implements Closeable {
  /** The layout that this version writes; older ones are read, newer ones refused. */
  private static final int FORMAT = 1;

  private static final byte[] FORMAT_KEY = bytes("format");
  private static final String REPOSITORY_PREFIX = "repository/";
  private static final String RECEIVING_PREFIX = "receiving/";
  private static final Author SYSTEM = Author.named("varve");

  private final Measures measures = new Measures();
  private final Store store;
  private final CatalogSettings settings;
  private final Caches caches;
  private final InstantSource clock;
  private final SortedMap<RepositoryName, Repository> repositories = new ConcurrentSkipListMap<>();
  private final Set<RepositoryName> receiving = new HashSet<>();
  private final Clearing clearing;
  private int lastNumber;

  private Catalog(Store store, CatalogSettings settings, InstantSource clock) {
    this.store = measures.measured(store);
    this.settings = settings;
    this.caches = Caches.of(settings);
    this.clearing = new Clearing(store);
    this.clock = clock;
  }

  /**
   * Opens the store in a directory, and creates it if it is not there.
   *
   * @throws VarveException with {@link ErrorCode#STORE_LOCKED} if another process has it open, or
   *     {@link ErrorCode#STORE_FORMAT} if a newer version wrote it
   */
  public static Catalog open(Path directory, CatalogSettings settings) {
    return open(new RocksStore(directory), settings, InstantSource.system());
  }

  /** Opens a catalog over a store, which is closed with it. */
  public static Catalog open(Store store, CatalogSettings settings, InstantSource clock) {
    Catalog catalog = new Catalog(store, settings, clock);
    try {
      catalog.load();
      return catalog;
    } catch (RuntimeException e) {
      catalog.close();
      throw e;
    }
  }

  /**
   * The repository of this name.
   *
   * @throws VarveException with {@link ErrorCode#REPOSITORY_NOT_FOUND}
   */
  public Repository repository(RepositoryName name) {
    Repository repository = repositories.get(name);
    if (repository == null) {
      throw new VarveException(
          ErrorCode.REPOSITORY_NOT_FOUND,
          "there is no repository '%s'".formatted(name),
          "there are: " + repositories.keySet(),
          Map.of("repository", name.text()),
          null);
    }
    return repository;
  }

  /**
   * Creates a repository with a first commit and the branch {@code main}.
   *
   * @throws VarveException with {@link ErrorCode#REPOSITORY_EXISTS}
   */
  public synchronized Repository create(RepositoryName name) {
    requireFree(name);
    // Numbers are not given twice: one whose creation failed may be on disk all the same.
    int number = ++lastNumber;
    Repository repository = new Repository(name, store, number, settings, caches, clock, measures);
    try {
      CommitDetails details = CommitDetails.of("Create repository " + name, SYSTEM);
      repository.begin(details, bytes(REPOSITORY_PREFIX + name), bytes(number));
    } catch (RuntimeException e) {
      repository.close();
      throw e;
    }
    repositories.put(name, repository);
    return repository;
  }

  /**
   * Creates a repository of parts that were {@linkplain Repository#send sent}. It appears when all
   * of it is there and verified; otherwise nothing is left of it, after a restart at the latest.
   *
   * @param contents checks the bytes of contents
   * @param borne what may be wrong all the same
   * @param parts sends the parts; what it throws ends the creation
   * @throws VarveException with {@link ErrorCode#REPOSITORY_EXISTS}, or {@link
   *     ErrorCode#INVALID_DATA} if the parts make no whole repository
   */
  public Repository receive(
      RepositoryName name,
      ContentCheck contents,
      Predicate<Finding> borne,
      Consumer<RepositoryParts> parts) {
    int number;
    synchronized (this) {
      requireFree(name);
      if (!receiving.add(name)) {
        throw exists(name);
      }
      number = ++lastNumber;
    }
    Keys keys = new Keys(number);
    byte[] mark = bytes(RECEIVING_PREFIX + number);
    try {
      write(mark, number);
      Receiver receiver = new Receiver(store, keys);
      parts.accept(receiver);
      receiver.end();
      try (Snapshot now = store.snapshot()) {
        Fsck.run(
            now,
            keys,
            FsckScope.REACHABLE,
            contents,
            finding -> {
              if (!borne.test(finding)) {
                throw notWhole(finding);
              }
            });
      }
      synchronized (this) {
        store.write(
            List.of(
                new Change(Space.META, bytes(REPOSITORY_PREFIX + name), Optional.of(bytes(number))),
                new Change(Space.META, mark, Optional.empty())));
        Repository repository =
            new Repository(name, store, number, settings, caches, clock, measures);
        repositories.put(name, repository);
        return repository;
      }
    } catch (RuntimeException e) {
      forget(number, mark, e);
      throw e;
    } finally {
      synchronized (this) {
        receiving.remove(name);
      }
    }
  }

  private void forget(int number, byte[] mark, RuntimeException why) {
    try {
      Receiver.clear(store, new Keys(number));
      store.write(List.of(new Change(Space.META, mark, Optional.empty())));
    } catch (VarveException e) {
      why.addSuppressed(e); // the next start clears it
    }
  }

  /**
   * Deletes a repository with its whole history, for ever. When this returns it is gone, also after
   * a crash; what it has in the store is removed meanwhile. Files that its contents name are not
   * touched.
   *
   * @throws VarveException with {@link ErrorCode#REPOSITORY_NOT_FOUND}
   */
  public void delete(RepositoryName name) {
    Repository deleted;
    int number;
    byte[] mark;
    synchronized (this) {
      deleted = repository(name);
      byte[] key = bytes(REPOSITORY_PREFIX + name);
      number = number(store.get(Space.META, key).orElseThrow());
      mark = bytes(RECEIVING_PREFIX + number);
      store.write(
          List.of(
              new Change(Space.META, key, Optional.empty()),
              new Change(Space.META, mark, Optional.of(bytes(number)))));
      repositories.remove(name);
    }
    // Writes that were on their way end first, so that none comes after what they wrote is removed.
    deleted.close();
    clearing.begin(number, mark);
  }

  /** What deleted repositories left in the store. */
  Clearing clearing() {
    return clearing;
  }

  /** The repositories, in the order of their names. */
  public synchronized List<RepositoryName> repositories() {
    return List.copyOf(repositories.keySet());
  }

  /** What it did since it was opened, and what it holds. Cheap enough to ask every second. */
  public synchronized CatalogStatistics statistics() {
    Collection<Repository> all = repositories.values();
    return new CatalogStatistics(
        measures.writes(),
        measures.commitsPerSync(),
        measures.syncs(),
        all.stream().mapToLong(Repository::queuedWrites).sum(),
        CacheStatistics.of(caches.nodes().asCache()),
        CacheStatistics.of(caches.commits().asCache()),
        store.blockCache().map(Catalog::blocks),
        store.figures());
  }

  private static CacheStatistics blocks(BlockCacheFigures now) {
    return new CacheStatistics(
        now.hits(),
        now.misses(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        now.bytes(),
        now.bound());
  }

  /**
   * Adds a backup of all repositories: everything that was acknowledged before this was called is
   * in it. Writes go on meanwhile.
   *
   * @param note kept with the backup
   */
  public RocksBackups.Entry backup(RocksBackups backups, String note) {
    return store.backup(backups, note);
  }

  /** Finishes the writes that wait, then closes the store. */
  @Override
  public synchronized void close() {
    repositories.values().forEach(Repository::close);
    store.close();
  }

  private static VarveException notWhole(Finding finding) {
    return new VarveException(
        ErrorCode.INVALID_DATA,
        "what was received is no whole repository: " + finding.message(),
        "nothing was kept of it; send it again",
        Map.of("finding", finding.damage().text()),
        null);
  }

  private void requireFree(RepositoryName name) {
    if (repositories.containsKey(name)) {
      throw exists(name);
    }
  }

  private static VarveException exists(RepositoryName name) {
    return new VarveException(
        ErrorCode.REPOSITORY_EXISTS,
        "there is a repository '%s' already".formatted(name),
        "choose another name");
  }

  /** Removes what was being received, or deleted, when the store was closed. */
  private void clearReceived() {
    byte[] to = bytes(RECEIVING_PREFIX + "\uffff");
    for (Store.Pair pair : store.scan(Space.META, bytes(RECEIVING_PREFIX), to, Integer.MAX_VALUE)) {
      int number = number(pair.value());
      lastNumber = Math.max(lastNumber, number);
      Receiver.clear(store, new Keys(number));
      store.write(List.of(new Change(Space.META, pair.key(), Optional.empty())));
    }
  }

  private void load() {
    Optional<byte[]> format = store.get(Space.META, FORMAT_KEY);
    if (format.isEmpty()) {
      write(FORMAT_KEY, FORMAT);
    } else if (format.get().length != Integer.BYTES || number(format.get()) < 1) {
      throw new VarveException(
          ErrorCode.STORE_FORMAT,
          "the store says no format that this version knows",
          "restore it from a backup");
    } else if (number(format.get()) > FORMAT) {
      throw new VarveException(
          ErrorCode.STORE_FORMAT,
          "the store has format %d, and this version knows formats up to %d"
              .formatted(number(format.get()), FORMAT),
          "it was written by a newer version of Varve; update this one");
    }
    clearReceived();
    byte[] from = bytes(REPOSITORY_PREFIX);
    byte[] to = bytes(REPOSITORY_PREFIX + "\uffff");
    for (Store.Pair pair : store.scan(Space.META, from, to, Integer.MAX_VALUE)) {
      String key = new String(pair.key(), StandardCharsets.UTF_8);
      RepositoryName name = new RepositoryName(key.substring(REPOSITORY_PREFIX.length()));
      int number = number(pair.value());
      lastNumber = Math.max(lastNumber, number);
      repositories.put(
          name, new Repository(name, store, number, settings, caches, clock, measures));
    }
  }

  private void write(byte[] key, int number) {
    store.write(List.of(new Change(Space.META, key, Optional.of(bytes(number)))));
  }

  private static byte[] bytes(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  private static int number(byte[] value) {
    return ByteBuffer.wrap(value).getInt();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
