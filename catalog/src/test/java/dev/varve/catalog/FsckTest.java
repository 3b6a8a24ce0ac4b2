package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.fsck.ContentCheck;
import dev.varve.catalog.fsck.Damage;
import dev.varve.catalog.fsck.Finding;
import dev.varve.catalog.fsck.FsckListener;
import dev.varve.catalog.fsck.FsckScope;
import dev.varve.catalog.fsck.FsckSummary;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.object.CanonicalWriter;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectKind;
import dev.varve.catalog.ref.RefChange;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.RefRecords;
import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.MemoryStore;
import dev.varve.catalog.store.Reads;
import dev.varve.catalog.store.Snapshot;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store;
import dev.varve.catalog.store.Store.Change;
import dev.varve.catalog.store.Store.Pair;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each kind of damage, made behind the catalog's back, is found as what it is, and only that. */
class FsckTest {
  private static final Keys KEYS = new Keys(1);

  private final CountingStore store = new CountingStore();
  private final Catalog catalog =
      Catalog.open(store, CatalogSettings.defaults(), InstantSource.system());
  private final Repository lake = catalog.create(RepositoryName.LAKE);
  private final History history = new History(lake);
  private final List<Finding> findings = new ArrayList<>();
  private final Map<ObjectId, Integer> unreachable = new HashMap<>();

  @BeforeEach
  void makeAHistory() {
    for (int i = 0; i < 40; i++) {
      history
          .commit("main")
          .put("sales.t" + i, "a" + i)
          .put("ops.t" + i, "b" + i)
          .put("t" + i, "c" + i)
          .apply();
    }
    history.branch("exp", "main~3").branch("gone", "main~10").tag("v1", "main~5");
    history.put("exp", "t7", "on exp");
    history.put("gone", "t7", "on gone");
    history.delete("gone");
    lake.merge(
        history.merge("exp", "main", dev.varve.catalog.merge.MergeMode.NO_FAST_FORWARD),
        (key, base, ours, theirs) -> {
          throw new AssertionError("no conflict is expected");
        });
  }

  @AfterEach
  void close() {
    catalog.close();
  }

  @Test
  void aWholeRepositoryIsCleanAndEachObjectIsReadOnce() {
    store.reads.clear();
    FsckSummary summary = fsck(FsckScope.REACHABLE);
    assertThat(findings).isEmpty();
    assertThat(summary.clean()).isTrue();
    assertThat(summary.refs()).isEqualTo(3);
    assertThat(summary.commits()).isEqualTo(1 + 40 + 2 + 1);
    assertThat(summary.values()).isEqualTo(3 * 40 + 2);
    // A few nodes are shared under another bound, and a parent is looked up by each of its
    // children.
    long again = store.reads.values().stream().mapToLong(times -> times - 1).sum();
    assertThat(again).isLessThan(summary.objects() / 20);
  }

  @Test
  void whatDeletedBranchesHeldIsCheckedThroughTheirReflog() {
    ObjectId gone = history.resolve("gone@{1}");
    damage(Space.OBJECTS, KEYS.object(gone), Optional.empty());
    assertFound(Damage.OBJECT_MISSING, gone);
    assertThat(findings.get(0).place().ref()).contains("reflog of 'gone'");
  }

  @Test
  void anyObjectThatIsLostIsFound() {
    for (Pair pair : objects()) {
      damage(Space.OBJECTS, pair.key(), Optional.empty());
      assertFound(Damage.OBJECT_MISSING, Keys.idOf(pair.key()));
      damage(Space.OBJECTS, pair.key(), Optional.of(pair.value()));
    }
  }

  @Test
  void anyFlippedByteIsFound() {
    for (Pair pair : objects()) {
      byte[] flipped = pair.value().clone();
      flipped[flipped.length / 2] ^= 4;
      damage(Space.OBJECTS, pair.key(), Optional.of(flipped));
      assertFound(Damage.OBJECT_CORRUPT, Keys.idOf(pair.key()));
      damage(Space.OBJECTS, pair.key(), Optional.of(pair.value()));
    }
  }

