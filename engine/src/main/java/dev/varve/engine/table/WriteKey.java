package dev.varve.engine.table;

import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.tree.ContentId;
import java.time.Instant;
import java.util.UUID;

/**
 * What a client names a write by, so that the write takes place once however often it is asked for.
 * It is noted in the store by the write itself: a write that took place is known by its key, after
 * a crash too.
 *
 * @param id chosen by the client for this one write
 * @param request stands for what was asked, above 0: another request must not bear the key
 */
public record WriteKey(UUID id, long request) {
  static final String COUNTER = "write-key";
  private static final int MILLIS_SHIFT = 16;

  public WriteKey {
    if (request <= 0) {
      throw new IllegalArgumentException("a request is a number above 0, not " + request);
    }
  }

  /** What notes the key, and refuses a commit whose key is noted already. */
  CounterRaise raise() {
    return new CounterRaise(new ContentId(id), COUNTER, 0, request);
  }

  /** Where keys of version 7 end that were made before {@code time}: they begin with theirs. */
  static ContentId endOf(Instant time) {
    return new ContentId(new UUID(time.toEpochMilli() << MILLIS_SHIFT, 0));
  }
}
