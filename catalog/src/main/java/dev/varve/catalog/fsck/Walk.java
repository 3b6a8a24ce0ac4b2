package dev.varve.catalog.fsck;

import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.fsck.Finding.Place;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectKind;
import dev.varve.catalog.object.Value;
import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.View;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.Entry;
import dev.varve.catalog.tree.Key;
import dev.varve.catalog.tree.NodeClaim;
import dev.varve.catalog.tree.NodeReport;
import dev.varve.catalog.tree.TreeProblem;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Goes from commits to their trees, values and parents, and reads each object once.
 *
 * <p>A node is remembered with what was said of it (its bounds, its count), so one that is shared
 * is read again only where a tree says something else of it: rarely, or when that is wrong.
 */
final class Walk {
  /** Commits read ahead for their generation, which the walk reaches next. */
  private static final int COMMITS_AHEAD = 4_096;

  private final View view;
  private final Keys keys;
  private final ContentCheck contents;
  private final Report report;
  private final ContentIds contentIds;

  /** Whether all nodes keep the laws of trees: what others hold means nothing. */
  private boolean treesAreWhole = true;

  /** Commits by id, nodes and contents by the name of what was said of them. */
  private final IdSet seen = new IdSet();

  /** Objects by id, to pass each on once and to know what was not reached. */
  private final Optional<IdSet> reached;

