package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.write.WrittenFiles;
import java.util.ArrayList;
import java.util.List;

/** What came of merging the rows of one table. */
public sealed interface RowMergeResult {
  /**
   * The rows merge.
   *
   * @param removed the files of ours that go
   * @param written the files that come: the rest of the rows of those that go, and theirs' changes;
   *     durable, and the caller's to commit or discard
   */
  record Merged(List<ScanFile> removed, WrittenFiles written, RowWork work)
      implements RowMergeResult {
    public Merged {
      removed = List.copyOf(removed);
    }

    /** This and what came of other rows of the same table. */
    Merged and(Merged other) {
      List<ScanFile> all = new ArrayList<>(removed);
      all.addAll(other.removed);
      return new Merged(all, written.and(other.written.files()), work.plus(other.work));
    }
  }

  /** The sides disagree on rows; nothing was written. */
  record Conflicted(RowConflicts conflicts) implements RowMergeResult {}

  /**
   * One state has rows that share a key or have none, so that no row can be told from another;
   * nothing was written.
   *
   * @param state {@code base}, {@code ours} or {@code theirs}
   * @param count how many keys are concerned, among the rows that were read
   * @param sample some of them as JSON objects
   */
  record UnclearKeys(String state, long count, List<String> sample) implements RowMergeResult {
    public UnclearKeys {
      sample = List.copyOf(sample);
    }
  }
}
