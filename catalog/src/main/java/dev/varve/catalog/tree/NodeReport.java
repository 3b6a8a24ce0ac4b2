package dev.varve.catalog.tree;

import java.util.List;

/**
 * What was found in a node.
 *
 * @param problems what is not as it must be
 * @param children what the node says of those below it, in order
 * @param entries what a leaf holds, in order
 */
public record NodeReport(
    List<TreeProblem> problems, List<NodeClaim> children, List<Entry> entries) {

  public NodeReport {
    problems = List.copyOf(problems);
    children = List.copyOf(children);
    entries = List.copyOf(entries);
  }
}
