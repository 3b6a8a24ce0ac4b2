package dev.varve.server.recent;

import dev.varve.catalog.CacheStatistics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.ToLongBiFunction;

/**
 * The newest entries, within a bound of weight and of time: the oldest make room for what comes in.
 *
 * <p>This is for what cannot be made again, such as the answer to a write that a client may send
 * once more. A cache of what can (Caffeine's) guesses which entries are worth their room, and when
 * it is full may turn away the very one that came in last. Safe for use by many threads; every
 * operation is O(1), amortized.
 */
public final class RecentEntries<K, V> {
  /** What makes an entry young again. */
  public enum Age {
    /** Its age is counted from when it was put. */
    SINCE_PUT,
    /** Its age is counted from when it was put or found last. */
    SINCE_USE
  }

  private static final Duration A_CENTURY = Duration.ofDays(36_525);

  private final long bound;
  private final Duration life;
  private final Age age;
  private final ToLongBiFunction<K, V> weigher;
  private final InstantSource clock;

  /** By age, the oldest first. */
  private final Map<K, Entry<V>> entries = new LinkedHashMap<>();

  private long weight;
  private long hits;
  private long misses;
  private long evictions;

  private record Entry<V>(V value, long weight, Instant time) {}

  /**
   * @param bound what the entries may weigh together; one that is heavier alone is not kept
   * @param life how old an entry may become
   * @param weigher an entry's weight, such as its bytes in memory
   */
  public RecentEntries(
      long bound, Duration life, Age age, ToLongBiFunction<K, V> weigher, InstantSource clock) {
    this.bound = bound;
    this.life = life;
    this.age = age;
    this.weigher = weigher;
    this.clock = clock;
  }

  /** Keeps the entries that were put last, however old they are. */
  public RecentEntries(long bound, ToLongBiFunction<K, V> weigher) {
    this(bound, A_CENTURY, Age.SINCE_PUT, weigher, InstantSource.system());
  }

  /** The value of a key, if it is kept still. */
  public synchronized Optional<V> find(K key) {
    forgetOld();
    Entry<V> entry = entries.get(key);
    if (entry == null) {
      misses++;
      return Optional.empty();
    }
    hits++;
    if (age == Age.SINCE_USE) {
      entries.remove(key);
      entries.put(key, new Entry<>(entry.value(), entry.weight(), clock.instant()));
    }
    return Optional.of(entry.value());
  }

  /** Keeps a value, in place of what the key had. */
  public synchronized void put(K key, V value) {
    forgetOld();
    remove(key);
    long heavy = weigher.applyAsLong(key, value);
    if (heavy > bound) {
      evictions++;
      return;
    }
    entries.put(key, new Entry<>(value, heavy, clock.instant()));
    weight += heavy;
    Iterator<Entry<V>> oldest = entries.values().iterator();
    while (weight > bound) {
      weight -= oldest.next().weight();
      oldest.remove();
      evictions++;
    }
  }

  /** Keeps a value together with what the key has, or alone. */
  public synchronized void merge(K key, V value, BinaryOperator<V> together) {
    Entry<V> before = entries.get(key);
    put(key, before == null ? value : together.apply(before.value(), value));
  }

  /** Lets an entry go, if it is there. */
  public synchronized void remove(K key) {
    Entry<V> before = entries.remove(key);
    if (before != null) {
      weight -= before.weight();
    }
  }

  /** What it did since the start, and what it holds now. */
  public synchronized CacheStatistics statistics() {
    forgetOld();
    return new CacheStatistics(hits, misses, evictions, entries.size(), weight, bound);
  }

  private void forgetOld() {
    Instant last = clock.instant().minus(life);
    Iterator<Entry<V>> oldest = entries.values().iterator();
    while (oldest.hasNext()) {
      Entry<V> entry = oldest.next();
      if (!entry.time().isBefore(last)) {
        return;
      }
      oldest.remove();
      weight -= entry.weight();
    }
  }
}