  @Test
  void anObjectOfAnotherKindIsFound() {
    ObjectId value =
        lake.tree(history.resolve("main")).get(History.key("t1")).orElseThrow().value();
    ObjectId head = put(commitOn(history.resolve("main"), value).encode());
    index(head);
    moveMainTo(head);
    assertFound(Damage.OBJECT_INVALID, value);
    assertThat(findings.get(0).place().commit()).contains(head);
  }

  @Test
  void keysThatDoNotRiseFromNodeToNodeAreFound() {
    // Both keys end a leaf: the order of the two leaves is wrong.
    List<String> ends = endsOfLeaves();
    ObjectId first = put(leaf(ends.get(1)));
    ObjectId second = put(leaf(ends.get(0)));
    byte[] root =
        new CanonicalWriter(ObjectKind.INNER, 1)
            .writeCount(1)
            .writeCount(2)
            .writeCount(0)
            .writeBytes(key(ends.get(0)))
            .writeId(second)
            .writeCount(1)
            .writeCount(shared(ends.get(0), ends.get(1)))
            .writeBytes(rest(ends.get(0), ends.get(1)))
            .writeId(second)
            .writeCount(1)
            .toBytes();
    assertThat(first).isNotEqualTo(second);
    moveMainToTree(put(root));
    assertThat(fsck(FsckScope.REACHABLE).findings()).isPositive();
    assertThat(findings).extracting(Finding::damage).containsOnly(Damage.TREE_ORDER);
  }

  @Test
  void aNodeThatEndsWhereNoHashSaysSoIsFound() {
    byte[] root =
        new CanonicalWriter(ObjectKind.INNER, 1)
            .writeCount(1)
            .writeCount(2)
            .writeCount(0)
            .writeBytes(key("a"))
            .writeId(put(leaf("a")))
            .writeCount(1)
            .writeCount(0)
            .writeBytes(key("b"))
            .writeId(put(leaf("b")))
            .writeCount(1)
            .toBytes();
    moveMainToTree(put(root));
    assertFound(Damage.TREE_BOUNDS, ObjectId.of(leaf("a")));
  }

  @Test
  void aWrongCountIsFound() {
    List<String> ends = endsOfLeaves();
    byte[] root =
        new CanonicalWriter(ObjectKind.INNER, 1)
            .writeCount(1)
            .writeCount(2)
            .writeCount(0)
            .writeBytes(key(ends.get(0)))
            .writeId(put(leaf(ends.get(0))))
            .writeCount(7)
            .writeCount(shared(ends.get(0), ends.get(1)))
            .writeBytes(rest(ends.get(0), ends.get(1)))
            .writeId(put(leaf(ends.get(1))))
            .writeCount(1)
            .toBytes();
    moveMainToTree(put(root));
    assertFound(Damage.TREE_COUNT, ObjectId.of(leaf(ends.get(0))));
  }

  @Test
  void aWrongGenerationIsFound() {
    Commit parent = lake.commit(history.resolve("main~2"));
    // Made on the parent, but with the generation of a commit two above it.
    Commit good = commitOn(parent.id(), parent.tree());
    Commit bad =
        new Commit(
            good.id(),
            good.tree(),
            good.parents(),
            good.author(),
            good.committer(),
            good.time(),
            good.message(),
            good.properties(),
            good.generation() + 1);
    ObjectId head = put(bad.encode());
    index(head);
    moveMainTo(head);
    assertFound(Damage.COMMIT_GENERATION, head);
  }

  @Test
  void aCommitThatIsNotIndexedIsFound() {
    ObjectId commit = history.resolve("main~4");
    damage(Space.COMMITS, KEYS.object(commit), Optional.empty());
    assertFound(Damage.COMMIT_NOT_INDEXED, commit);
  }

