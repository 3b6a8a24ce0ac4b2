package dev.varve.engine.merge;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The order of what a struct holds after a merge. */
final class MergedOrder {
  private MergedOrder() {}

  /**
   * Orders the surviving ids of three sides.
   *
   * <p>The side that reordered leads; ours when both did, since an order holds no data. What only
   * the other side has follows its neighbour there, behind what the leading side put in that place.
   */
  static List<Integer> of(
      List<Integer> base, List<Integer> ours, List<Integer> theirs, Set<Integer> survivors) {
    List<Integer> oursKept = kept(ours, survivors);
    List<Integer> theirsKept = kept(theirs, survivors);
    boolean oursLead = !kept(oursKept, base, theirs).equals(kept(base, oursKept, theirsKept));
    boolean theirsReordered =
        !kept(theirsKept, base, ours).equals(kept(base, oursKept, theirsKept));
    if (!oursLead && theirsReordered) {
      return combine(theirsKept, oursKept);
    }
    return combine(oursKept, theirsKept);
  }

  private static List<Integer> combine(List<Integer> leading, List<Integer> other) {
    List<Integer> merged = new ArrayList<>(leading);
    for (int i = 0; i < other.size(); i++) {
      if (!merged.contains(other.get(i))) {
        int place = i == 0 ? 0 : merged.indexOf(other.get(i - 1)) + 1;
        while (place > 0 && place < merged.size() && !other.contains(merged.get(place))) {
          place++;
        }
        merged.add(place, other.get(i));
      }
    }
    return merged;
  }

  private static List<Integer> kept(List<Integer> ids, Set<Integer> survivors) {
    return ids.stream().filter(survivors::contains).toList();
  }

  private static List<Integer> kept(List<Integer> ids, List<Integer> one, List<Integer> two) {
    return ids.stream().filter(id -> one.contains(id) && two.contains(id)).toList();
  }
}
