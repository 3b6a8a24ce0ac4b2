package dev.varve.engine.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/**
 * Values as JSON.
 *
 * <ul>
 *   <li>A number is a JSON number where a reader that has only 64-bit floats gets it back to the
 *       digit: integers to ±(2^53-1) and decimals of at most 15 digits. Others are strings of their
 *       digits.
 *   <li>Not-a-number and the infinities are {@code "NaN"}, {@code "Infinity"}, {@code "-Infinity"}.
 *   <li>Dates, times and timestamps are ISO 8601 strings; those with a zone are in UTC and end in
 *       {@code Z}.
 *   <li>Blobs are Base64, UUIDs their usual text, intervals and geometries DuckDB's text.
 *   <li>A struct is an object, a list an array, a map an array of {@code {"key":…,"value":…}}.
 * </ul>
 */
final class JsonValues {
  private static final long MAX_EXACT = (1L << 53) - 1;
  private static final BigInteger MAX_EXACT_BIG = BigInteger.valueOf(MAX_EXACT);
  private static final int EXACT_DIGITS = 15;

  /**
   * What is written stays open and unfinished when a query fails, so that nobody takes it for
   * whole.
   */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
          .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
          .build();

  private JsonValues() {}

  static JsonGenerator generator(OutputStream out) throws IOException {
    return FACTORY.createGenerator(out);
  }

  /** A value as a JSON text. */
  static String text(Object value) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      write(json, value);
    }
    return text.toString();
  }

  static void write(JsonGenerator json, Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Boolean bool) {
      json.writeBoolean(bool);
    } else if (value instanceof Number number) {
      writeNumber(json, number);
    } else if (value instanceof Map<?, ?> struct) {
      json.writeStartObject();
      for (Map.Entry<?, ?> field : struct.entrySet()) {
        json.writeFieldName((String) field.getKey());
        write(json, field.getValue());
      }
      json.writeEndObject();
    } else if (value instanceof List<?> list) {
      json.writeStartArray();
      for (Object element : list) {
        write(json, element);
      }
      json.writeEndArray();
    } else if (value instanceof Map.Entry<?, ?> entry) {
      json.writeStartObject();
      json.writeFieldName("key");
      write(json, entry.getKey());
      json.writeFieldName("value");
      write(json, entry.getValue());
      json.writeEndObject();
    } else {
      json.writeString(ValueTexts.of(value));
    }
  }

  private static void writeNumber(JsonGenerator json, Number number) throws IOException {
    if (isExact(number)) {
      json.writeNumber(ValueTexts.of(number));
    } else {
      json.writeString(ValueTexts.of(number));
    }
  }

  private static boolean isExact(Number number) {
    if (number instanceof Long value) {
      return Math.abs(value) <= MAX_EXACT && value != Long.MIN_VALUE;
    } else if (number instanceof BigInteger value) {
      return value.abs().compareTo(MAX_EXACT_BIG) <= 0;
    } else if (number instanceof BigDecimal value) {
      return value.precision() <= EXACT_DIGITS && value.scale() <= EXACT_DIGITS;
    }
    return Double.isFinite(number.doubleValue());
  }
}