  @Test
  void anIndexedIdThatIsNoCommitIsFound() {
    damage(
        Space.COMMITS,
        KEYS.object(lake.commit(history.resolve("main")).tree()),
        Optional.of(new byte[] {1}));
    assertFound(Damage.INDEX_DANGLING);
  }

  @Test
  void aRefThatCannotBeReadIsFound() {
    damage(Space.TAGS, KEYS.name("v1"), Optional.of(new byte[] {16, 1, 3}));
    assertFound(Damage.REF_DAMAGED);
  }

  @Test
  void namesWithoutCaseThatDoNotAgreeAreFound() {
    damage(Space.REF_NAMES, KEYS.name("exp"), Optional.empty());
    assertFound(Damage.REF_NAME);
    damage(Space.REF_NAMES, KEYS.name("exp"), Optional.of(bytes("other")));
    assertFound(Damage.REF_NAME);
    damage(Space.REF_NAMES, KEYS.name("exp"), Optional.of(bytes("exp")));
    damage(Space.REF_NAMES, KEYS.name("gone"), Optional.of(bytes("gone")));
    assertFound(Damage.REF_NAME);
  }

  @Test
  void entriesThatAReflogLacksAreFound() {
    for (long lost : new long[] {0, 3, 41}) {
      byte[] key = KEYS.reflogEntry("main", lost);
      byte[] value = store.get(Space.REFLOG, key).orElseThrow();
      damage(Space.REFLOG, key, Optional.empty());
      assertFound(Damage.REFLOG_GAP);
      damage(Space.REFLOG, key, Optional.of(value));
    }
    damage(Space.REFLOG, KEYS.reflogSize("main"), Optional.empty());
    assertFound(Damage.REFLOG_GAP);
  }

  @Test
  void aRefWithoutAReflogIsFound() {
    damage(Space.REFLOG, KEYS.reflogSize("v1"), Optional.empty());
    damage(Space.REFLOG, KEYS.reflogEntry("v1", 0), Optional.empty());
    assertFound(Damage.REFLOG_GAP);
  }

  @Test
  void aReflogEntryThatCannotBeReadIsFound() {
    for (long number : new long[] {0, 3, 41}) {
      byte[] key = KEYS.reflogEntry("main", number);
      byte[] value = store.get(Space.REFLOG, key).orElseThrow();
      damage(Space.REFLOG, key, Optional.of(new byte[] {17, 1, 9}));
      assertFound(Damage.REFLOG_DAMAGED);
      damage(Space.REFLOG, key, Optional.of(value));
    }
  }

  @Test
  void aReflogWhoseEntriesDoNotFollowFromOneAnotherIsFound() {
    // The after of entry 5 is that of entry 6 too: entry 6 begins elsewhere.
    damage(
        Space.REFLOG,
        KEYS.reflogEntry("exp", 0),
        Optional.of(
            RefRecords.encodeEntry(
                Optional.empty(),
                Optional.of(history.resolve("main~9")),
                new RefChange("x", Instant.EPOCH, "x"))));
    assertFound(Damage.REFLOG_BROKEN);
  }

  @Test
  void aRefThatDoesNotStandWhereItsReflogSaysIsFound() {
    damage(
        Space.BRANCHES,
        KEYS.name("exp"),
        Optional.of(RefRecords.encodeRef(history.resolve("main~2"))));
    assertFound(Damage.REFLOG_HEAD);
    damage(Space.BRANCHES, KEYS.name("exp"), Optional.empty());
    damage(Space.REF_NAMES, KEYS.name("exp"), Optional.empty());
    assertFound(Damage.REFLOG_HEAD);
  }

  @Test
  void aCounterThatIsNoNumberIsFound() {
    ContentId id = ContentId.random();
    history.commit("main").put("c", "1").raise(new CounterRaise(id, "rows", 0, 5)).apply();
    damage(Space.COUNTERS, KEYS.counter(id, "rows"), Optional.of(new byte[] {1}));
    assertFound(Damage.COUNTER_DAMAGED);
  }

