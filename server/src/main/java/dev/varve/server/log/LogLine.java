package dev.varve.server.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;

/** What one line says, and its bytes. */
record LogLine(
    Instant time,
    Level level,
    String logger,
    String message,
    Map<String, String> context,
    List<KeyValuePair> pairs,
    Throwable problem) {
  /** Everything beyond ASCII is escaped too: terminals obey some of those characters. */
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private static final int MAX_TEXT = 16_384;

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("time", time.toString());
      json.writeStringField("level", level.name().toLowerCase(Locale.ROOT));
      json.writeStringField("logger", logger);
      json.writeStringField("thread", Thread.currentThread().getName());
      json.writeStringField("message", bounded(message));
      for (Map.Entry<String, String> entry : context.entrySet()) {
        json.writeStringField(entry.getKey(), bounded(entry.getValue()));
      }
      for (KeyValuePair pair : pairs) {
        json.writeFieldName(pair.key);
        writeValue(json, pair.value);
      }
      if (problem != null) {
        StringWriter stack = new StringWriter();
        problem.printStackTrace(new PrintWriter(stack));
        json.writeStringField("stack", bounded(stack.toString()));
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  private static void writeValue(JsonGenerator json, Object value) throws IOException {
    if (value instanceof Integer || value instanceof Long) {
      json.writeNumber(((Number) value).longValue());
    } else if (value instanceof Double || value instanceof Float) {
      json.writeNumber(((Number) value).doubleValue());
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else {
      json.writeString(bounded(String.valueOf(value)));
    }
  }

  private static String bounded(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }
}
