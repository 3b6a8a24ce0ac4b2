package dev.varve.client;

import java.util.LinkedHashMap;
import java.util.Map;

/** The fields of a request body, in the order in which they are put; empty ones are left out. */
final class Fields {
  private final Map<String, Object> values = new LinkedHashMap<>();

  static Fields of(String name, Object value) {
    return new Fields().and(name, value);
  }

  Fields and(String name, Object value) {
    values.put(name, value);
    return this;
  }

  Fields and(CommitOptions options) {
    and("author", options.author()).and("message", options.message());
    return options.properties().isEmpty() ? this : and("properties", options.properties());
  }

  Map<String, Object> values() {
    return values;
  }
}
