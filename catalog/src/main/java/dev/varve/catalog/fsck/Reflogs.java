package dev.varve.catalog.fsck;

import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.fsck.Finding.Place;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefRecords;
import dev.varve.catalog.ref.ReflogEntry;
import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store.Pair;
import dev.varve.catalog.store.View;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Takes the space of reflogs entry by entry, in order: of each ref its number of entries, then the
 * entries from the oldest on.
 */
final class Reflogs {
  private static final long UNKNOWN = -1;

  private final View view;
  private final Keys keys;
  private final Walk walk;
  private final Report report;

  /** The reflog that is being read. */
  private Optional<String> name = Optional.empty();

  private long size;
  private long next;

  /** Where the entry before ended; of no meaning while {@link #lost}. */
  private Optional<ObjectId> end;

  /** Whether the entry before is missing or damaged, so that nothing follows from it. */
  private boolean lost;

  private Optional<ReflogEntry> newest;

  Reflogs(View view, Keys keys, Walk walk, Report report) {
    this.view = view;
    this.keys = keys;
    this.walk = walk;
    this.report = report;
  }

  /** Whether there is anything of the reflog of a ref. */
  boolean exist(String ref) {
    return !view.scan(Space.REFLOG, keys.reflogSize(ref), keys.endOfReflog(ref), 1).isEmpty();
  }

  void accept(Pair pair) {
    String ref = Keys.nameOfReflog(pair.key());
    if (!name.equals(Optional.of(ref))) {
      end();
      begin(ref);
    }
    int rest = pair.key().length - Integer.BYTES - ref.getBytes(StandardCharsets.UTF_8).length - 1;
    if (rest == 0 && pair.value().length == Long.BYTES) {
      size = ByteBuffer.wrap(pair.value()).getLong();
    } else if (rest == Long.BYTES) {
      entry(ByteBuffer.wrap(pair.key(), pair.key().length - rest, rest).getLong(), pair.value());
    } else {
      report.found(Damage.REFLOG_DAMAGED, "the reflog of '%s' holds odd keys".formatted(ref), at());
    }
  }

  private void begin(String ref) {
    name = Optional.of(ref);
    size = UNKNOWN;
    next = 0;
    end = Optional.empty();
    lost = false;
    newest = Optional.empty();
  }

  private void entry(long number, byte[] value) {
    report.reflogEntry();
    if (number > next) {
      gap("entries %d to %d of it are missing".formatted(next, number - 1));
      lost = true;
    }
    next = number + 1;
    ReflogEntry entry;
    try {
      entry = RefRecords.decodeEntry(number, value);
    } catch (VarveException e) {
      report.found(
          Damage.REFLOG_DAMAGED,
          "entry %d of the reflog of '%s' cannot be read: %s"
              .formatted(number, ref(), e.getMessage()),
          at());
      lost = true;
      newest = Optional.empty();
      return;
    }
    check(number, entry);
    entry.before().ifPresent(commit -> walk.commits(commit, at()));
    entry.after().ifPresent(commit -> walk.commits(commit, at()));
    newest = Optional.of(entry);
    end = entry.after();
    lost = false;
  }

  private void check(long number, ReflogEntry entry) {
    if (!lost && !entry.before().equals(end)) {
      report.found(
          Damage.REFLOG_BROKEN,
          "entry %d of the reflog of '%s' begins at %s, and the one before it ended at %s"
              .formatted(number, ref(), text(entry.before()), text(end)),
          at());
    }
    if (newest.isPresent() && entry.when().isBefore(newest.get().when())) {
      report.found(
          Damage.REFLOG_BROKEN,
          "entry %d of the reflog of '%s' is older than the one before it".formatted(number, ref()),
          at());
    }
  }

  /** Ends the reflog that was being read. */
  void end() {
    if (name.isEmpty()) {
      return;
    }
    if (size == UNKNOWN) {
      gap("its number of entries is missing");
    } else if (next < size) {
      gap("entries %d to %d of it are missing".formatted(next, size - 1));
    } else if (next > size) {
      gap("it has %d entries, and should have %d".formatted(next, size));
    } else if (newest.isPresent()) {
      checkHead(newest.get());
    }
    name = Optional.empty();
  }

  private void checkHead(ReflogEntry last) {
    Optional<ObjectId> head;
    try {
      head = head(RefKind.BRANCH).or(() -> head(RefKind.TAG));
    } catch (VarveException e) {
      return; // the ref is damaged, which was told
    }
    if (!head.equals(last.after())) {
      report.found(
          Damage.REFLOG_HEAD,
          "'%s' stands at %s, and its reflog ends at %s"
              .formatted(ref(), text(head), text(last.after())),
          at());
    }
  }

  private Optional<ObjectId> head(RefKind kind) {
    return view.get(Fsck.space(kind), keys.name(ref())).map(RefRecords::decodeRef);
  }

  private void gap(String what) {
    report.found(
        Damage.REFLOG_GAP, "the reflog of '%s' has a gap: %s".formatted(ref(), what), at());
  }

  private String ref() {
    return name.orElseThrow();
  }

  private Place at() {
    return Place.of("reflog of '%s'".formatted(ref()));
  }

  private static String text(Optional<ObjectId> commit) {
    return commit.map(ObjectId::abbreviate).orElse("nothing");
  }
}
