package dev.varve.server.lake;

import dev.varve.engine.EngineSettings;
import dev.varve.engine.ingest.IngestSettings;
import dev.varve.engine.sql.DuckSettings;
import dev.varve.engine.table.TableSettings;
import dev.varve.server.settings.Setting;
import dev.varve.server.settings.SettingValues;
import dev.varve.server.settings.Size;
import java.nio.file.Path;
import java.util.List;

/** What the engine may use of the machine. */
public record LakeSettings(
    Size memory, Size queryMemory, int threads, int queries, Size mergeRows) {
  private static final DuckSettings DEFAULTS = DuckSettings.defaults(Path.of("tmp"));
  private static final Size LEAST_MEMORY = new Size(DuckSettings.MIN_MEMORY_BYTES);
  private static final Size MOST_MEMORY = Size.ofGib(16_384);

  private static final Setting<Size> MEMORY =
      Setting.size(
          "engine.memory",
          mebibytes(DEFAULTS.memoryBytes()),
          LEAST_MEMORY,
          MOST_MEMORY,
          "Memory for writing and comparing rows; what needs more spills to disk.");
  private static final Setting<Size> QUERY_MEMORY =
      Setting.size(
          "query.memory",
          mebibytes(DEFAULTS.queryMemoryBytes()),
          LEAST_MEMORY,
          MOST_MEMORY,
          "Memory for each query; what needs more spills to disk.");
  private static final Setting<Integer> THREADS =
      Setting.integer(
          "engine.threads",
          DEFAULTS.threads(),
          1,
          1024,
          "Threads for rows: of all writing together, and of each query.");
  private static final Setting<Integer> QUERIES =
      Setting.integer(
          "query.concurrent", DEFAULTS.queries(), 1, 256, "How many queries run at once.");

  private static final Size ALL_ROWS = Size.ofGib(1L << 30);
  private static final Setting<Size> MERGE_ROWS =
      Setting.size(
          "merge.rows",
          ALL_ROWS,
          new Size(0),
          ALL_ROWS,
          "Largest size of a table's files that a merge compares row by row; larger is left to"
              + " Spark.");

  /** Every setting of this part. */
  public static final List<Setting<?>> ALL =
      List.of(MEMORY, THREADS, QUERY_MEMORY, QUERIES, MERGE_ROWS);

  public static LakeSettings of(SettingValues values) {
    return new LakeSettings(
        values.get(MEMORY),
        values.get(QUERY_MEMORY),
        values.get(THREADS),
        values.get(QUERIES),
        values.get(MERGE_ROWS));
  }

  /**
   * The engine's own settings.
   *
   * @param temp where rows spill to and received files lie
   * @param maxUpload the largest file that is taken
   */
  public EngineSettings engine(Path temp, Size maxUpload) {
    DuckSettings duck =
        new DuckSettings(
            memory.bytes(),
            queryMemory.bytes(),
            threads,
            DEFAULTS.sessions(),
            queries,
            DEFAULTS.patience(),
            temp);
    IngestSettings ingest = new IngestSettings(temp.resolve("received"), maxUpload.bytes());
    return new EngineSettings(TableSettings.defaults(), duck, ingest, mergeRows.bytes());
  }

  /** Rounded down, so that the number can be read. */
  private static Size mebibytes(long bytes) {
    return Size.ofMib(Math.max(bytes >> 20, DuckSettings.MIN_MEMORY_BYTES >> 20));
  }
}
