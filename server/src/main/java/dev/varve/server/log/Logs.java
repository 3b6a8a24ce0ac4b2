package dev.varve.server.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * The process' log. Until it is configured, warnings and errors go to standard error.
 *
 * <p>Global because SLF4J is; safe for use by many threads.
 */
public final class Logs {
  private static final int QUEUED_LINES = 4096;
  private static final int UNTIL_ALL_IS_WRITTEN = 0;

  private Logs() {}

  /**
   * Sends lines to where {@code settings} say from now on.
   *
   * @param directory where log files are, made if missing
   */
  public static void configure(LogSettings settings, Path directory) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Appender<ILoggingEvent> to =
        switch (settings.destination()) {
          case FILE -> apart(context, file(context, settings, directory.resolve("varve.log")));
          case STDERR -> stderr(context, new JsonLines());
          case CONSOLE -> stderr(context, new TextLines());
        };
    send(context, Level.valueOf(settings.level().name()), to);
  }

  /** Closes the log file; later lines go to standard error. */
  public static void close() {
    start((LoggerContext) LoggerFactory.getILoggerFactory());
  }

  static void start(LoggerContext context) {
    send(context, Level.WARN, stderr(context, new TextLines()));
  }

  private static void send(LoggerContext context, Level own, Appender<ILoggingEvent> to) {
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    List<Appender<ILoggingEvent>> before = new ArrayList<>();
    root.iteratorForAppenders().forEachRemaining(before::add);
    root.addAppender(to);
    for (Appender<ILoggingEvent> appender : before) {
      root.detachAppender(appender);
      appender.stop();
    }
    // Libraries are quieter than Varve: their info lines tell an operator nothing.
    root.setLevel(own.isGreaterOrEqual(Level.WARN) ? own : Level.WARN);
    context.getLogger("dev.varve").setLevel(own);
  }

  private static Appender<ILoggingEvent> stderr(
      LoggerContext context, Encoder<ILoggingEvent> lines) {
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget(ConsoleTarget.SystemErr.getName());
    appender.setEncoder(started(context, lines));
    appender.start();
    return appender;
  }

  private static Appender<ILoggingEvent> file(
      LoggerContext context, LogSettings settings, Path file) {
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setFile(file.toString());
    NumberedFiles names = new NumberedFiles(file, settings.files());
    names.setContext(context);
    names.setParent(appender);
    names.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> full = new SizeBasedTriggeringPolicy<>();
    full.setContext(context);
    full.setMaxFileSize(new FileSize(settings.fileSize().bytes()));
    full.setCheckIncrement(Duration.buildByMilliseconds(0));
    full.start();
    appender.setContext(context);
    appender.setRollingPolicy(names);
    appender.setTriggeringPolicy(full);
    appender.setEncoder(started(context, new JsonLines()));
    appender.start();
    if (!appender.isStarted()) {
      throw new UncheckedIOException(
          "cannot write the log file '" + file + "'", new IOException("it cannot be opened"));
    }
    return appender;
  }

  /**
   * Writes lines on a thread of their own: requests that end at once would queue for the file. None
   * is left out; who logs faster than the disk writes waits. A process that is killed may lose the
   * last lines.
   */
  private static Appender<ILoggingEvent> apart(
      LoggerContext context, Appender<ILoggingEvent> file) {
    AsyncAppender appender = new AsyncAppender();
    appender.setContext(context);
    appender.setQueueSize(QUEUED_LINES);
    appender.setDiscardingThreshold(0);
    appender.setMaxFlushTime(UNTIL_ALL_IS_WRITTEN);
    appender.addAppender(file);
    appender.start();
    return appender;
  }

  private static Encoder<ILoggingEvent> started(
      LoggerContext context, Encoder<ILoggingEvent> lines) {
    lines.setContext(context);
    lines.start();
    return lines;
  }
}
