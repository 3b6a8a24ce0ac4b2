package dev.varve.server.log;

import dev.varve.server.settings.Setting;
import dev.varve.server.settings.SettingValues;
import dev.varve.server.settings.Size;
import java.util.List;

/** Where log lines go, which ones, and how much of them is kept. */
public record LogSettings(Destination destination, LogLevel level, Size fileSize, int files) {
  /** Where lines are written. */
  public enum Destination {
    /** {@code logs/varve.log} in the data directory, as JSON. */
    FILE,
    /** The process' standard error, as JSON. */
    STDERR,
    /** The process' standard error, as text for people. */
    CONSOLE
  }

  /** The least severe level that is written for Varve's own parts; others start at warnings. */
  public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  private static final Setting<Destination> DESTINATION =
      Setting.choice(
          "log.to",
          Destination.class,
          Destination.FILE,
          "Where log lines go: logs/varve.log in the data directory or standard error, both as JSON,"
              + " or the console as text.");
  private static final Setting<LogLevel> LEVEL =
      Setting.choice(
          "log.level", LogLevel.class, LogLevel.INFO, "The least severe lines that are written.");
  private static final Setting<Size> FILE_SIZE =
      Setting.size(
          "log.file-size",
          Size.ofMib(16),
          Size.ofKib(64),
          Size.ofGib(1),
          "How large a log file grows before the next one is begun.");
  private static final Setting<Integer> FILES =
      Setting.integer("log.files", 4, 1, 100, "How many log files are kept, the current included.");

  /** Every setting of this part. */
  public static final List<Setting<?>> ALL = List.of(DESTINATION, LEVEL, FILE_SIZE, FILES);

  public static LogSettings of(SettingValues values) {
    return new LogSettings(
        values.get(DESTINATION), values.get(LEVEL), values.get(FILE_SIZE), values.get(FILES));
  }
}
