package dev.varve.engine.query;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** One object with columns, rows as arrays, and whether rows are missing. */
final class JsonRows implements RowWriter {
  private final JsonGenerator json;
  private final List<ResultColumn> columns;

  JsonRows(OutputStream out, List<ResultColumn> columns) throws IOException {
    this.json = JsonValues.generator(out);
    this.columns = columns;
  }

  @Override
  public void begin() throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("columns");
    for (ResultColumn column : columns) {
      json.writeStartObject();
      json.writeStringField("name", column.name());
      json.writeStringField("type", column.type());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("rows");
  }

  @Override
  public void row(List<Object> values) throws IOException {
    JsonValues.write(json, values);
  }

  @Override
  public void end(boolean truncated) throws IOException {
    json.writeEndArray();
    json.writeBooleanField("truncated", truncated);
    json.writeEndObject();
    json.flush();
  }
}
