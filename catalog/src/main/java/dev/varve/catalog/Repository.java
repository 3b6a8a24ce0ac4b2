package dev.varve.catalog;

import dev.varve.catalog.Transaction.StoredValue;
import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.fsck.ContentCheck;
import dev.varve.catalog.fsck.Finding;
import dev.varve.catalog.fsck.Fsck;
import dev.varve.catalog.fsck.FsckListener;
import dev.varve.catalog.fsck.FsckScope;
import dev.varve.catalog.fsck.FsckSummary;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.history.CommitGraph;
import dev.varve.catalog.history.Commits;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.CherryPickRequest;
import dev.varve.catalog.merge.ContentMerger;
import dev.varve.catalog.merge.MergePlan;
import dev.varve.catalog.merge.MergeRequest;
import dev.varve.catalog.merge.MergeResult;
import dev.varve.catalog.merge.Merges;
import dev.varve.catalog.merge.RevertRequest;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectReader;
import dev.varve.catalog.object.Value;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.RefUpdates;
import dev.varve.catalog.ref.Refs;
import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.Snapshot;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store;
import dev.varve.catalog.store.StoredObjects;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.Key;
import dev.varve.catalog.tree.Nodes;
import dev.varve.catalog.tree.Tree;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One history with its refs. Safe for use by many threads.
 *
 * <p>Every write is durable when its method returns. Unless an error says {@link
 * ErrorCode#OUTCOME_UNKNOWN}, a write that throws has changed nothing.
 */
public final class Repository implements AutoCloseable {
  /** What a write without values takes in memory while it waits, about. */
  private static final long SMALL_WRITE_BYTES = 1_000;

  /** What a change takes besides its value: key, expectation, headers. */
  private static final long CHANGE_BYTES = 300;

  private final RepositoryName name;
  private final Store store;
  private final Keys keys;
  private final InstantSource clock;
  private final Refs refs;
  private final StoredObjects objects;
  private final Nodes nodes;
  private final Commits commits;
  private final Resolver resolver;
  private final CommitGraph graph;
  private final Merges merges;
  private final WritePipeline pipeline;
  private final Measures measures;

  Repository(
      RepositoryName name,
      Store store,
      int number,
      CatalogSettings settings,
      Caches caches,
      InstantSource clock,
      Measures measures) {
    this.measures = measures;
    this.name = name;
    this.store = store;
    this.clock = clock;
    this.keys = new Keys(number);
    this.refs = new Refs(store, keys);
    this.objects = new StoredObjects(store, keys);
    this.nodes = new Nodes(objects, caches.nodes());
    this.commits = new Commits(objects, caches.commits());
    this.resolver = new Resolver(store, keys, refs, commits);
    this.graph = new CommitGraph(resolver::check, commits::load);
    this.merges = new Merges(new RepositoryMergeTarget(this, objects, nodes));
    this.pipeline = new WritePipeline(name.text(), store, settings, this::publish);
  }

  public RepositoryName name() {
    return name;
  }

  /** The branches, the tags and what they were. */
  public Refs refs() {
    return refs;
  }

  /**
   * The commit that a revision names. O(1) for names and ids, O(log moves) for times.
   *
   * @throws VarveException if there is none, or an id's first digits are those of several
   */
  public ResolvedRevision resolve(Revision revision) {
    return resolver.resolve(revision);
  }

  /**
   * The commit of this id.
   *
   * @throws VarveException with {@link ErrorCode#COMMIT_NOT_FOUND}
   */
  public Commit commit(ObjectId id) {
    return resolver.load(id);
  }

  /** The state of the lake at a commit; its nodes are read on demand. */
  public Tree tree(ObjectId commitId) {
    return new Tree(nodes, commit(commitId).tree());
  }

  /** How commits follow from one another: the log, ancestry and merge bases. */
  public CommitGraph graph() {
    return graph;
  }

  /** The bytes that a content's value names. */
  public byte[] value(ObjectId value) {
    return Value.decode(objects.load(value, ObjectReader.Kind.VALUE));
  }

  /** The bytes of a content. */
  public byte[] value(Content content) {
    return value(content.value());
  }

  /** A high-water mark, 0 if it was never raised. */
  public long counter(ContentId id, String counter) {
    return store
        .get(Space.COUNTERS, keys.counter(id, counter))
        .map(bytes -> ByteBuffer.wrap(bytes).getLong())
        .orElse(0L);
  }

  /**
   * Forgets marks that serve for a time only, such as those of requests.
   *
   * @param counter the name that they have
   * @param before those of ids that order before this one, as unsigned bytes
   * @param limit how many at the most; call again for more
   * @return how many were forgotten
   */
  public int forgetCounters(String counter, ContentId before, int limit) {
    byte[] end = keys.counter(before, "");
    List<byte[]> found = new ArrayList<>();
    byte[] from = keys.first();
    List<Store.Pair> page;
    do {
      page = store.scan(Space.COUNTERS, from, end, limit);
      for (Store.Pair pair : page) {
        from = Keys.after(pair.key());
        if (Keys.counterOf(pair.key()).equals(counter) && found.size() < limit) {
          found.add(pair.key());
        }
      }
    } while (page.size() == limit && found.size() < limit);
    if (!found.isEmpty()) {
      write(transaction -> transaction.forget(found));
    }
    return found.size();
  }

  /**
   * Makes a commit on the branch's head, wherever that is by then: commits whose keys do not clash
   * never fail because the branch moved. O(changes · log size).
   *
   * @throws CommitConflictException if a key does not hold what the request expects
   * @throws VarveException with {@link ErrorCode#NOTHING_TO_COMMIT} if no key is changed
   */
  public CommitResult commit(CommitRequest request) {
    return commit(request, () -> {});
  }

  /**
   * As {@link #commit(CommitRequest)}, for a caller that lets others go on before it is durable.
   *
   * @param queued runs on the caller's thread once the commit has its place: commits that are asked
   *     for later are applied after it, and may expect what it puts. It can still fail, and they
   *     then find that they expected what is not there. Must be short; not run if the commit is
   *     refused before it has a place
   */
  public CommitResult commit(CommitRequest request, Runnable queued) {
    requireChanges(request);
    List<StoredValue> values = new ArrayList<>();
    for (KeyChange change : request.changes()) {
      if (change instanceof KeyChange.Put put) {
        values.add(StoredValue.of(put));
      }
    }
    Optional<PreparedEdit> prepared = prepare(request, values);
    long bytes = sizeOf(request) + prepared.map(PreparedEdit::bytes).orElse(0L);
    return write(bytes, transaction -> transaction.commit(request, values, prepared), queued);
  }

  /** A large commit's edit of the tree as it is now, if the commit could be made on it. */
  Optional<PreparedEdit> prepare(CommitRequest request, List<StoredValue> values) {
    if (request.changes().size() < PreparedEdit.MIN_EDITS) {
      return Optional.empty();
    }
    Optional<Tree> head =
        refs.find(request.branch(), RefKind.BRANCH).map(branch -> tree(branch.commitId()));
    // What does not fit now is for the writer to refuse, when it is its turn.
    return head.filter(tree -> fits(request, tree))
        .map(
            tree -> PreparedEdit.of(tree.id(), Transaction.edits(request, values), objects, nodes));
  }

  private static boolean fits(CommitRequest request, Tree tree) {
    return request.changes().stream()
        .allMatch(change -> tree.get(change.key()).equals(change.expected()));
  }

  /** Says what {@link #merge} would do; writes nothing. */
  public MergePlan planMerge(MergeRequest request, ContentMerger merger) {
    return merges.planMerge(request, merger);
  }

  /**
   * Brings the history of another commit into a branch. Costs O(changes of theirs since the merge
   * base · log size).
   *
   * @throws VarveException with {@link ErrorCode#NOT_FAST_FORWARD} if only a fast-forward was asked
   *     for and none is possible; {@link ErrorCode#REF_MOVED} if the branch is not where it was
   *     expected, or moves faster than it can be merged
   */
  public MergeResult merge(MergeRequest request, ContentMerger merger) {
    return merges.merge(request, merger);
  }

  /** Says what {@link #cherryPick} would do; writes nothing. */
  public MergePlan planCherryPick(CherryPickRequest request, ContentMerger merger) {
    return merges.planCherryPick(request, merger);
  }

  /** Does on a branch what a commit did elsewhere. */
  public MergeResult cherryPick(CherryPickRequest request, ContentMerger merger) {
    return merges.cherryPick(request, merger);
  }

  /** Says what {@link #revert} would do; writes nothing. */
  public MergePlan planRevert(RevertRequest request, ContentMerger merger) {
    return merges.planRevert(request, merger);
  }

  /** Undoes what a commit did and keeps what came later. */
  public MergeResult revert(RevertRequest request, ContentMerger merger) {
    return merges.revert(request, merger);
  }

  /**
   * Creates a branch. O(1), whatever the size of the lake.
   *
   * @param at the commit where it begins
   */
  public Ref createBranch(RefName branch, ObjectId at, Author who, String why) {
    return create(new Ref(branch, RefKind.BRANCH, at), who, why);
  }

  /** Creates a tag, which will never move. O(1). */
  public Ref createTag(RefName tag, ObjectId at, Author who, String why) {
    return create(new Ref(tag, RefKind.TAG, at), who, why);
  }

  /**
   * Deletes a branch or tag; its reflog stays, so that it can be brought back.
   *
   * @param expected where it must stand, or empty for anywhere
   */
  public Ref deleteRef(
      RefName ref, RefKind kind, Optional<ObjectId> expected, Author who, String why) {
    requireNotMain(ref, "deleted");
    return write(
        transaction -> {
          ObjectId at = transaction.refs().find(ref, kind).orElseThrow(() -> refs.notFound(ref));
          transaction
              .refs()
              .delete(ref, kind, expected.orElse(at), transaction.change(who.toString(), why));
          return new Ref(ref, kind, at);
        });
  }

  /** Gives a branch another name. */
  public Ref renameBranch(RefName from, RefName to, Author who) {
    requireNotMain(from, "renamed");
    return write(
        transaction -> {
          ObjectId at = transaction.headOf(from, Optional.empty());
          String why = "rename '%s' to '%s'".formatted(from, to);
          transaction
              .refs()
              .delete(from, RefKind.BRANCH, at, transaction.change(who.toString(), why));
          transaction
              .refs()
              .create(to, RefKind.BRANCH, at, transaction.change(who.toString(), why));
          return new Ref(to, RefKind.BRANCH, at);
        });
  }

  /**
   * Moves a branch to any commit; where it stood is in its reflog.
   *
   * @param expected where it must stand, or empty for anywhere
   */
  public Ref reset(
      RefName branch, ObjectId to, Optional<ObjectId> expected, Author who, String why) {
    commit(to);
    return write(
        transaction -> {
          ObjectId head = transaction.headOf(branch, expected);
          transaction.refs().move(branch, head, to, transaction.change(who.toString(), why));
          return new Ref(branch, RefKind.BRANCH, to);
        });
  }

  /**
   * Moves a branch to where another one stands, and deletes that one, in one step; their reflogs
   * say so.
   *
   * @param scratch the branch that goes, and where it must stand
   * @param expected where {@code branch} must stand
   * @throws dev.varve.catalog.error.RefMovedException if one of them stands elsewhere; nothing was
   *     written
   */
  public Ref publish(Ref scratch, RefName branch, ObjectId expected, Author who, String why) {
    return write(
        transaction -> {
          transaction.headOf(scratch.name(), Optional.of(scratch.commitId()));
          transaction.headOf(branch, Optional.of(expected));
          RefUpdates updates = transaction.refs();
          updates.move(
              branch, expected, scratch.commitId(), transaction.change(who.toString(), why));
          updates.delete(
              scratch.name(),
              RefKind.BRANCH,
              scratch.commitId(),
              transaction.change(who.toString(), "published to '%s'".formatted(branch)));
          return new Ref(branch, RefKind.BRANCH, scratch.commitId());
        });
  }

  /**
   * Verifies everything that can be reached, as it is now; writes go on meanwhile. Reads every
   * object of the history once.
   *
   * @param scope what to look at
   * @param contents checks the bytes of contents
   */
  public FsckSummary fsck(FsckScope scope, ContentCheck contents, FsckListener listener) {
    try (Snapshot now = store.snapshot()) {
      return Fsck.run(now, keys, scope, contents, listener);
    }
  }

  /**
   * Hands out everything that can be reached, as it is now; writes go on meanwhile. Each object is
   * verified on the way.
   *
   * @param contents checks the bytes of contents
   * @param borne what may be wrong all the same
   * @throws VarveException if something else is wrong; what was handed out is of no use then
   */
  public void send(ContentCheck contents, Predicate<Finding> borne, RepositoryParts to) {
    try (Snapshot now = store.snapshot()) {
      new Sender(now, keys, to).send(contents, borne);
    }
  }

  /** How many writes are waiting to be applied. */
  public int queuedWrites() {
    return pipeline.queued();
  }

  /** Finishes the writes that wait; later ones are refused. */
  @Override
  public void close() {
    pipeline.close();
  }

  /**
   * Makes the first commit of a new repository, and registers the repository in the same write: it
   * is there wholly or not at all.
   */
  void begin(CommitDetails details, byte[] registryKey, byte[] number) {
    write(
        transaction -> {
          transaction.register(registryKey, number);
          return transaction.begin(RefName.MAIN, details);
        });
  }

  /** Applies a small change as the one writer and returns when it is durable. */
  <T> T write(Function<Transaction, T> change) {
    return write(SMALL_WRITE_BYTES, change);
  }

  /**
   * Applies a change as the one writer and returns when it is durable.
   *
   * @param bytes about how much memory the change holds
   */
  <T> T write(long bytes, Function<Transaction, T> change) {
    return write(bytes, change, () -> {});
  }

  private <T> T write(long bytes, Function<Transaction, T> change, Runnable queued) {
    return measures.write(
        () ->
            pipeline.write(
                bytes,
                (writes, layer) ->
                    change.apply(
                        new Transaction(writes, keys, nodes, layer.nodes(), commits, clock)),
                queued));
  }

  private void publish(Layer durable) {
    nodes.publish(durable.nodes());
  }

  private static long sizeOf(CommitRequest request) {
    long bytes = SMALL_WRITE_BYTES + request.details().message().length();
    for (KeyChange change : request.changes()) {
      bytes += CHANGE_BYTES + (change instanceof KeyChange.Put put ? put.value().length : 0);
    }
    return bytes;
  }

  private Ref create(Ref ref, Author who, String why) {
    commit(ref.commitId());
    return write(
        transaction -> {
          transaction
              .refs()
              .create(
                  ref.name(), ref.kind(), ref.commitId(), transaction.change(who.toString(), why));
          return ref;
        });
  }

  private static void requireChanges(CommitRequest request) {
    Set<Key> seen = new HashSet<>();
    for (KeyChange change : request.changes()) {
      if (!seen.add(change.key())) {
        throw new VarveException(
            ErrorCode.INVALID_REQUEST, "a commit names the key '%s' twice".formatted(change.key()));
      }
    }
    boolean changes =
        request.changes().stream().anyMatch(change -> !(change instanceof KeyChange.Unchanged));
    if (!changes) {
      throw new VarveException(
          ErrorCode.NOTHING_TO_COMMIT,
          "a commit to '%s' changes nothing".formatted(request.branch()));
    }
  }

  private static void requireNotMain(RefName ref, String what) {
    if (ref.equals(RefName.MAIN)) {
      throw new VarveException(
          ErrorCode.FORBIDDEN,
          "the branch 'main' cannot be " + what,
          "move it with: varve reset main --to REVISION",
          Map.of("ref", ref.text()),
          null);
    }
  }
}
