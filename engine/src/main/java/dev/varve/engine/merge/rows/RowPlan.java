package dev.varve.engine.merge.rows;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a merge of one table's rows compares, whichever engine does it.
 *
 * @param key the field ids of the row key, empty if rows are a bag
 */
public record RowPlan(Set<Integer> key, DifferingFiles files, RowStrategies strategies) {
  public RowPlan {
    key = Set.copyOf(key);
  }

  /** The size of the files to be read; a file that several sides have counts on each. */
  public long bytes() {
    return read()
        .flatMap(part -> part.files().stream())
        .mapToLong(file -> file.file().fileSizeInBytes())
        .sum();
  }

  /** How many files are to be read; a file that several sides have counts on each. */
  public long fileCount() {
    return read().mapToLong(part -> part.files().size()).sum();
  }

  private Stream<StateFiles> read() {
    return Stream.concat(base().stream(), Stream.of(files.oursAffected(), files.theirsNew()));
  }

  private List<StateFiles> base() {
    return key.isEmpty() ? files.lost() : files.lostByTheirs();
  }

  /**
   * What was done, beside what was read.
   *
   * @param changed rows that theirs added, changed or removed
   * @param come rows that came to ours anew or in another form
   * @param gone rows of ours that went or were replaced
   * @param rewritten files of ours that held such rows
   * @param spliced those of them that were put together of columns
   */
  public RowWork work(long changed, long come, long gone, long rewritten, long spliced) {
    return new RowWork(
        base().stream().mapToLong(part -> part.files().size()).sum(),
        files.oursAffected().files().size(),
        files.theirsNew().files().size(),
        read().mapToLong(StateFiles::rows).sum(),
        changed,
        come,
        gone,
        rewritten,
        spliced);
  }
}
