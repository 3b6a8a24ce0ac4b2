package dev.varve.catalog.tree;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** A sequence of edits, for a tree and for the sorted map that it must behave like. */
record Edits(List<TreeEdit> edits) {

  /** Puts and removals of few keys, so that edits collide. */
  static Edits random(Random random, int count) {
    List<TreeEdit> edits = new ArrayList<>();
    int keys = 1 + random.nextInt(2 * count);
    for (int i = 0; i < count; i++) {
      Key key = key(random.nextInt(keys));
      edits.add(
          random.nextInt(4) == 0
              ? TreeEdit.remove(key)
              : TreeEdit.put(key, content(random.nextInt(3))));
    }
    return new Edits(edits);
  }

  static Key key(int number) {
    return number % 3 == 0
        ? Key.of("table" + number)
        : Key.of("namespace" + number % 7, "table" + number);
  }

  static Content content(int number) {
    byte[] value = {(byte) number, (byte) (number >> 8), (byte) (number >> 16)};
    return new Content(
        ContentType.ICEBERG_TABLE, new ContentId(new UUID(1, number)), ObjectId.of(value));
  }

  /** Applies them in batches of random sizes. */
  Tree applyTo(Tree tree, ObjectWriter writer, Random random) {
    Tree edited = tree;
    int next = 0;
    while (next < edits.size()) {
      int end = Math.min(edits.size(), next + 1 + random.nextInt(1 + edits.size() / 3));
      edited = edited.edit(edits.subList(next, end), writer);
      next = end;
    }
    return edited;
  }

  SortedMap<Key, Content> applyTo(SortedMap<Key, Content> map) {
    SortedMap<Key, Content> edited = new TreeMap<>(map);
    for (TreeEdit edit : edits) {
      if (edit.content().isPresent()) {
        edited.put(edit.key(), edit.content().get());
      } else {
        edited.remove(edit.key());
      }
    }
    return edited;
  }

  /** Puts of the entries of a map, in random order. */
  static Edits shuffled(SortedMap<Key, Content> map, Random random) {
    List<TreeEdit> edits = new ArrayList<>();
    map.forEach((key, content) -> edits.add(TreeEdit.put(key, content)));
    Collections.shuffle(edits, random);
    return new Edits(edits);
  }
}
