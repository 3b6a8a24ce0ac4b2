package dev.varve.engine.table;

import java.util.function.Consumer;

/**
 * The place of a commit among those to the same table that are on their way.
 *
 * <p>Commits are applied in the order in which they were queued, and what rests on one that is not
 * durable is not answered before it is. So a commit may be made on a state that is queued and not
 * durable yet. If that state never comes to be, the commit is refused as a conflict: its base is
 * not there.
 */
public final class Line {
  /** A commit on a state that is durable, which nobody waits behind. */
  static final Line FIRST = new Line(false, table -> {});

  private final boolean behind;
  private final Consumer<LoadedTable> queued;

  private Line(boolean behind, Consumer<LoadedTable> queued) {
    this.behind = behind;
    this.queued = queued;
  }

  /**
   * A commit on a state that was loaded.
   *
   * @param queued is given the table as it will be, once the commit has its place; its commit is
   *     the branch's newest durable one. Runs on the caller's thread, and must be short
   */
  public static Line first(Consumer<LoadedTable> queued) {
    return new Line(false, queued);
  }

  /**
   * A commit on a state that another one was queued with.
   *
   * @param queued as for {@link #first}
   */
  public static Line behind(Consumer<LoadedTable> queued) {
    return new Line(true, queued);
  }

  boolean isBehind() {
    return behind;
  }

  void queued(LoadedTable table) {
    queued.accept(table);
  }
}
