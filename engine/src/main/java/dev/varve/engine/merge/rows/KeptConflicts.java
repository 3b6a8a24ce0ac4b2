package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the conflicts of one table are kept, as Parquet.
 *
 * @param conflicts takes all conflicts with the columns of {@link ComparedRows#conflictRows}, if
 *     there are any that nobody resolved
 * @param said where resolutions may be: {@code key}, {@code cell}, {@code take} ({@code ours},
 *     {@code theirs}, {@code base} or {@code value}), {@code value} as text, and the rows {@code
 *     ours} and {@code theirs} as they were {@linkplain SeenRow seen}. One counts as long as these
 *     rows are what they were
 */
public record KeptConflicts(Path conflicts, Path said) {
  /** The file of resolutions, if there is one. */
  Optional<Path> resolutions() {
    return Optional.of(said).filter(Files::exists);
  }

  void write(DuckSession session, String rows) {
    session.execute(
        "COPY (%s) TO %s (FORMAT parquet)".formatted(rows, SqlText.literal(conflicts.toString())));
  }
}