  @Test
  void aContentAtTwoKeysOfOneTreeIsFoundOnAnyBranch() {
    Content content = lake.tree(history.resolve("main")).get(History.key("t7")).orElseThrow();
    history.branch("copies", "main").branch("renames", "main");
    lake.commit(
        new CommitRequest(
            RefName.parse("renames"),
            CommitDetails.of("rename", History.ADA),
            List.of(again("t7b", content), new KeyChange.Delete(History.key("t7"), content))));
    assertThat(fsck(FsckScope.REACHABLE).clean()).as("a rename is none").isTrue();
    lake.commit(
        new CommitRequest(
            RefName.parse("copies"),
            CommitDetails.of("copy", History.ADA),
            List.of(again("t7c", content))));
    assertFound(Damage.CONTENT_TWICE);
    assertThat(findings.get(0).message())
        .contains(content.id().toString(), "'" + History.key("t7") + "'")
        .contains("'" + History.key("t7c") + "'");
    assertThat(findings.get(0).place().ref()).contains("branch 'copies'");
    history.put("main", "t7", "changed");
    assertFound(Damage.CONTENT_TWICE);
  }

  private KeyChange again(String key, Content content) {
    return new KeyChange.Put(
        History.key(key), Optional.empty(), content.type(), content.id(), lake.value(content));
  }

  @Test
  void contentsAreHandedOutOnceWithTheirCounters() {
    Content content = lake.tree(history.resolve("main")).get(History.key("t7")).orElseThrow();
    history.commit("main").put("c", "1").raise(new CounterRaise(content.id(), "n", 0, 5)).apply();
    List<String> told = new ArrayList<>();
    run(
        FsckScope.REACHABLE,
        (key, found, value, around) -> {
          if (found.id().equals(content.id())) {
            told.add(new String(value, StandardCharsets.UTF_8) + around.counter("n"));
            around.found(Damage.CONTENT_INVALID, "not liked");
          }
        });
    assertThat(told).containsExactlyInAnyOrder("c75", "on exp5", "on gone5");
    assertThat(findings).hasSize(3);
    assertThat(findings.get(0).place().key()).contains("t7");
  }

  @Test
  void unreachableObjectsAreOnlyTold() {
    fsck(FsckScope.EVERYTHING);
    int before = unreachable.size();
    byte[] object = dev.varve.catalog.object.Value.encode(bytes("nobody's"));
    ObjectId id = put(object);
    assertThat(fsck(FsckScope.EVERYTHING).clean()).isTrue();
    assertThat(unreachable).hasSize(before + 1).containsEntry(id, object.length);
  }

  @Test
  void otherRepositoriesAreNotLookedAt() {
    Repository pond = catalog.create(new RepositoryName("pond"));
    long before = fsck(FsckScope.EVERYTHING).objects();
    new History(pond).put("main", "t", "1");
    FsckSummary after = fsck(FsckScope.EVERYTHING);
    assertThat(after.clean()).isTrue();
    assertThat(after.objects()).isEqualTo(before);
  }

  private void assertFound(Damage damage) {
    fsck(FsckScope.REACHABLE);
    assertThat(findings).extracting(Finding::damage).containsExactly(damage);
  }

  private void assertFound(Damage damage, ObjectId object) {
    assertFound(damage);
    assertThat(findings.get(0).object()).contains(object);
    assertThat(findings.get(0).message()).contains(object.hex());
  }

  private FsckSummary fsck(FsckScope scope) {
    return run(scope, ContentCheck.NONE);
  }

  private FsckSummary run(FsckScope scope, ContentCheck contents) {
    findings.clear();
    unreachable.clear();
    return lake.fsck(
        scope,
        contents,
        new FsckListener() {
          @Override
          public void finding(Finding finding) {
            findings.add(finding);
          }

          @Override
          public void unreachable(ObjectId id, int bytes) {
            unreachable.put(id, bytes);
          }
        });
  }

