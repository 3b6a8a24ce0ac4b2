package dev.varve.catalog;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.fsck.ContentCheck;
import dev.varve.catalog.fsck.Finding;
import dev.varve.catalog.fsck.Fsck;
import dev.varve.catalog.fsck.FsckListener;
import dev.varve.catalog.fsck.FsckScope;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.RefRecords;
import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store.Pair;
import dev.varve.catalog.store.View;
import dev.varve.catalog.tree.ContentId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Hands out a repository part by part, each object verified on the way. */
final class Sender {
  private static final int PAGE = 500;

  private final View view;
  private final Keys keys;
  private final RepositoryParts to;

  Sender(View view, Keys keys, RepositoryParts to) {
    this.view = view;
    this.keys = keys;
    this.to = to;
  }

  /**
   * Sends everything that can be reached.
   *
   * @throws VarveException if something is wrong that is not borne
   */
  void send(ContentCheck contents, Predicate<Finding> borne) {
    // The walk that verifies a repository is the one that comes by all of it.
    Fsck.run(
        view,
        keys,
        FsckScope.EVERYTHING,
        contents,
        new FsckListener() {
          @Override
          public void finding(Finding finding) {
            if (!borne.test(finding)) {
              throw broken(finding);
            }
          }

          @Override
          public void object(ObjectId id, byte[] canonicalBytes) {
            to.object(canonicalBytes);
          }
        });
    sendRefs(RefKind.BRANCH, Space.BRANCHES);
    sendRefs(RefKind.TAG, Space.TAGS);
    each(Space.REFLOG, this::sendReflog);
    each(Space.COUNTERS, this::sendCounter);
  }

  /** The error for a repository that is not whole. */
  static VarveException broken(Finding finding) {
    return new VarveException(
        ErrorCode.OBJECT_CORRUPT,
        "the repository is not whole: " + finding.message(),
        finding.damage().hint(),
        Map.of("finding", finding.damage().text()),
        null);
  }

  private void sendRefs(RefKind kind, Space space) {
    each(
        space,
        pair ->
            to.ref(
                kind, RefName.parse(Keys.nameOf(pair.key())), RefRecords.decodeRef(pair.value())));
  }

  private void sendReflog(Pair pair) {
    RefName name = RefName.parse(Keys.nameOfReflog(pair.key()));
    if (!Arrays.equals(pair.key(), keys.reflogSize(name.text()))) {
      to.reflogEntry(name, RefRecords.decodeEntry(0, pair.value()));
    }
  }

  private void sendCounter(Pair pair) {
    int end = Integer.BYTES + ContentId.BYTES;
    to.counter(
        ContentId.fromBytes(Arrays.copyOfRange(pair.key(), Integer.BYTES, end)),
        Keys.counterOf(pair.key()),
        ByteBuffer.wrap(pair.value()).getLong());
  }

  private void each(Space space, Consumer<Pair> taker) {
    byte[] from = keys.first();
    List<Pair> page;
    do {
      page = view.scan(space, from, keys.end(), PAGE);
      page.forEach(taker);
      if (!page.isEmpty()) {
        from = Keys.after(page.get(page.size() - 1).key());
      }
    } while (page.size() == PAGE);
  }
}
