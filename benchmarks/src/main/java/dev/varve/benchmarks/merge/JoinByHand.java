package dev.varve.benchmarks.merge;

import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import java.nio.file.Path;
import java.util.List;

/**
 * The three-way join as a person would write it: it reads all files of all states, takes theirs'
 * cell where theirs changed it and ours' where not, and writes one file with the compression that
 * the tables have. It looks for no conflict and no double key, and syncs nothing.
 */
final class JoinByHand {
  private JoinByHand() {}

  /** The files of three states. */
  record Files(List<Path> base, List<Path> ours, List<Path> theirs) {}

  static void run(DuckSession session, Files files, Path to) {
    session.execute(
        """
        COPY (
          SELECT coalesce(b.id, o.id, t.id) AS id, %s, %s, %s
          FROM read_parquet(%s) AS b
          FULL JOIN read_parquet(%s) AS o ON b.id = o.id
          FULL JOIN read_parquet(%s) AS t ON coalesce(b.id, o.id) = t.id
        ) TO %s (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 2)"""
            .formatted(
                cell("a"),
                cell("b"),
                cell("c"),
                SqlText.list(files.base()),
                SqlText.list(files.ours()),
                SqlText.list(files.theirs()),
                SqlText.literal(to.toString())));
  }

  private static String cell(String column) {
    return "CASE WHEN t.%1$s IS NOT DISTINCT FROM b.%1$s THEN o.%1$s ELSE t.%1$s END AS %1$s"
        .formatted(column);
  }
}
