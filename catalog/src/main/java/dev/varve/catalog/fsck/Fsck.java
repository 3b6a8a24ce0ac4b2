package dev.varve.catalog.fsck;

import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.fsck.Finding.Place;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectKind;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.RefRecords;
import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store.Pair;
import dev.varve.catalog.store.View;
import dev.varve.catalog.tree.ContentId;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Verifies one repository: that everything that its branches, tags and reflogs lead to is there,
 * has the bytes that its id says and is what it is referred to as; the laws of trees and
 * generations; and that refs, their names without case, their reflogs and the index of commit ids
 * agree.
 *
 * <p>Every object is read once, shared subtrees too, and a set of what was seen is kept in memory:
 * about 30 bytes an object, twice that if unreachable ones are looked for. Runs on the calling
 * thread, once.
 */
public final class Fsck {
  private final View view;
  private final Keys keys;
  private final Report report;
  private final Walk walk;
  private final Reflogs reflogs;
  private final FsckScope scope;

  /** Names without case of which something was told already. */
  private final Set<String> toldNames = new HashSet<>();

  private Fsck(
      View view, Keys keys, FsckScope scope, ContentCheck contents, FsckListener listener) {
    this.view = view;
    this.keys = keys;
    this.report = new Report(listener);
    this.walk = new Walk(view, keys, contents, report, scope);
    this.reflogs = new Reflogs(view, keys, walk, report);
    this.scope = scope;
  }

  /** Checks a repository of a store. */
  public static FsckSummary run(
      View view, Keys keys, FsckScope scope, ContentCheck contents, FsckListener listener) {
    return new Fsck(view, keys, scope, contents, listener).run();
  }

  private FsckSummary run() {
    checkRefs(RefKind.BRANCH);
    checkRefs(RefKind.TAG);
    checkFoldedNames();
    scan(Space.REFLOG, reflogs::accept);
    reflogs.end();
    walk.end();
    scan(Space.COMMITS, this::checkIndexed);
    scan(Space.COUNTERS, this::checkCounter);
    if (scope == FsckScope.EVERYTHING) {
      scan(Space.OBJECTS, this::tellIfUnreachable);
    }
    return report.end();
  }

  private void checkRefs(RefKind kind) {
    // 'main' is walked first: people look for what its history leads to.
    if (kind == RefKind.BRANCH) {
      find(RefKind.BRANCH, RefName.MAIN)
          .ifPresent(head -> walk.head(head, Place.of("branch 'main'")));
    }
    scan(space(kind), pair -> checkRef(kind, pair));
  }

  private void checkRef(RefKind kind, Pair pair) {
    String text = Keys.nameOf(pair.key());
    Place place = Place.of("%s '%s'".formatted(kind.text(), text));
    report.ref();
    RefName name;
    ObjectId head;
    try {
      name = RefName.parse(text);
      head = RefRecords.decodeRef(pair.value());
    } catch (VarveException e) {
      report.found(
          Damage.REF_DAMAGED,
          "%s '%s' cannot be read: %s".formatted(kind.text(), text, e.getMessage()),
          place);
      return;
    }
    checkFoldedName(kind, name, place);
    if (!reflogs.exist(text)) {
      report.found(Damage.REFLOG_GAP, "'%s' has no reflog".formatted(name), place);
    }
    walk.head(head, place);
  }

  private void checkFoldedName(RefKind kind, RefName name, Place place) {
    if (kind == RefKind.TAG && has(RefKind.BRANCH, name.text())) {
      report.found(Damage.REF_NAME, "'%s' is a branch and a tag".formatted(name), place);
    }
    Optional<String> found =
        view.get(Space.REF_NAMES, keys.name(name.folded()))
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    if (!found.equals(Optional.of(name.text()))) {
      toldNames.add(name.folded());
      report.found(
          Damage.REF_NAME,
          "the name '%s' without case stands for %s"
              .formatted(name, found.map(other -> "'" + other + "'").orElse("nothing")),
          place);
    }
  }

  private void checkFoldedNames() {
    scan(
        Space.REF_NAMES,
        pair -> {
          String folded = Keys.nameOf(pair.key());
          String name = new String(pair.value(), StandardCharsets.UTF_8);
          boolean known = has(RefKind.BRANCH, name) || has(RefKind.TAG, name);
          if (!known && !toldNames.contains(folded)) {
            report.found(
                Damage.REF_NAME,
                "the name '%s' is taken by '%s', which is no branch and no tag"
                    .formatted(folded, name),
                Place.NOWHERE);
          }
        });
  }

  private void checkIndexed(Pair pair) {
    if (pair.key().length != Integer.BYTES + ObjectId.BYTES) {
      report.found(
          Damage.INDEX_DANGLING, "the index of commits holds what is no id", Place.NOWHERE);
      return;
    }
    ObjectId id = Keys.idOf(pair.key());
    if (!walk.knows(id) && !walk.isCommit(id)) {
      report.found(
          Damage.INDEX_DANGLING,
          "the index of commits holds '%s', which is none".formatted(id),
          Place.NOWHERE);
    }
  }

  private void checkCounter(Pair pair) {
    boolean whole =
        pair.key().length > Integer.BYTES + ContentId.BYTES
            && pair.value().length == Long.BYTES
            && pair.value()[0] >= 0;
    if (!whole) {
      report.found(
          Damage.COUNTER_DAMAGED,
          "a high-water mark is no number: %s".formatted(Keys.counterOf(pair.key())),
          Place.NOWHERE);
    }
  }

  private void tellIfUnreachable(Pair pair) {
    ObjectId id = Keys.idOf(pair.key());
    if (!walk.reached(id)) {
      report.unreachable(id, pair.value().length);
    }
  }

  private Optional<ObjectId> find(RefKind kind, RefName name) {
    try {
      return view.get(space(kind), keys.name(name.text())).map(RefRecords::decodeRef);
    } catch (VarveException e) {
      return Optional.empty(); // told when its turn comes
    }
  }

  private boolean has(RefKind kind, String name) {
    return view.get(space(kind), keys.name(name)).isPresent();
  }

  private void scan(Space space, Scan.Taker taker) {
    try {
      Scan.all(view, space, keys, taker);
    } catch (VarveException e) {
      if (!Report.isDamage(e)) {
        throw e;
      }
      report.found(
          Damage.STORE_CORRUPT,
          "the space '%s' cannot be read to its end: %s".formatted(space.text(), e.getMessage()),
          Place.NOWHERE);
    }
  }

  static Space space(RefKind kind) {
    return kind == RefKind.BRANCH ? Space.BRANCHES : Space.TAGS;
  }

  static String word(ObjectKind kind) {
    return switch (kind) {
      case COMMIT -> "commit";
      case LEAF, INNER -> "node";
      case VALUE -> "value";
      case REF -> "ref";
      case REFLOG_ENTRY -> "reflog entry";
    };
  }
}
