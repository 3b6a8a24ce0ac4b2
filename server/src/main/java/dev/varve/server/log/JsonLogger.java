package dev.varve.server.log;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/** An SLF4J logger that writes JSON lines. */
final class JsonLogger extends AbstractLogger implements LoggingEventAware {
  private static final long serialVersionUID = 1L;

  JsonLogger(String name) {
    this.name = name;
  }

  @Override
  protected String getFullyQualifiedCallerName() {
    return JsonLogger.class.getName();
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level, Marker marker, String pattern, Object[] arguments, Throwable problem) {
    write(level, MessageFormatter.basicArrayFormat(pattern, arguments), List.of(), problem);
  }

  @Override
  public void log(LoggingEvent event) {
    if (!Logs.enabled(name, event.getLevel())) {
      return;
    }
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    write(
        event.getLevel(),
        MessageFormatter.basicArrayFormat(event.getMessage(), event.getArgumentArray()),
        pairs == null ? List.of() : pairs,
        event.getThrowable());
  }

  private void write(Level level, String message, List<KeyValuePair> pairs, Throwable problem) {
    Map<String, String> context = MDC.getCopyOfContextMap();
    LogLine line =
        new LogLine(
            Instant.now(),
            level,
            name,
            String.valueOf(message),
            context == null ? Map.of() : context,
            pairs,
            problem);
    Logs.write(line.bytes());
  }

  @Override
  public boolean isTraceEnabled() {
    return Logs.enabled(name, Level.TRACE);
  }

  @Override
  public boolean isTraceEnabled(Marker marker) {
    return isTraceEnabled();
  }

  @Override
  public boolean isDebugEnabled() {
    return Logs.enabled(name, Level.DEBUG);
  }

  @Override
  public boolean isDebugEnabled(Marker marker) {
    return isDebugEnabled();
  }

  @Override
  public boolean isInfoEnabled() {
    return Logs.enabled(name, Level.INFO);
  }

  @Override
  public boolean isInfoEnabled(Marker marker) {
    return isInfoEnabled();
  }

  @Override
  public boolean isWarnEnabled() {
    return Logs.enabled(name, Level.WARN);
  }

  @Override
  public boolean isWarnEnabled(Marker marker) {
    return isWarnEnabled();
  }

  @Override
  public boolean isErrorEnabled() {
    return Logs.enabled(name, Level.ERROR);
  }

  @Override
  public boolean isErrorEnabled(Marker marker) {
    return isErrorEnabled();
  }
}
