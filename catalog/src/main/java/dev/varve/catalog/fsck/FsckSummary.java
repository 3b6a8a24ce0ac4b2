package dev.varve.catalog.fsck;

/**
 * What was checked.
 *
 * @param bytes canonical bytes of the objects
 * @param findings how many things are wrong
 * @param unreachable objects that nothing leads to; zero if they were not asked for
 */
public record FsckSummary(
    long refs,
    long reflogEntries,
    long commits,
    long nodes,
    long values,
    long bytes,
    long unreachable,
    long unreachableBytes,
    long findings) {

  /** Commits, nodes and values together. */
  public long objects() {
    return commits + nodes + values;
  }

  /** Whether nothing is wrong. */
  public boolean clean() {
    return findings == 0;
  }
}
