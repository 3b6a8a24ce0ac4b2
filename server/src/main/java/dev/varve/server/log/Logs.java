package dev.varve.server.log;

import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.event.Level;

/**
 * The process' log. Until it is configured, warnings and errors go to standard error.
 *
 * <p>Global because SLF4J is; safe for use by many threads.
 */
public final class Logs {
  private static final ReentrantLock LOCK = new ReentrantLock();
  private static volatile Level ownLevel = Level.WARN;
  private static LogSink sink = new StderrSink();

  private Logs() {}

  /**
   * Sends lines to where {@code settings} say from now on.
   *
   * @param directory where log files are, made if missing
   */
  public static void configure(LogSettings settings, Path directory) {
    LogSink next =
        switch (settings.destination()) {
          case STDERR -> new StderrSink();
          case FILE ->
              new RollingFile(
                  directory.resolve("varve.log"), settings.fileSize().bytes(), settings.files());
        };
    ownLevel = Level.valueOf(settings.level().name());
    replace(next);
  }

  /** Closes the log file; later lines go to standard error. */
  public static void close() {
    replace(new StderrSink());
  }

  private static void replace(LogSink next) {
    LOCK.lock();
    try {
      sink.close();
      sink = next;
    } finally {
      LOCK.unlock();
    }
  }

  /** Libraries are quieter than Varve: their info lines tell an operator nothing. */
  static boolean enabled(String logger, Level level) {
    Level least = logger.startsWith("dev.varve") || ownLevel == Level.ERROR ? ownLevel : Level.WARN;
    return level.toInt() >= least.toInt();
  }

  static void write(byte[] line) {
    LOCK.lock();
    try {
      sink.write(line);
    } finally {
      LOCK.unlock();
    }
  }
}
