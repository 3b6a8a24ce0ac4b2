package dev.varve.catalog.merge;

import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.merge.MergedKey.Origin;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.Value;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.Difference;
import dev.varve.catalog.tree.Key;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Merges two trees by what they changed since a third.
 *
 * <p>What their side did to each content is done to our tree: added, removed, changed or renamed. A
 * content is found by its id where our side has it, so a change follows a rename whichever side
 * made which. Contents that both sides changed go to the {@link ContentMerger}. Costs O(changes of
 * theirs · log n); only if their side added a content, or if one is no longer where the base has
 * it, are our side's changes listed too.
 *
 * <p>Not safe for use by several threads, and used once.
 */
final class ThreeWay {
  private final Side base;
  private final Side ours;
  private final Side theirs;

  /** The contents of which the base says nothing; a conflict if the sides differ on them. */
  private final Set<ContentId> unsettled;

  private final ContentMerger merger;
  private final Changes theirChanges;
  private Optional<Changes> ourChanges = Optional.empty();

  private final List<KeyConflict> conflicts = new ArrayList<>();
  private final Conflicts words;
  private final Draft draft;
  private final SortedMap<ObjectId, byte[]> objects = new TreeMap<>();
  private final List<CounterRaise> counters = new ArrayList<>();

  ThreeWay(MergedBase base, Side ours, Side theirs, ContentMerger merger, MergeVerb verb) {
    this.base = base.side();
    this.ours = ours;
    this.theirs = theirs;
    this.unsettled = base.unsettled();
    this.merger = merger;
    this.theirChanges = Changes.between(this.base.tree(), theirs.tree());
    this.words = new Conflicts(verb, merger);
    this.draft = new Draft(ours.tree(), theirs.tree(), this::asked, words);
  }

  KeyMerge run() {
    theirChanges.differences().forEach(this::apply);
    unsettled.forEach(this::checkAgreed);
    List<MergedKey> keys = draft.finish();
    conflicts.sort(Comparator.comparing(KeyConflict::key));
    return new KeyMerge(keys, conflicts, objects, counters);
  }

  private void apply(Difference difference) {
    Key key = difference.key();
    Optional<Located> before = difference.before().map(it -> new Located(key, it));
    Optional<Located> after = difference.after().map(it -> new Located(key, it));
    if (before.isPresent() && after.isPresent() && sameContent(before.get(), after.get())) {
      if (isSettled(after.get())) {
        applyChanged(before.get(), after.get());
      }
      return;
    }
    before.filter(this::isSettled).ifPresent(this::applyLeft);
    after
        .filter(this::isSettled)
        .filter(it -> theirChanges.renamed(it.content().id()).filter(it::equals).isEmpty())
        .ifPresent(it -> applyAdded(before, it));
  }

  private boolean isSettled(Located located) {
    return !unsettled.contains(located.content().id());
  }

  /** A side that looks unchanged may do so only because the base happens to have the same. */
  private void checkAgreed(ContentId id) {
    boolean weTouch = ourChanges().touch(id);
    boolean theyTouch = theirChanges.touch(id);
    Optional<Located> was = weTouch ? ourChanges().before(id) : theirChanges.before(id);
    Optional<Located> our = weTouch ? ourChanges().after(id) : was;
    Optional<Located> their = theyTouch ? theirChanges.after(id) : was;
    if (!our.equals(their)
        && asked(words.basesDisagree(was, our, their)).equals(Optional.of(KeyAnswer.THEIRS))) {
      our.ifPresent(it -> draft.vacate(it.key()));
      their.ifPresent(it -> draft.place(it.key(), it.content(), Origin.THEIRS, Optional.empty()));
    }
  }

  private void applyLeft(Located before) {
    Optional<Located> renamed = theirChanges.renamed(before.content().id());
    if (renamed.isPresent()) {
      applyRenamed(before, renamed.get());
    } else {
      applyRemoved(before);
    }
  }

  private void applyChanged(Located before, Located after) {
    Optional<Located> mine = findInOurs(before);
    Key at = mine.map(Located::key).orElse(before.key());
    decide(before.key(), at, Optional.of(before), mine, Optional.of(after));
  }

  private void applyRenamed(Located before, Located after) {
    Optional<Located> mine = findInOurs(before);
    if (mine.isEmpty()) {
      if (asked(words.removedAndRenamed(before.key(), before.content(), after))
          .equals(Optional.of(KeyAnswer.THEIRS))) {
        draft.place(after.key(), after.content(), Origin.THEIRS, Optional.empty());
      }
      return;
    }
    Key here = mine.get().key();
    if (here.equals(before.key()) || here.equals(after.key())) {
      decide(before.key(), after.key(), Optional.of(before), mine, Optional.of(after));
    } else {
      asked(words.renamedDifferently(before.key(), before.content(), mine.get(), after))
          .map(answer -> key(answer, here, after.key()))
          .ifPresent(at -> decide(before.key(), at, Optional.of(before), mine, Optional.of(after)));
    }
  }

