package dev.varve.catalog.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TreeTest {
  private final CountingObjects objects = new CountingObjects();
  private final Tree empty = Tree.empty(objects.uncached(), objects);

  @Test
  void anEmptyTreeHasNothing() {
    assertThat(empty.size()).isZero();
    assertThat(empty.entries().hasNext()).isFalse();
    assertThat(empty.get(Key.of("a"))).isEmpty();
    assertThat(empty.count(Key.of("a"))).isZero();
    assertThat(empty.page(Optional.empty(), Optional.empty(), 10)).isEmpty();
  }

  @Test
  void whatComesAfterAKeyThatEndsTheOnlyNodeIsAdded() {
    List<Key> keys = IntStream.range(0, 200).mapToObj(Edits::key).sorted().toList();
    Tree tree = empty;
    for (int i = 0; i < keys.size(); i++) {
      tree = tree.edit(List.of(TreeEdit.put(keys.get(i), Edits.content(i))), objects);
      assertThat(tree.size()).isEqualTo(i + 1);
      assertThat(tree.get(keys.get(0))).isPresent();
    }
  }

  @Test
  void removingWhatIsNotThereChangesNothing() {
    Tree tree = empty.edit(List.of(TreeEdit.put(Key.of("a"), Edits.content(1))), objects);
    assertThat(tree.edit(List.of(TreeEdit.remove(Key.of("b"))), objects)).isEqualTo(tree);
    assertThat(tree.edit(List.of(), objects)).isEqualTo(tree);
  }

  @Test
  void ofSeveralEditsOfAKeyTheLastCounts() {
    Key key = Key.of("a");
    List<TreeEdit> edits =
        List.of(
            TreeEdit.put(key, Edits.content(1)),
            TreeEdit.remove(key),
            TreeEdit.put(key, Edits.content(2)));
    assertThat(empty.edit(edits, objects).get(key)).contains(Edits.content(2));
  }

  @Test
  void aNamespaceSortsBeforeWhatIsInItAndApartFromLongerNames() {
    Key sales = Key.of("sales");
    Key orders = Key.of("sales", "orders");
    Key longer = Key.of("sales-eu");
    List<TreeEdit> edits = new ArrayList<>();
    List.of(longer, orders, sales).forEach(it -> edits.add(TreeEdit.put(it, Edits.content(1))));
    Tree tree = empty.edit(edits, objects);

    assertThat(tree.page(Optional.empty(), Optional.empty(), 9))
        .extracting(Entry::key)
        .containsExactly(sales, orders, longer);
    assertThat(tree.page(Optional.of(sales), Optional.empty(), 9))
        .extracting(Entry::key)
        .containsExactly(sales, orders);
    assertThat(tree.count(sales)).isEqualTo(2);
  }
}
