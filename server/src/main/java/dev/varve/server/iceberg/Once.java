package dev.varve.server.iceberg;

import dev.varve.catalog.CacheStatistics;
import dev.varve.catalog.RepositoryName;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteKey;
import dev.varve.server.recent.RecentEntries;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.exceptions.BadRequestException;

/**
 * Lets a write with an {@code Idempotency-Key} take place once, however often it is sent.
 *
 * <p>The commit notes the key in the store, so that a write which took place is known by its key
 * even when the server was killed right after it. It is then answered with what there is now, as
 * the protocol allows. Refusals changed nothing; they are kept in memory, the newest. Safe for use
 * by many threads.
 */
final class Once {

  /** How long a client may send a request again with its key, as the config answer says. */
  static final Duration LIFETIME = Duration.ofHours(1);

  /** The key's own time is the client's, whose clock may be wrong by as much as a day. */
  private static final Duration KEPT = LIFETIME.plusDays(1);

  /** What refusals may take in memory: some ten thousand, as short as they are. */
  static final long REFUSAL_BYTES = 8L << 20;

  /** A refusal but for its body: keys, headers of objects and of the answer. */
  private static final int EMPTY_REFUSAL_BYTES = 500;

  /** After so many writes with keys, up to four times as many old keys are forgotten. */
  private static final int SWEEP = 1024;

  private static final int UUID_LENGTH = 36;
  private static final int TIME_ORDERED = 7;

  private final Targets targets;
  private final InstantSource clock;
  private final AtomicLong writes = new AtomicLong();
  private final RecentEntries<Sent, Refusal> refusals;

  /**
   * @param clock tells when keys are too old to be sent again
   */
  Once(Targets targets, InstantSource clock) {
    this.targets = targets;
    this.clock = clock;
    this.refusals =
        new RecentEntries<>(
            REFUSAL_BYTES,
            LIFETIME,
            RecentEntries.Age.SINCE_PUT,
            (sent, refusal) -> EMPTY_REFUSAL_BYTES + refusal.json().length,
            clock);
  }

  /** What became of the refusals that are kept; a hit is a request that was sent again. */
  CacheStatistics refusals() {
    return refusals.statistics();
  }

  private record Sent(RepositoryName repository, UUID key) {}

  private record Refusal(long request, int status, Map<String, String> headers, byte[] json) {

    static Refusal of(long request, Reply reply) {
      byte[] json = reply.body().map(Wire::write).orElseGet(() -> new byte[0]);
      return new Refusal(request, reply.status(), reply.headers(), json);
    }

    Reply reply() {
      return new Reply(status, headers, json.length == 0 ? Optional.empty() : Optional.of(json));
    }
  }

  /** Answers a call that a route matches. */
  Reply answer(Route route, Call call) {
    Optional<WriteKey> key = route.again().isPresent() ? call.writeKey() : Optional.empty();
    if (key.isEmpty()) {
      return route.operation().answer(call);
    }
    Tables tables = targets.find(call.prefix()).tables();
    Sent sent = new Sent(tables.repository().name(), key.get().id());
    if (isDone(tables, key.get())) {
      return route.again().get().answer(call);
    }
    Optional<Refusal> refusal = refusals.find(sent);
    if (refusal.isPresent()) {
      requireSame(key.get(), refusal.get().request());
      return refusal.get().reply();
    }
    Reply reply = first(route, call, tables, key.get());
    if (reply.status() >= 400) {
      refusals.put(sent, Refusal.of(key.get().request(), reply));
    } else if (writes.incrementAndGet() % SWEEP == 0) {
      tables.forgetKeys(clock.instant().minus(KEPT), 4 * SWEEP);
    }
    return reply;
  }

  private static Reply first(Route route, Call call, Tables tables, WriteKey key) {
    try {
      return route.operation().answer(call);
    } catch (RuntimeException e) {
      if (isDone(tables, key)) {
        return route.again().get().answer(call); // the same request was sent twice at once
      }
      Reply reply = Failure.reply(e);
      boolean isFinal = reply.status() < 500 && reply.status() != 429;
      if (isFinal) {
        return reply;
      }
      throw e;
    }
  }

  private static boolean isDone(Tables tables, WriteKey key) {
    OptionalLong request = tables.requestOf(key.id());
    request.ifPresent(before -> requireSame(key, before));
    return request.isPresent();
  }

  private static void requireSame(WriteKey key, long request) {
    if (key.request() != request) {
      throw new BadRequestException(
          "the idempotency key '%s' belongs to another request; use a new key for each change",
          key.id());
    }
  }

  /**
   * Reads the header.
   *
   * @throws BadRequestException if it is no UUID of version 7
   */
  static UUID parse(String text) {
    if (text.length() == UUID_LENGTH) {
      try {
        UUID key = UUID.fromString(text);
        if (key.version() == TIME_ORDERED) {
          return key;
        }
      } catch (IllegalArgumentException e) {
        // answered below, like every other text
      }
    }
    throw new BadRequestException("an Idempotency-Key is a UUID of version 7, not '%s'", text);
  }
}
