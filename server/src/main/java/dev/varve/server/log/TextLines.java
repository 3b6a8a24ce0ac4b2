package dev.varve.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Log lines for people: a line per event and, indented below it, the stack of its exception. What
 * would begin a line or steer a terminal is shown as its code.
 */
final class TextLines extends EncoderBase<ILoggingEvent> {
  private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\p{Cf}\u2028\u2029]");

  @Override
  public byte[] encode(ILoggingEvent event) {
    StringBuilder text = new StringBuilder();
    text.append(event.getInstant()).append(' ').append(event.getLevel()).append(' ');
    text.append(escaped(event.getLoggerName())).append(": ");
    text.append(escaped(event.getFormattedMessage()));
    event.getMDCPropertyMap().forEach((key, value) -> append(text, key, value));
    if (event.getKeyValuePairs() != null) {
      event.getKeyValuePairs().forEach(pair -> append(text, pair.key, pair.value));
    }
    text.append('\n');
    if (event.getThrowableProxy() != null) {
      ThrowableProxyUtil.asString(event.getThrowableProxy())
          .lines()
          .forEach(line -> text.append("    ").append(escaped(line)).append('\n'));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void append(StringBuilder text, String key, Object value) {
    text.append(' ').append(key).append('=').append(escaped(String.valueOf(value)));
  }

  private static String escaped(String text) {
    return UNSAFE
        .matcher(text.replace("\t", "  "))
        .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }
}
