package dev.varve.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The JSON form of this package's records, which is the API's: a record is an object with its
 * components in order, an empty {@code Optional} is left out, an {@code Instant} is ISO-8601 UTC
 * and an enum constant is written in lower case with hyphens.
 *
 * <p>Reading ignores fields that it does not know. A missing list, map or number is empty or zero;
 * a missing text is an error.
 */
public final class Json {
  static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Json() {}

  /** The JSON text of a record, collection, map or plain value, on one line. */
  public static String write(Object value) {
    return tree(value).toString();
  }

  /** The JSON text of a value, indented for people. */
  public static String pretty(Object value) {
    return tree(value).toPrettyString();
  }

  static JsonNode tree(Object value) {
    if (value instanceof JsonNode node) {
      return node;
    } else if (value instanceof Record record) {
      return object(record);
    } else if (value instanceof Map<?, ?> map) {
      ObjectNode object = NODES.objectNode();
      map.forEach((key, item) -> put(object, String.valueOf(key), item));
      return object;
    } else if (value instanceof Collection<?> items) {
      ArrayNode array = NODES.arrayNode(items.size());
      items.forEach(item -> array.add(tree(item)));
      return array;
    } else if (value instanceof Enum<?> constant) {
      return NODES.textNode(word(constant));
    } else if (value instanceof Boolean flag) {
      return NODES.booleanNode(flag);
    } else if (value instanceof Integer || value instanceof Long) {
      return NODES.numberNode(((Number) value).longValue());
    } else {
      return NODES.textNode(value.toString());
    }
  }

  private static void put(ObjectNode object, String name, Object value) {
    Object present = value instanceof Optional<?> optional ? optional.orElse(null) : value;
    if (present != null) {
      object.set(name, tree(present));
    }
  }

  private static ObjectNode object(Record record) {
    ObjectNode object = NODES.objectNode();
    try {
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        put(object, component.getName(), component.getAccessor().invoke(record));
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot write " + record.getClass(), e);
    }
    return object;
  }

  /** An enum constant as the API spells it. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static JsonNode parse(String text) throws JsonProcessingException {
    return MAPPER.readTree(text);
  }

  /**
   * Reads a record of this package.
   *
   * @throws VarveException with code {@code bad-answer} if {@code node} has another shape
   */
  static <T> T read(JsonNode node, Class<T> type) {
    return type.cast(value(node, type, type.getSimpleName()));
  }

  private static Object value(JsonNode node, Type type, String where) {
    boolean absent = node == null || node.isNull() || node.isMissingNode();
    if (type instanceof ParameterizedType generic) {
      return container(absent ? NODES.missingNode() : node, generic, where);
    }
    Class<?> plain = (Class<?>) type;
    if (plain == long.class) {
      return absent ? 0L : number(node, where);
    } else if (plain == boolean.class) {
      return !absent && node.asBoolean();
    } else if (plain == JsonNode.class) {
      return absent ? NODES.objectNode() : node;
    } else if (absent) {
      throw bad(where, "is missing");
    } else if (plain == Long.class) {
      return number(node, where);
    } else if (plain == String.class) {
      return node.isContainerNode() ? node.toString() : node.asText();
    } else if (plain == Instant.class) {
      return instant(node, where);
    } else if (plain.isEnum()) {
      return constant(node, plain, where);
    } else if (plain.isRecord()) {
      return record(node, plain, where);
    }
    throw new IllegalStateException("no JSON form for " + plain);
  }

  private static Object container(JsonNode node, ParameterizedType type, String where) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == Optional.class) {
      return node.isMissingNode()
          ? Optional.empty()
          : Optional.of(value(node, arguments[0], where));
    } else if (type.getRawType() == List.class) {
      List<Object> items = new ArrayList<>(node.size());
      node.forEach(item -> items.add(item(item, arguments[0], where)));
      return List.copyOf(items);
    } else if (type.getRawType() == SortedMap.class) {
      SortedMap<String, Object> map = new TreeMap<>();
      node.properties().forEach(e -> map.put(e.getKey(), value(e.getValue(), arguments[1], where)));
      return map;
    }
    throw new IllegalStateException("no JSON form for " + type);
  }

  // A null among the cells of a row is a value, unlike one in the place of a field.
  private static Object item(JsonNode item, Type type, String where) {
    return type == JsonNode.class ? item : value(item, type, where);
  }

  private static Object record(JsonNode node, Class<?> type, String where) {
    if (!node.isObject()) {
      throw bad(where, "is not an object");
    }
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      types[i] = components[i].getType();
      values[i] = value(node.get(name), components[i].getGenericType(), where + "." + name);
    }
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw bad(where, "cannot be read").causedBy(e);
    }
  }

  private static Object constant(JsonNode node, Class<?> type, String where) {
    for (Object constant : type.getEnumConstants()) {
      if (word((Enum<?>) constant).equals(node.asText())) {
        return constant;
      }
    }
    throw bad(where, "is '" + node.asText() + "', which this client does not know");
  }

  private static long number(JsonNode node, String where) {
    if (!node.isNumber()) {
      throw bad(where, "is not a number");
    }
    return node.asLong();
  }

  private static Instant instant(JsonNode node, String where) {
    try {
      return Instant.parse(node.asText());
    } catch (DateTimeException e) {
      throw bad(where, "is not a time").causedBy(e);
    }
  }

  private static VarveException bad(String where, String problem) {
    return new VarveException(
        0,
        "bad-answer",
        "cannot read the server's answer: '" + where + "' " + problem,
        Optional.of("client and server may be of different versions"));
  }
}
