package dev.varve.engine;

import dev.varve.engine.ingest.IngestSettings;
import dev.varve.engine.sql.DuckSettings;
import dev.varve.engine.table.TableSettings;
import java.nio.file.Path;

/**
 * The settings of a lake, one record per part.
 *
 * @param tables the tables part
 * @param duck the bounds of the embedded DuckDB, which is started when it is first needed
 * @param ingest the bounds of files that are put into tables
 * @param rowLimitBytes how many bytes of a table's files a merge compares row by row, at most; the
 *     rows of a table with more are left to another engine
 */
public record EngineSettings(
    TableSettings tables, DuckSettings duck, IngestSettings ingest, long rowLimitBytes) {
  /** What suits one machine that also does other work; spills into the system's directory. */
  public static EngineSettings defaults() {
    return defaults(Path.of(System.getProperty("java.io.tmpdir"), "varve-spill"));
  }

  /**
   * As {@link #defaults()}, with a directory of its own.
   *
   * @param temp where DuckDB spills what does not fit into memory, and where files that are
   *     received lie until they are read
   */
  public static EngineSettings defaults(Path temp) {
    return new EngineSettings(
        TableSettings.defaults(),
        DuckSettings.defaults(temp),
        IngestSettings.defaults(temp.resolve("received")),
        Long.MAX_VALUE);
  }
}
