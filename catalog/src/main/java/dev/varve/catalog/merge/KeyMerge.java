package dev.varve.catalog.merge;

import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.TreeEdit;
import java.util.List;
import java.util.SortedMap;

/**
 * What a three-way merge of trees comes to.
 *
 * @param keys how our tree changes, in the order of the keys
 * @param conflicts what is left undecided, in the order of the keys
 * @param objects the value objects that were made, by id, as canonical bytes
 * @param counters raises that the made values need
 */
record KeyMerge(
    List<MergedKey> keys,
    List<KeyConflict> conflicts,
    SortedMap<ObjectId, byte[]> objects,
    List<CounterRaise> counters) {

  List<TreeEdit> edits() {
    return keys.stream().map(key -> new TreeEdit(key.key(), key.after())).toList();
  }
}
