package dev.varve.engine;

import dev.varve.engine.table.TableSettings;

/**
 * The settings of a lake, one record per part.
 *
 * @param tables the tables part
 */
public record EngineSettings(TableSettings tables) {
  /** What suits one machine that also does other work. */
  public static EngineSettings defaults() {
    return new EngineSettings(TableSettings.defaults());
  }
}