  private final Map<ObjectId, Commit> ahead =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ObjectId, Commit> eldest) {
          return size() > COMMITS_AHEAD;
        }
      };

  Walk(View view, Keys keys, ContentCheck contents, Report report, FsckScope scope) {
    this.view = view;
    this.keys = keys;
    this.contents = contents;
    this.report = report;
    this.contentIds = new ContentIds(view, keys, report);
    this.reached = scope == FsckScope.EVERYTHING ? Optional.of(new IdSet()) : Optional.empty();
  }

  /** Checks a commit that a branch or tag stands at, and all that it was made on. */
  void head(ObjectId commit, Place place) {
    contentIds.head(commit, place);
    commits(commit, place);
  }

  /** Ends the walk: all refs and reflogs were followed. */
  void end() {
    if (treesAreWhole) {
      contentIds.end();
    }
  }

  /** Whether the walk came to a commit of this id. */
  boolean knows(ObjectId commit) {
    return seen.contains(commit);
  }

  /** Whether an object was read; to be asked only if they are remembered. */
  boolean reached(ObjectId id) {
    return reached.orElseThrow().contains(id);
  }

  /** Checks a commit and all that it was made on. */
  void commits(ObjectId head, Place place) {
    Deque<Step> steps = new ArrayDeque<>();
    steps.push(new Step(head, place));
    while (!steps.isEmpty()) {
      Step step = steps.pop();
      if (seen.add(step.commit)) {
        Optional<Commit> commit = commit(step);
        commit.ifPresent(
            found -> {
              Place here = place.at(found.id());
              checkGeneration(found, here);
              tree(NodeClaim.root(found.tree()), here);
              List<ObjectId> parents = found.parents();
              for (int i = parents.size() - 1; i >= 0; i--) {
                if (!seen.contains(parents.get(i))) {
                  steps.push(new Step(parents.get(i), here));
                }
              }
            });
      }
    }
  }

  private Optional<Commit> commit(Step step) {
    Optional<Commit> early = Optional.ofNullable(ahead.remove(step.commit));
    Optional<Commit> commit =
        early.isPresent()
            ? early
            : load(step.commit, ObjectKind.COMMIT, step.place)
                .flatMap(bytes -> decodeCommit(step, bytes));
    if (commit.isPresent() && view.get(Space.COMMITS, keys.object(step.commit)).isEmpty()) {
      report.found(
          Damage.COMMIT_NOT_INDEXED,
          "commit '%s' is not in the index of commits".formatted(step.commit),
          step.commit,
          ObjectKind.COMMIT,
          step.place);
    }
    return commit;
  }

  private Optional<Commit> decodeCommit(Step step, byte[] bytes) {
    try {
      return Optional.of(Commit.decode(step.commit, bytes));
    } catch (VarveException e) {
      invalid(step.commit, ObjectKind.COMMIT, e, step.place);
      return Optional.empty();
    }
  }

  /** A commit that the walk will reach, without a word if it cannot be read: that is told then. */
  private Optional<Commit> peek(ObjectId id) {
    Commit known = ahead.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    return read(id)
        .map(
            bytes -> {
              Commit commit = Commit.decode(id, bytes);
              if (!seen.contains(id)) {
                count(id, ObjectKind.COMMIT, bytes);
                ahead.put(id, commit);
              }
              return commit;
            });
  }

  /** Whether there is a whole commit of this id. */
  boolean isCommit(ObjectId id) {
    return read(id).isPresent();
  }

  private Optional<byte[]> read(ObjectId id) {
    try {
      Optional<byte[]> bytes = view.get(Space.OBJECTS, keys.object(id));
      if (bytes.isEmpty() || !ObjectId.of(bytes.get()).equals(id)) {
        return Optional.empty();
      }
      Commit.decode(id, bytes.get());
      return bytes;
    } catch (VarveException e) {
      return Optional.empty();
    }
  }

  private void checkGeneration(Commit commit, Place place) {
    long expected = 0;
    for (ObjectId id : commit.parents()) {
      Optional<Commit> parent = peek(id);
      if (parent.isEmpty()) {
        return;
      }
      expected = Math.max(expected, parent.get().generation() + 1);
    }
    if (commit.generation() != expected) {
      report.found(
          Damage.COMMIT_GENERATION,
          "commit '%s' has generation %d, and its parents make it %d"
              .formatted(commit.id(), commit.generation(), expected),
          commit.id(),
          ObjectKind.COMMIT,
          place);
    }
  }

  private void tree(NodeClaim claim, Place place) {
    if (!seen.add(claim.name())) {
      return;
    }
    Optional<byte[]> bytes = load(claim.id(), ObjectKind.LEAF, place);
    if (bytes.isEmpty()) {
      return;
    }
    NodeReport node;
    try {
      node = claim.check(bytes.get());
    } catch (VarveException e) {
      invalid(claim.id(), ObjectKind.LEAF, e, place);
      return;
    }
    treesAreWhole &= node.problems().isEmpty();
    for (TreeProblem problem : node.problems()) {
      report.found(
          damage(problem.law()),
          "node '%s' breaks a law of trees: %s".formatted(claim.id(), problem.what()),
          claim.id(),
          ObjectKind.LEAF,
          place);
    }
    node.children().forEach(child -> tree(child, place));
    node.entries().forEach(entry -> value(entry, place));
  }

  private void value(Entry entry, Place place) {
    contentIds.met(entry);
    Content content = entry.content();
    byte[] said =
        ByteBuffer.allocate(1 + ContentId.BYTES + ObjectId.BYTES)
            .put(content.type().tag())
            .put(content.id().bytes())
            .put(content.value().bytes())
            .array();
    if (!seen.add(ObjectId.of(said))) {
      return;
    }
    Place here = place.at(entry.key().toString());
    load(content.value(), ObjectKind.VALUE, here)
        .ifPresent(bytes -> check(entry.key(), content, bytes, here));
  }

  private void check(Key key, Content content, byte[] bytes, Place place) {
    byte[] value;
    try {
      value = Value.decode(bytes);
    } catch (VarveException e) {
      invalid(content.value(), ObjectKind.VALUE, e, place);
      return;
    }
    contents.check(key, content, value, new Seen(content, place));
  }

  /** The bytes of an object; what is wrong with them is told. */
  private Optional<byte[]> load(ObjectId id, ObjectKind kind, Place place) {
    Optional<byte[]> bytes;
    try {
      bytes = view.get(Space.OBJECTS, keys.object(id));
    } catch (VarveException e) {
      if (!Report.isDamage(e)) {
        throw e;
      }
      tell(Damage.OBJECT_CORRUPT, id, kind, "cannot be read: " + e.getMessage(), place);
      return Optional.empty();
    }
    if (bytes.isEmpty()) {
      tell(Damage.OBJECT_MISSING, id, kind, "is missing", place);
    } else if (!ObjectId.of(bytes.get()).equals(id)) {
      tell(Damage.OBJECT_CORRUPT, id, kind, "is damaged: its bytes have another hash", place);
      return Optional.empty();
    } else {
      count(id, kind, bytes.get());
    }
    return bytes;
  }

  private void count(ObjectId id, ObjectKind kind, byte[] bytes) {
    report.object(kind, bytes);
    if (reached.isPresent() && reached.get().add(id)) {
      report.first(id, bytes);
    }
  }

  private void invalid(ObjectId id, ObjectKind kind, VarveException why, Place place) {
    tell(Damage.OBJECT_INVALID, id, kind, "is none: " + why.getMessage(), place);
  }

  private void tell(Damage damage, ObjectId id, ObjectKind kind, String what, Place place) {
    report.found(damage, "%s '%s' %s".formatted(Fsck.word(kind), id, what), id, kind, place);
  }

  private static Damage damage(TreeProblem.Law law) {
    return switch (law) {
      case ORDER -> Damage.TREE_ORDER;
      case BOUNDS -> Damage.TREE_BOUNDS;
      case COUNT -> Damage.TREE_COUNT;
    };
  }

  /** A commit to look at, and what leads there. */
  private record Step(ObjectId commit, Place place) {}

  /** What the check of a content sees. */
  private final class Seen implements ContentCheck.Surroundings {
    private final Content content;
    private final Place place;

    Seen(Content content, Place place) {
      this.content = content;
      this.place = place;
    }

    @Override
    public long counter(String name) {
      return view.get(Space.COUNTERS, keys.counter(content.id(), name))
          .filter(bytes -> bytes.length == Long.BYTES)
          .map(bytes -> ByteBuffer.wrap(bytes).getLong())
          .orElse(0L);
    }

    @Override
    public void found(Damage damage, String message) {
      report.found(damage, message, content.value(), ObjectKind.VALUE, place);
    }
  }
}
