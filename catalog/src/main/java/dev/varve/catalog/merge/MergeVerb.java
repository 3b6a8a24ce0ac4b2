package dev.varve.catalog.merge;

/**
 * What a three-way merge is done for, and what its sides are called when people are told about it.
 *
 * <p>In a cherry-pick theirs is the picked commit, and the base its parent. In a revert the base is
 * the commit to undo, and theirs its parent: what their side did is what undoing the commit does.
 */
public enum MergeVerb {
  MERGE("merge", "ours", "in ours", "theirs", "in theirs"),
  CHERRY_PICK(
      "cherry-pick", "the branch", "on the branch", "the picked commit", "in the picked commit"),
  REVERT("revert", "the branch", "on the branch", "the revert", "before the reverted commit");

  private final String text;
  private final String ours;
  private final String inOurs;
  private final String theirs;
  private final String inTheirs;

  MergeVerb(String text, String ours, String inOurs, String theirs, String inTheirs) {
    this.text = text;
    this.ours = ours;
    this.inOurs = inOurs;
    this.theirs = theirs;
    this.inTheirs = inTheirs;
  }

  /** The verb, as in a reflog. */
  public String text() {
    return text;
  }

  /** Who made the changes of our side. */
  public String ours() {
    return ours;
  }

  /** Where our side's state is, with its preposition. */
  public String inOurs() {
    return inOurs;
  }

  /** Who made the changes of their side. */
  public String theirs() {
    return theirs;
  }

  /** Where their side's state is, with its preposition. */
  public String inTheirs() {
    return inTheirs;
  }
}
