package dev.varve.engine.query;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A header and a line for each row, ended by a line feed. NULL is an empty field, the empty text is
 * {@code ""}; lists, structs and maps are JSON.
 */
final class CsvRows implements RowWriter {
  private final Writer out;
  private final List<ResultColumn> columns;

  CsvRows(OutputStream out, List<ResultColumn> columns) {
    this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
    this.columns = columns;
  }

  @Override
  public void begin() throws IOException {
    for (int i = 0; i < columns.size(); i++) {
      separate(i);
      text(columns.get(i).name());
    }
    out.write('\n');
  }

  @Override
  public void row(List<Object> values) throws IOException {
    for (int i = 0; i < values.size(); i++) {
      separate(i);
      value(values.get(i));
    }
    out.write('\n');
  }

  private void separate(int index) throws IOException {
    if (index > 0) {
      out.write(',');
    }
  }

  private void value(Object value) throws IOException {
    if (value instanceof Collection<?> || value instanceof Map<?, ?>) {
      text(JsonValues.text(value));
    } else if (value != null) {
      text(ValueTexts.of(value));
    }
  }

  private void text(String text) throws IOException {
    if (needsQuotes(text)) {
      out.write('"');
      out.write(text.replace("\"", "\"\""));
      out.write('"');
    } else {
      out.write(text);
    }
  }

  private static boolean needsQuotes(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ',' || c == '"' || c == '\n' || c == '\r') {
        return true;
      }
    }
    return text.isEmpty();
  }

  @Override
  public void end(boolean truncated) throws IOException {
    out.flush();
  }
}
