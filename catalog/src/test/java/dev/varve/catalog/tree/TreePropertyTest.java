package dev.varve.catalog.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A tree behaves like a sorted map, and forgets how it came about. */
class TreePropertyTest {
  private final CountingObjects objects = new CountingObjects();
  private Tree empty;

  @BeforeEach
  void start() {
    empty = Tree.empty(objects.uncached(), objects);
  }

  @ParameterizedTest
  @MethodSource("dev.varve.testing.Seeds#forThisRun")
  void behavesLikeASortedMap(long seed) {
    Random random = new Random(seed);
    Edits edits = Edits.random(random, 1 + random.nextInt(600));
    SortedMap<Key, Content> model = edits.applyTo(new TreeMap<>());
    Tree tree = edits.applyTo(empty, objects, random);

    assertThat(mapOf(tree.entries())).isEqualTo(model);
    assertThat(tree.size()).isEqualTo(model.size());
    for (TreeEdit edit : edits.edits()) {
      assertThat(tree.get(edit.key())).isEqualTo(Optional.ofNullable(model.get(edit.key())));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.varve.testing.Seeds#forThisRun")
  void equalMapsHaveEqualIdsWhateverTheOrderOfEdits(long seed) {
    Random random = new Random(seed);
    Edits edits = Edits.random(random, 1 + random.nextInt(600));
    SortedMap<Key, Content> model = edits.applyTo(new TreeMap<>());
    Tree tree = edits.applyTo(empty, objects, random);

    assertThat(Edits.shuffled(model, random).applyTo(empty, objects, random)).isEqualTo(tree);
    assertThat(empty.edit(Edits.shuffled(model, random).edits(), objects)).isEqualTo(tree);
    List<TreeEdit> removals = model.keySet().stream().map(TreeEdit::remove).toList();
    assertThat(new Edits(removals).applyTo(tree, objects, random)).isEqualTo(empty);
  }

  @ParameterizedTest
  @MethodSource("dev.varve.testing.Seeds#forThisRun")
  void aDifferenceIsThatOfTheMapsAndLeadsFromOneToTheOther(long seed) {
    Random random = new Random(seed);
    Edits first = Edits.random(random, 1 + random.nextInt(600));
    Edits second = Edits.random(random, 1 + random.nextInt(60));
    SortedMap<Key, Content> model = first.applyTo(new TreeMap<>());
    SortedMap<Key, Content> later = second.applyTo(model);
    Tree before = first.applyTo(empty, objects, random);
    Tree after = second.applyTo(before, objects, random);

    List<Difference> differences = listOf(before.diff(after));
    assertThat(differences).isEqualTo(bruteForce(model, later));
    assertThat(listOf(after.diff(before))).isEqualTo(bruteForce(later, model));
    List<TreeEdit> edits =
        differences.stream().map(it -> new TreeEdit(it.key(), it.after())).toList();
    assertThat(before.edit(edits, objects)).isEqualTo(after);
  }

  @ParameterizedTest
  @MethodSource("dev.varve.testing.Seeds#forThisRun")
  void pagesAndCountsAreThoseOfTheMap(long seed) {
    Random random = new Random(seed);
    Edits edits = Edits.random(random, 1 + random.nextInt(600));
    SortedMap<Key, Content> model = edits.applyTo(new TreeMap<>());
    Tree tree = edits.applyTo(empty, objects, random);

    assertThat(pages(tree, Optional.empty(), 1 + random.nextInt(50))).isEqualTo(model);
    for (int i = 0; i < 7; i++) {
      Key namespace = Key.of("namespace" + i);
      SortedMap<Key, Content> below = new TreeMap<>(model);
      below.keySet().removeIf(key -> !key.startsWith(namespace));
      assertThat(tree.count(namespace)).isEqualTo(below.size());
      assertThat(mapOf(tree.entries(namespace))).isEqualTo(below);
      assertThat(pages(tree, Optional.of(namespace), 1 + random.nextInt(9))).isEqualTo(below);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.varve.testing.Seeds#forThisRun")
  void childrenAreTheEntriesOfOneLevel(long seed) {
    Random random = new Random(seed);
    SortedMap<Key, Content> model = new TreeMap<>();
    for (int i = random.nextInt(300); i > 0; i--) {
      List<String> path = new ArrayList<>();
      for (int depth = random.nextInt(4); depth >= 0; depth--) {
        path.add("n" + random.nextInt(5));
      }
      model.put(Key.of(path), Edits.content(i));
    }
    Tree tree =
        empty.edit(
            model.entrySet().stream().map(it -> TreeEdit.put(it.getKey(), it.getValue())).toList(),
            objects);
    List<Optional<Key>> keys =
        new ArrayList<>(List.of(Optional.empty(), Optional.of(Key.of("n2"))));
    keys.add(Optional.of(Key.of("n1", "n3")));
    keys.add(Optional.of(Key.of("n1", "n3", "n0")));
    for (Optional<Key> parent : keys) {
      for (Optional<Key> after : keys) {
        SortedMap<Key, Content> expected = new TreeMap<>(model);
        int depth = parent.map(it -> it.elements().size()).orElse(0) + 1;
        expected.keySet().removeIf(it -> it.elements().size() != depth);
        expected.keySet().removeIf(it -> !parent.map(it::startsWith).orElse(true));
        expected.keySet().removeIf(it -> after.filter(a -> it.compareTo(a) <= 0).isPresent());
        assertThat(mapOf(tree.children(parent, after))).isEqualTo(expected);
      }
    }
  }

  private static SortedMap<Key, Content> pages(Tree tree, Optional<Key> prefix, int limit) {
    SortedMap<Key, Content> all = new TreeMap<>();
    Optional<Key> after = Optional.empty();
    while (true) {
      List<Entry> page = tree.page(prefix, after, limit);
      page.forEach(entry -> all.put(entry.key(), entry.content()));
      if (page.size() < limit) {
        return all;
      }
      after = Optional.of(page.get(limit - 1).key());
    }
  }

  private static List<Difference> bruteForce(
      SortedMap<Key, Content> before, SortedMap<Key, Content> after) {
    TreeSet<Key> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    List<Difference> differences = new ArrayList<>();
    for (Key key : keys) {
      Optional<Content> old = Optional.ofNullable(before.get(key));
      Optional<Content> now = Optional.ofNullable(after.get(key));
      if (!old.equals(now)) {
        differences.add(new Difference(key, old, now));
      }
    }
    return differences;
  }

  private static SortedMap<Key, Content> mapOf(Iterator<Entry> entries) {
    SortedMap<Key, Content> map = new TreeMap<>();
    Key last = null;
    while (entries.hasNext()) {
      Entry entry = entries.next();
      assertThat(last == null || last.compareTo(entry.key()) < 0).isTrue();
      last = entry.key();
      map.put(entry.key(), entry.content());
    }
    return map;
  }

  private static <T> List<T> listOf(Iterator<T> iterator) {
    List<T> list = new ArrayList<>();
    iterator.forEachRemaining(list::add);
    return list;
  }
}
