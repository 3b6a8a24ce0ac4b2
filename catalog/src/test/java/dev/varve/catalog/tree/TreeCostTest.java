package dev.varve.catalog.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What trees cost, in nodes read and written: never a clock. */
class TreeCostTest {
  private static final int KEYS = 50_000;

  /** log16 of 50,000 is just below 4; a tree of random heights has a level or two more. */
  private static final int LEVELS = 6;

  private static final CountingObjects OBJECTS = new CountingObjects();
  private static Tree tree;

  @BeforeAll
  static void build() {
    List<TreeEdit> edits = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      edits.add(TreeEdit.put(Edits.key(i), Edits.content(i)));
    }
    tree = Tree.empty(OBJECTS.uncached(), OBJECTS).edit(edits, OBJECTS);
  }

  @BeforeEach
  void reset() {
    OBJECTS.reset();
  }

  @Test
  void aLookupReadsOneNodeALevel() {
    assertThat(tree.get(Edits.key(12_345))).contains(Edits.content(12_345));
    assertThat(OBJECTS.reads).isLessThanOrEqualTo(LEVELS);
  }

  @Test
  void aCountReadsOneNodeALevelAtEachEnd() {
    assertThat(tree.size()).isEqualTo(KEYS);
    assertThat(OBJECTS.reads).isEqualTo(1);
    tree.count(Key.of("namespace1"));
    assertThat(OBJECTS.reads).isLessThanOrEqualTo(1 + 2 * LEVELS);
  }

  @Test
  void aPageReadsThePathToItAndItsLeaves() {
    List<Entry> page = tree.page(Optional.empty(), Optional.of(Edits.key(777)), 100);
    assertThat(page).hasSize(100);
    assertThat(OBJECTS.reads).isLessThan(LEVELS + 40);
  }

  @Test
  void childrenAreReadWithoutWhatLiesBelowThem() {
    List<TreeEdit> edits = new ArrayList<>();
    for (int namespace = 0; namespace < 50; namespace++) {
      edits.add(TreeEdit.put(Key.of("n" + namespace), Edits.content(namespace)));
      for (int table = 0; table < 400; table++) {
        Key key = Key.of("n" + namespace, "t" + table);
        edits.add(TreeEdit.put(key, Edits.content(table)));
      }
    }
    Tree lake = Tree.empty(OBJECTS.uncached(), OBJECTS).edit(edits, OBJECTS);
    OBJECTS.reset();
    Iterator<Entry> children = lake.children(Optional.empty(), Optional.of(Key.of("n3")));
    for (int listed = 0; listed < 10; listed++) {
      assertThat(children.next().key().elements()).hasSize(1);
    }
    assertThat(OBJECTS.reads).isLessThan(12 * 2 * LEVELS);
  }

  @Test
  void anEditOfOneKeyWritesOneNodeALevel() {
    Random random = new Random(7);
    int edits = 200;
    int nodes = 0;
    for (int i = 0; i < edits; i++) {
      tree.edit(List.of(TreeEdit.put(Edits.key(random.nextInt(KEYS)), Edits.content(-1))), OBJECTS);
      nodes = Math.max(nodes, OBJECTS.writes);
      OBJECTS.writes = 0;
    }
    assertThat(nodes).isLessThanOrEqualTo(LEVELS);
    assertThat(OBJECTS.bytesWritten / edits).isLessThan(10_000);
  }

  @Test
  void aChangeOfAValueMovesNoBound() {
    Tree changed = tree.edit(List.of(TreeEdit.put(Edits.key(5), Edits.content(-1))), OBJECTS);
    assertThat(OBJECTS.writes).isLessThanOrEqualTo(LEVELS);
    assertThat(changed.size()).isEqualTo(KEYS);
    assertThat(changed.edit(List.of(TreeEdit.put(Edits.key(5), Edits.content(5))), OBJECTS))
        .isEqualTo(tree);
  }

  @Test
  void aDifferenceReadsOnlyThePathsToIt() {
    List<TreeEdit> edits = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      edits.add(TreeEdit.put(Edits.key(i * 4_999), Edits.content(-1)));
    }
    Tree changed = tree.edit(edits, OBJECTS);
    OBJECTS.reset();
    List<Difference> differences = new ArrayList<>();
    tree.diff(changed).forEachRemaining(differences::add);
    assertThat(differences).hasSize(10);
    assertThat(OBJECTS.reads).isLessThanOrEqualTo(2 * 10 * LEVELS);
  }

  @Test
  void equalTreesAreComparedByTheirRoots() {
    assertThat(tree.diff(tree).hasNext()).isFalse();
    assertThat(OBJECTS.reads).isLessThanOrEqualTo(2);
  }
}
