package dev.varve.catalog;

import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.RefMovedException;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.history.Commits;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.Value;
import dev.varve.catalog.ref.RefChange;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.RefUpdates;
import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.StoredObjects;
import dev.varve.catalog.store.WriteSet;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.Difference;
import dev.varve.catalog.tree.FreshNodes;
import dev.varve.catalog.tree.Key;
import dev.varve.catalog.tree.Nodes;
import dev.varve.catalog.tree.Tree;
import dev.varve.catalog.tree.TreeEdit;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What can be written to a repository in one step; runs on its writer's thread. */
final class Transaction {
  private final WriteSet writes;
  private final Keys keys;
  private final RefUpdates refs;
  private final Nodes nodes;
  private final Commits commits;
  private final Instant now;

  Transaction(
      WriteSet writes,
      Keys keys,
      Nodes nodes,
      FreshNodes fresh,
      Commits commits,
      InstantSource clock) {
    StoredObjects objects = new StoredObjects(writes, keys);
    this.writes = writes;
    this.keys = keys;
    this.refs = new RefUpdates(writes, keys);
    this.nodes = nodes.over(objects, fresh);
    this.commits = commits.over(objects);
    this.now = clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  /** Notes a repository in the store's registry. */
  void register(byte[] key, byte[] number) {
    writes.put(Space.META, key, number);
  }

  /** Makes the first commit, with an empty tree, and the branch that stands at it. */
  Commit begin(RefName branch, CommitDetails details) {
    Tree empty = Tree.empty(nodes, this::putObject);
    Commit commit = Commit.create(empty.id(), List.of(), details, now, this::putObject);
    index(commit);
    refs.create(branch, RefKind.BRANCH, commit.id(), changeBy(commit, "create repository"));
    return commit;
  }

  /**
   * Makes a commit of changes on the head, each of which must find what it expects.
   *
   * @param prepared the changes as an edit of a tree on which they did
   */
  CommitResult commit(
      CommitRequest request, List<StoredValue> values, Optional<PreparedEdit> prepared) {
    ObjectId head = headOf(request.branch(), request.expectedHead());
    Tree tree = new Tree(nodes, commits.load(head).tree());
    Optional<List<Difference>> meanwhile = prepared.flatMap(edit -> edit.changedSince(tree, nodes));
    if (meanwhile.isPresent()) {
      requireUntouched(request, meanwhile.get());
    } else {
      requireExpected(request, tree);
    }
    SortedMap<ObjectId, byte[]> objects = new TreeMap<>();
    values.forEach(value -> objects.put(value.content().value(), value.object()));
    List<TreeEdit> edits =
        meanwhile
            .map(others -> others.stream().map(Transaction::again).toList())
            .orElseGet(() -> edits(request, values));
    Edits all =
        new Edits(
            edits, objects, request.counters(), prepared.filter(edit -> meanwhile.isPresent()));
    return commit(request.branch(), head, List.of(), request.details(), all, "commit");
  }

  private static void requireExpected(CommitRequest request, Tree tree) {
    for (KeyChange change : request.changes()) {
      Optional<Content> found = tree.get(change.key());
      if (!found.equals(change.expected())) {
        throw conflict(request, change, found);
      }
    }
  }

  /** Each key held what is expected, so it must not be among those that others changed since. */
  private static void requireUntouched(CommitRequest request, List<Difference> others) {
    if (others.isEmpty()) {
      return;
    }
    Map<Key, KeyChange> changes = new HashMap<>();
    request.changes().forEach(change -> changes.put(change.key(), change));
    for (Difference other : others) {
      KeyChange change = changes.get(other.key());
      if (change != null) {
        throw conflict(request, change, other.after());
      }
    }
  }

  private static CommitConflictException conflict(
      CommitRequest request, KeyChange change, Optional<Content> found) {
    return new CommitConflictException(
        request.branch().text(), change.key(), change.expected(), found);
  }

  private static TreeEdit again(Difference other) {
    return other
        .after()
        .map(content -> TreeEdit.put(other.key(), content))
        .orElseGet(() -> TreeEdit.remove(other.key()));
  }

  /** What a request does to a tree. */
  static List<TreeEdit> edits(CommitRequest request, List<StoredValue> values) {
    List<TreeEdit> edits = new ArrayList<>();
    values.forEach(value -> edits.add(TreeEdit.put(value.key(), value.content())));
    for (KeyChange change : request.changes()) {
      if (change instanceof KeyChange.Delete) {
        edits.add(TreeEdit.remove(change.key()));
      }
    }
    return edits;
  }

  /**
   * Makes a commit of edits on a head that was read before.
   *
   * @param head where the branch must stand
   * @param otherParents the further parents of a merge
   * @param verb what the reflog calls it
   */
  CommitResult commit(
      RefName branch,
      ObjectId head,
      List<ObjectId> otherParents,
      CommitDetails details,
      Edits edits,
      String verb) {
    headOf(branch, Optional.of(head));
    List<Commit> parents = new ArrayList<>();
    parents.add(commits.load(head));
    otherParents.forEach(parent -> parents.add(commits.load(parent)));
    edits.objects().forEach(this::putObject);
    edits.counters().forEach(this::raise);
    edits.prepared().ifPresent(edit -> edit.written().forEach(this::putObject));
    Tree before =
        edits
            .prepared()
            .map(edit -> edit.edited(nodes))
            .orElseGet(() -> new Tree(nodes, parents.get(0).tree()));
    Tree tree = before.edit(edits.edits(), this::putObject);
    Commit commit = Commit.create(tree.id(), parents, details, timeAfter(parents), this::putObject);
    index(commit);
    refs.move(branch, head, commit.id(), changeBy(commit, verb + ": " + commit.subject()));
    return new CommitResult(commit, head);
  }

  RefUpdates refs() {
    return refs;
  }

  /** At the time of the commit, so that the branch at that time is the commit. */
  private static RefChange changeBy(Commit commit, String why) {
    return new RefChange(commit.committer().toString(), commit.time(), why);
  }

  RefChange change(String who, String why) {
    return new RefChange(who, now, why);
  }

  /**
   * Where a branch stands.
   *
   * @throws VarveException if there is no such branch
   * @throws RefMovedException if it does not stand where it is expected
   */
  ObjectId headOf(RefName branch, Optional<ObjectId> expected) {
    ObjectId head =
        refs.find(branch, RefKind.BRANCH)
            .orElseThrow(() -> noBranch(branch, refs.find(branch, RefKind.TAG).isPresent()));
    if (expected.isPresent() && !expected.get().equals(head)) {
      throw new RefMovedException(branch.text(), expected.get().abbreviate(), head.abbreviate());
    }
    return head;
  }

  /** A commit is newer than its parents, even if the clock is not. */
  private Instant timeAfter(Collection<Commit> parents) {
    Instant newest =
        parents.stream().map(Commit::time).max(Instant::compareTo).orElse(Instant.EPOCH);
    return now.isAfter(newest) ? now : newest.plus(1, ChronoUnit.MICROS);
  }

  private void raise(CounterRaise raise) {
    byte[] key = keys.counter(raise.id(), raise.name());
    long found =
        writes.get(Space.COUNTERS, key).map(bytes -> ByteBuffer.wrap(bytes).getLong()).orElse(0L);
    if (found != raise.expected()) {
      throw new VarveException(
          ErrorCode.ID_REUSED,
          "counter '%s' of '%s' moved: expected %d, found %d"
              .formatted(raise.name(), raise.id(), raise.expected(), found),
          "another branch took these ids; nothing was written, read the table again and retry",
          Map.of("content", raise.id().toString(), "counter", raise.name()),
          null);
    }
    writes.put(Space.COUNTERS, key, ByteBuffer.allocate(Long.BYTES).putLong(raise.next()).array());
  }

  /** Removes counters by their keys in the store, and says how many. */
  int forget(List<byte[]> counters) {
    counters.forEach(key -> writes.remove(Space.COUNTERS, key));
    return counters.size();
  }

  private void index(Commit commit) {
    commits.keep(commit);
    writes.put(Space.COMMITS, keys.object(commit.id()), new byte[] {1});
  }

  private void putObject(ObjectId id, byte[] bytes) {
    writes.put(Space.OBJECTS, keys.object(id), bytes);
  }

  static VarveException noBranch(RefName name, boolean isTag) {
    if (isTag) {
      return new VarveException(
          ErrorCode.READ_ONLY,
          "'%s' is a tag, and a tag never moves".formatted(name),
          "write to a branch; make one with: varve branch create NAME --from " + name,
          Map.of("ref", name.text()),
          null);
    }
    return new VarveException(
        ErrorCode.REF_NOT_FOUND,
        "there is no branch '%s'".formatted(name),
        "list them with 'varve branch list', or make it with: varve branch create " + name,
        Map.of("ref", name.text()),
        null);
  }

  /**
   * What a commit changes.
   *
   * @param edits of the head's tree, or of the prepared one
   * @param objects the value objects that the edits refer to and that are new, as canonical bytes
   * @param prepared most of the commit's edits, done before
   */
  record Edits(
      List<TreeEdit> edits,
      SortedMap<ObjectId, byte[]> objects,
      List<CounterRaise> counters,
      Optional<PreparedEdit> prepared) {}

  /** A content with the object that holds its bytes. */
  record StoredValue(Key key, Content content, byte[] object) {

    static StoredValue of(KeyChange.Put put) {
      byte[] object = Value.encode(put.value());
      Content content = new Content(put.type(), put.id(), ObjectId.of(object));
      return new StoredValue(put.key(), content, object);
    }
  }
}
