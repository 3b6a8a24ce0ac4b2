package dev.varve.catalog.tree;

/**
 * A law of trees that a node breaks.
 *
 * @param what which node does what, in words
 */
public record TreeProblem(Law law, String what) {
  /** What holds for every tree. */
  public enum Law {
    /** Keys rise, within a node and from node to node. */
    ORDER,
    /** Nodes end where the hashes of keys say, at the level that is due. */
    BOUNDS,
    /** A node says how many entries are below each child. */
    COUNT
  }

  static TreeProblem order(String what) {
    return new TreeProblem(Law.ORDER, what);
  }

  static TreeProblem bounds(String what) {
    return new TreeProblem(Law.BOUNDS, what);
  }

  static TreeProblem count(String what) {
    return new TreeProblem(Law.COUNT, what);
  }
}