  private void applyRemoved(Located before) {
    Optional<Located> mine = findInOurs(before);
    if (mine.isEmpty()) {
      return;
    }
    if (!mine.get().key().equals(before.key())) {
      if (asked(words.renamedAndRemoved(before.key(), before.content(), mine.get()))
          .equals(Optional.of(KeyAnswer.THEIRS))) {
        draft.vacate(mine.get().key());
      }
      return;
    }
    decide(before.key(), before.key(), Optional.of(before), mine, Optional.empty());
  }

  /**
   * @param before what their side had at the key, which is decided by itself
   */
  private void applyAdded(Optional<Located> before, Located after) {
    Key key = after.key();
    Optional<Located> here = ours.tree().get(key).map(it -> new Located(key, it));
    if (here.filter(it -> sameContent(it, after)).isEmpty()) {
      Optional<Located> elsewhere = ourChanges().arrived(after.content().id());
      if (elsewhere.isPresent()) {
        asked(words.addedApart(elsewhere.get(), after))
            .map(answer -> key(answer, elsewhere.get().key(), key))
            .ifPresent(at -> decide(key, at, Optional.empty(), elsewhere, Optional.of(after)));
        return;
      }
    }
    Optional<Located> mine = here.filter(it -> before.isEmpty() || !sameContent(before.get(), it));
    decide(key, key, Optional.empty(), mine, Optional.of(after));
  }

  /** What somebody said of a conflict; if nobody did, it is one. */
  private Optional<KeyAnswer> asked(KeyConflict conflict) {
    Optional<KeyAnswer> answer =
        merger.answer(conflict).filter(it -> conflict.answers().contains(it.kind()));
    if (answer.isEmpty()) {
      conflicts.add(conflict);
    }
    return answer;
  }

  private static Key key(KeyAnswer answer, Key ours, Key theirs) {
    return switch (answer.kind()) {
      case OURS -> ours;
      case THEIRS -> theirs;
      case KEY -> answer.key().orElseThrow();
    };
  }

  /** Where our side has a content of the base. */
  private Optional<Located> findInOurs(Located before) {
    Optional<Located> same =
        ours.tree()
            .get(before.key())
            .map(it -> new Located(before.key(), it))
            .filter(it -> sameContent(before, it));
    return same.isPresent() ? same : ourChanges().renamed(before.content().id());
  }

  private Changes ourChanges() {
    if (ourChanges.isEmpty()) {
      ourChanges = Optional.of(Changes.between(base.tree(), ours.tree()));
    }
    return ourChanges.get();
  }

  /**
   * Decides what one content will be.
   *
   * @param key what the conflict is named after, if it comes to one
   * @param at where the result will be
   */
  private void decide(
      Key key, Key at, Optional<Located> before, Optional<Located> mine, Optional<Located> after) {
    Optional<Content> was = before.map(Located::content);
    Optional<Content> our = mine.map(Located::content);
    Optional<Content> their = after.map(Located::content);
    if (our.equals(their)) {
      settle(at, mine, our, Origin.OURS);
    } else if (our.equals(was)) {
      settle(at, mine, their, Origin.THEIRS);
    } else if (their.equals(was)) {
      settle(at, mine, our, Origin.OURS);
    } else {
      MergedContent merged =
          merger.merge(at, base.version(before), ours.version(mine), theirs.version(after));
      if (merged instanceof MergedContent.Conflict conflict) {
        conflicts.add(new KeyConflict(key, was, our, their, conflict, Set.of()));
      } else if (merged instanceof MergedContent.Apart apart) {
        settle(at, mine, our, Origin.OURS);
        their.ifPresent(it -> draft.place(apart.theirs(), it, Origin.THEIRS, Optional.empty()));
      } else {
        Optional<Content> result = keep(merged);
        settle(at, mine, result, Origin.MERGED);
        mine.filter(it -> result.isPresent() && !it.content().id().equals(result.get().id()))
            .ifPresent(this::giveWay);
      }
    }
  }

  /**
   * Another content gets the key of ours. If ours only came there by a rename that their side knows
   * nothing of, it goes back to where base and theirs have it.
   */
  private void giveWay(Located mine) {
    ContentId id = mine.content().id();
    ourChanges()
        .before(id)
        .filter(was -> !was.key().equals(mine.key()) && !theirChanges.touch(id))
        .ifPresent(
            was -> draft.place(was.key(), mine.content(), Origin.OURS, Optional.of(mine.key())));
  }

  private void settle(Key at, Optional<Located> mine, Optional<Content> result, Origin origin) {
    mine.ifPresent(it -> draft.vacate(it.key()));
    result.ifPresent(content -> draft.place(at, content, origin, mine.map(Located::key)));
  }

  private Optional<Content> keep(MergedContent merged) {
    if (!(merged instanceof MergedContent.Merged made)) {
      return Optional.empty();
    }
    byte[] object = Value.encode(made.value());
    ObjectId id = ObjectId.of(object);
    objects.put(id, object);
    counters.addAll(made.counters());
    return Optional.of(new Content(made.type(), made.id(), id));
  }

  private static boolean sameContent(Located one, Located other) {
    return one.content().id().equals(other.content().id());
  }
}
