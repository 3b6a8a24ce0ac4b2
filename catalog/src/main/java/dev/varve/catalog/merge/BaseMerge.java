package dev.varve.catalog.merge;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.Value;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.FreshNodes;
import dev.varve.catalog.tree.Nodes;
import dev.varve.catalog.tree.Tree;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The base of a criss-cross merge: its merge bases merged with one another, as in Git's recursive
 * merge. Nothing of it is stored.
 *
 * <p>Any one of several bases would give wrong answers: a side that took over the other base's
 * change would look unchanged. A content that the bases cannot be merged on is not settled,
 * wherever it stands: if the sides then differ on it, that is a conflict. Only the contents on
 * which the sides differ matter; others are not given to the {@link ContentMerger}.
 */
final class BaseMerge {
  /** Deeper criss-crosses are not merged further: what their bases differ on is unsettled. */
  private static final int MAX_DEPTH = 16;

  private final MergeTarget target;
  private final ContentMerger merger;
  private final Map<ObjectId, byte[]> made = new HashMap<>();
  private final Nodes nodes;

  /**
   * @param relevant the contents on which the sides differ
   */
  BaseMerge(MergeTarget target, ContentMerger merger, Set<ContentId> relevant) {
    this.target = target;
    this.merger =
        (key, base, ours, theirs) ->
            Stream.of(base, ours, theirs)
                    .flatMap(Optional::stream)
                    .anyMatch(it -> relevant.contains(it.content().id()))
                ? merger.merge(key, base, ours, theirs)
                : MergedContent.bothChanged(key);
    this.nodes = target.nodes().over(this::load, new FreshNodes());
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
    Set<ContentId> unsettled = new HashSet<>(merged.unsettled());
    List<ObjectId> below = target.graph().mergeBases(heads, other);
    if (below.isEmpty() || depth == MAX_DEPTH) {
      unsettled.addAll(Changes.between(ours.tree(), theirs.tree()).contents());
      return new MergedBase(ours, unsettled);
    }
    MergedBase base = merge(below, depth + 1);
    KeyMerge merge = new ThreeWay(base, ours, theirs, merger, MergeVerb.MERGE).run();
    merge.conflicts().forEach(conflict -> contents(conflict).forEach(unsettled::add));
    made.putAll(merge.objects());
    Tree tree = ours.tree().edit(merge.edits(), made::put);
    return new MergedBase(new Side(ours.commit(), tree, ours.values()), unsettled);
  }

  private static Stream<ContentId> contents(KeyConflict conflict) {
    return Stream.of(conflict.base(), conflict.ours(), conflict.theirs())
        .flatMap(Optional::stream)
        .map(Content::id);
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
