package dev.varve.engine.query;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** An object for each row. Columns that share a name are told apart by a number: a, a_2. */
final class JsonLines implements RowWriter {
  private final JsonGenerator json;
  private final List<String> names;

  JsonLines(OutputStream out, List<ResultColumn> columns) throws IOException {
    this.json = JsonValues.generator(out);
    json.setRootValueSeparator(null);
    this.names = unique(columns);
  }

  private static List<String> unique(List<ResultColumn> columns) {
    Set<String> used = new HashSet<>();
    List<String> names = new ArrayList<>();
    for (ResultColumn column : columns) {
      String name = column.name();
      for (int n = 2; !used.add(name); n++) {
        name = column.name() + "_" + n;
      }
      names.add(name);
    }
    return names;
  }

  @Override
  public void begin() {}

  @Override
  public void row(List<Object> values) throws IOException {
    json.writeStartObject();
    for (int i = 0; i < names.size(); i++) {
      json.writeFieldName(names.get(i));
      JsonValues.write(json, values.get(i));
    }
    json.writeEndObject();
    json.writeRaw('\n');
  }

  @Override
  public void end(boolean truncated) throws IOException {
    json.flush();
  }
}
