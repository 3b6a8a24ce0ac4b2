package dev.varve.server.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.server.http.Doc;
import dev.varve.server.http.Json;
import dev.varve.server.http.Schema;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Collects the JSON schemas of records as they are referred to. */
final class Schemas {
  private final Map<String, ObjectNode> named = new TreeMap<>();
  private final Map<String, Class<?>> types = new TreeMap<>();

  /** Every schema referred to so far, by name. */
  Map<String, ObjectNode> named() {
    return named;
  }

  /** A schema, or a reference to one, for values of {@code type}. */
  ObjectNode of(Type type) {
    if (type instanceof ParameterizedType generic) {
      return ofGeneric(generic);
    }
    if (type instanceof Class<?> plain) {
      return ofClass(plain);
    }
    return JsonNodeFactory.instance.objectNode();
  }

  private ObjectNode ofGeneric(ParameterizedType type) {
    Class<?> raw = (Class<?>) type.getRawType();
    Type[] arguments = type.getActualTypeArguments();
    if (raw == Optional.class) {
      return of(arguments[0]);
    }
    if (Collection.class.isAssignableFrom(raw)) {
      return Schema.listOf(of(arguments[0]));
    }
    if (Map.class.isAssignableFrom(raw)) {
      ObjectNode schema = Schema.type("object");
      schema.set("additionalProperties", of(arguments[1]));
      return schema;
    }
    throw new IllegalArgumentException("no schema for " + type);
  }

  private ObjectNode ofClass(Class<?> type) {
    if (type == String.class) {
      return Schema.text();
    }
    if (type == Instant.class) {
      return Schema.time();
    }
    if (type == boolean.class || type == Boolean.class) {
      return Schema.bool();
    }
    if (type == int.class || type == Integer.class || type == OptionalInt.class) {
      return Schema.type("integer").put("format", "int32");
    }
    if (type == long.class || type == Long.class || type == OptionalLong.class) {
      return Schema.type("integer").put("format", "int64");
    }
    if (type == double.class || type == Double.class) {
      return Schema.type("number");
    }
    if (type.isEnum()) {
      return Schema.oneOf(
          List.of(type.getEnumConstants()).stream()
              .map(constant -> Json.tree().convertValue(constant, String.class))
              .toList());
    }
    if (type.isRecord()) {
      return reference(type);
    }
    // Objects of any shape, such as a row's values or an error's details.
    if (type == Object.class || JsonNode.class.isAssignableFrom(type)) {
      return JsonNodeFactory.instance.objectNode();
    }
    throw new IllegalArgumentException("no schema for " + type);
  }

  private ObjectNode reference(Class<?> type) {
    String name = name(type);
    Class<?> same = types.putIfAbsent(name, type);
    if (same == null) {
      named.put(name, Schema.type("object"));
      named.put(name, record(type));
    } else if (same != type) {
      throw new IllegalArgumentException("two types are named " + name);
    }
    return JsonNodeFactory.instance.objectNode().put("$ref", "#/components/schemas/" + name);
  }

  private static String name(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return outer != null && outer.isRecord()
        ? outer.getSimpleName() + type.getSimpleName()
        : type.getSimpleName();
  }

  private ObjectNode record(Class<?> type) {
    ObjectNode schema = Schema.type("object");
    Doc about = type.getAnnotation(Doc.class);
    if (about != null) {
      schema.put("description", about.value());
    }
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = JsonNodeFactory.instance.arrayNode();
    for (RecordComponent component : type.getRecordComponents()) {
      ObjectNode property = of(component.getGenericType());
      Doc doc = component.getAnnotation(Doc.class);
      if (doc != null) {
        property.put("description", doc.value());
      }
      properties.set(component.getName(), property);
      if (isRequired(component.getType())) {
        required.add(component.getName());
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    return schema;
  }

  private static boolean isRequired(Class<?> type) {
    return type != Optional.class
        && type != OptionalInt.class
        && type != OptionalLong.class
        && !Collection.class.isAssignableFrom(type)
        && !Map.class.isAssignableFrom(type)
        && type != Object.class;
  }
}
