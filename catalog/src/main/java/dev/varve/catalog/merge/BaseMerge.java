package dev.varve.catalog.merge;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.Value;
import dev.varve.catalog.tree.Key;
import dev.varve.catalog.tree.Nodes;
import dev.varve.catalog.tree.Tree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The base of a criss-cross merge: its merge bases merged with one another, as in Git's recursive
 * merge. Nothing of it is stored.
 *
 * <p>Any one of several bases would give wrong answers: a side that took over the other base's
 * change would look unchanged. Where the bases cannot be merged the base is not settled, and a key
 * at which the sides then differ is a conflict. Only the keys at which the sides differ matter;
 * others are not given to the {@link ContentMerger}.
 */
final class BaseMerge {
  /** Deeper criss-crosses are not merged further: their bases are unsettled where they differ. */
  private static final int MAX_DEPTH = 16;

  private final MergeTarget target;
  private final ContentMerger merger;
  private final Map<ObjectId, byte[]> made = new HashMap<>();
  private final Nodes nodes;

  /**
   * @param relevant the keys at which the sides differ
   */
  BaseMerge(MergeTarget target, ContentMerger merger, Set<Key> relevant) {
    this.target = target;
    this.merger =
        (key, base, ours, theirs) ->
            relevant.contains(key)
                ? merger.merge(key, base, ours, theirs)
                : MergedContent.bothChanged(key);
    this.nodes = target.nodes().over(this::load);
  }

  MergedBase merge(List<ObjectId> bases) {
    return merge(bases, 0);
  }

  private MergedBase merge(List<ObjectId> bases, int depth) {
    MergedBase merged = new MergedBase(side(bases.get(0)), Set.of());
    for (int i = 1; i < bases.size(); i++) {
      merged = mergeTwo(merged, bases.subList(0, i), bases.get(i), depth);
    }
    return merged;
  }

  /**
   * @param heads what {@code merged} was merged of
   */
  private MergedBase mergeTwo(MergedBase merged, List<ObjectId> heads, ObjectId other, int depth) {
    Side ours = merged.side();
    Side theirs = side(other);
    Set<Key> unsettled = new TreeSet<>(merged.unsettled());
    List<ObjectId> below = target.graph().mergeBases(heads, other);
    if (below.isEmpty() || depth == MAX_DEPTH) {
      ours.tree().diff(theirs.tree()).forEachRemaining(it -> unsettled.add(it.key()));
      return new MergedBase(ours, unsettled);
    }
    MergedBase base = merge(below, depth + 1);
    KeyMerge merge = new ThreeWay(base, ours, theirs, merger).run();
    merge.conflicts().forEach(conflict -> unsettled.add(conflict.key()));
    made.putAll(merge.objects());
    Tree tree = ours.tree().edit(merge.edits(), made::put);
    return new MergedBase(new Side(ours.commit(), tree, ours.values()), unsettled);
  }

  private Side side(ObjectId commit) {
    Tree tree = new Tree(nodes, target.commit(commit).tree());
    return new Side(commit, tree, id -> Value.decode(load(id)));
  }

  private byte[] load(ObjectId id) {
    byte[] object = made.get(id);
    return object != null ? object : target.objects().load(id);
  }
}