  /** The objects that something leads to. */
  private List<Pair> objects() {
    fsck(FsckScope.EVERYTHING);
    return store.scan(Space.OBJECTS, KEYS.first(), KEYS.end(), Integer.MAX_VALUE).stream()
        .filter(pair -> !unreachable.containsKey(Keys.idOf(pair.key())))
        .toList();
  }

  private void damage(Space space, byte[] key, Optional<byte[]> value) {
    store.write(List.of(new Change(space, key, value)));
  }

  private ObjectId put(byte[] object) {
    ObjectId id = ObjectId.of(object);
    damage(Space.OBJECTS, KEYS.object(id), Optional.of(object));
    return id;
  }

  private void index(ObjectId commit) {
    damage(Space.COMMITS, KEYS.object(commit), Optional.of(new byte[] {1}));
  }

  private Commit commitOn(ObjectId parent, ObjectId tree) {
    return Commit.create(
        tree,
        List.of(lake.commit(parent)),
        CommitDetails.of("odd", History.ADA),
        Instant.parse("2026-11-01T00:00:00Z"));
  }

  private void moveMainToTree(ObjectId tree) {
    ObjectId head = put(commitOn(history.resolve("main"), tree).encode());
    index(head);
    moveMainTo(head);
  }

  /** By the rules: with its reflog. */
  private void moveMainTo(ObjectId head) {
    lake.reset(
        dev.varve.catalog.ref.RefName.MAIN, head, Optional.empty(), History.ADA, "for a test");
  }

  private static byte[] leaf(String key) {
    return new CanonicalWriter(ObjectKind.LEAF, 1)
        .writeCount(1)
        .writeCount(0)
        .writeBytes(key(key))
        .writeByte((byte) 2)
        .writeRaw(new byte[ContentId.BYTES])
        .writeId(ObjectId.of(VALUE))
        .toBytes();
  }

  private static final byte[] VALUE = dev.varve.catalog.object.Value.encode(bytes("c1"));

  private static byte[] key(String name) {
    return bytes(name + "\0");
  }

  private static int shared(String one, String other) {
    int shared = 0;
    byte[] a = key(one);
    byte[] b = key(other);
    while (a[shared] == b[shared]) {
      shared++;
    }
    return shared;
  }

  private static byte[] rest(String before, String name) {
    byte[] key = key(name);
    return java.util.Arrays.copyOfRange(key, shared(before, name), key.length);
  }

  /** Two names, in order, whose hashes end a leaf and no node above it. */
  private static List<String> endsOfLeaves() {
    List<String> ends = new ArrayList<>();
    for (int i = 1000; ends.size() < 2; i++) {
      long hash = ObjectId.of(key("k" + i)).word(3);
      if ((hash & 0xF) == 0 && (hash & 0xFF) != 0) {
        ends.add("k" + i);
      }
    }
    return ends;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Memory that counts how often each object was read from its snapshots. */
  private static final class CountingStore implements Store {
    private final MemoryStore store = new MemoryStore();
    private final Map<ByteBuffer, Integer> reads = new HashMap<>();

    @Override
    public Optional<byte[]> get(Space space, byte[] key) {
      return store.get(space, key);
    }

    @Override
    public List<Pair> scan(Space space, byte[] from, byte[] to, int limit) {
      return store.scan(space, from, to, limit);
    }

    @Override
    public void write(List<Change> changes) {
      store.write(changes);
    }

    @Override
    public Snapshot snapshot() {
      Snapshot snapshot = store.snapshot();
      return new Snapshot() {
        @Override
        public Optional<byte[]> get(Space space, byte[] key) {
          if (space == Space.OBJECTS) {
            reads.merge(ByteBuffer.wrap(key), 1, Integer::sum);
          }
          return ((Reads) snapshot).get(space, key);
        }

        @Override
        public List<Pair> scan(Space space, byte[] from, byte[] to, int limit) {
          return snapshot.scan(space, from, to, limit);
        }

        @Override
        public void close() {
          snapshot.close();
        }
      };
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
