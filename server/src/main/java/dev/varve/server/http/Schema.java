package dev.varve.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** JSON schemas of simple values. */
public final class Schema {
  private Schema() {}

  public static ObjectNode text() {
    return type("string");
  }

  public static ObjectNode bool() {
    return type("boolean");
  }

  public static ObjectNode time() {
    return text().put("format", "date-time");
  }

  public static ObjectNode integer(long least, long most) {
    return type("integer").put("minimum", least).put("maximum", most);
  }

  public static ObjectNode oneOf(List<String> values) {
    ObjectNode schema = text();
    ArrayNode names = schema.putArray("enum");
    values.forEach(names::add);
    return schema;
  }

  public static ObjectNode listOf(ObjectNode items) {
    ObjectNode schema = type("array");
    schema.set("items", items);
    return schema;
  }

  public static ObjectNode type(String name) {
    return JsonNodeFactory.instance.objectNode().put("type", name);
  }
}
