package dev.varve.engine.history;

import dev.varve.catalog.history.LogCursor;
import java.util.List;
import java.util.Optional;

/**
 * A part of the commits that changed a row, the newest first.
 *
 * @param next where to go on; empty at the end
 * @param commitsRead how many commits were looked at
 * @param filesRead how many data files were read
 */
public record RowLog(
    List<RowCommit> commits, Optional<LogCursor> next, long commitsRead, long filesRead) {
  public RowLog {
    commits = List.copyOf(commits);
  }
}
