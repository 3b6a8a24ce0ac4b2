package dev.varve.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.varve.catalog.error.Nearest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads and writes JSON.
 *
 * <p>Reading is strict: an unknown or doubled field, a wrong type or text behind the document is
 * refused with the place and, where there is one, the nearest known name. A body is a record: its
 * fields are required unless they are an {@link Optional}, a list or a map.
 */
public final class Json {
  private static final ObjectMapper MAPPER = mapper();

  private Json() {}

  private static ObjectMapper mapper() {
    JsonMapper.Builder builder =
        JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new SimpleModule().addSerializer(Instant.class, new ToStringSerializer()))
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .defaultPropertyInclusion(
                JsonInclude.Value.construct(
                    JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
            .withConfigOverride(
                List.class, o -> o.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
            .withConfigOverride(
                Map.class, o -> o.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)))
            .withCoercionConfig(
                LogicalType.Textual,
                c ->
                    c.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail));
    ObjectMapper mapper = builder.build();
    mapper
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(64).maxNameLength(4096).build());
    return mapper;
  }

  /** The mapper, for those who build a document of nodes or write a stream. */
  public static ObjectMapper tree() {
    return MAPPER;
  }

  /** The JSON text of {@code value} in UTF-8. */
  public static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a request's body.
   *
   * @throws RequestRefused if it is not a {@code type} exactly
   */
  public static <T> T read(byte[] body, Class<T> type) {
    T value;
    try {
      value = MAPPER.readValue(body, type);
    } catch (UnrecognizedPropertyException e) {
      throw unknownField(e);
    } catch (JsonMappingException e) {
      throw invalid(sentence(e) + at(e));
    } catch (JsonProcessingException e) {
      throw invalid(
          "it is not valid JSON at line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (value == null) {
      throw invalid("it is null");
    }
    checkComplete(value, "");
    return value;
  }

  private static RequestRefused unknownField(UnrecognizedPropertyException e) {
    List<String> known = e.getKnownPropertyIds().stream().map(String::valueOf).sorted().toList();
    Optional<String> nearest = Nearest.to(e.getPropertyName(), known);
    String path = path(e);
    return new RequestRefused(
        HttpErrorCode.INVALID_BODY,
        "cannot read the body: unknown field '" + path + "'",
        nearest
            .map(name -> "did you mean '" + name + "'?")
            .orElse("known fields are " + String.join(", ", known)));
  }

  private static RequestRefused invalid(String why) {
    return new RequestRefused(HttpErrorCode.INVALID_BODY, "cannot read the body: " + why);
  }

  private static String sentence(JsonMappingException e) {
    if (String.valueOf(e.getOriginalMessage()).startsWith("Trailing token")) {
      return "something follows the document";
    }
    if (e instanceof InvalidFormatException format && format.getTargetType().isEnum()) {
      return "'" + format.getValue() + "' is not one of " + enumNames(format.getTargetType());
    }
    if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      return "expected " + typeName(mismatch.getTargetType());
    }
    if (e.getCause() instanceof IllegalArgumentException cause && cause.getMessage() != null) {
      return cause.getMessage();
    }
    return e.getOriginalMessage() != null && e.getOriginalMessage().startsWith("Duplicate field")
        ? "a field is given twice"
        : "it is malformed";
  }

  private static String enumNames(Class<?> type) {
    return java.util.Arrays.stream(type.getEnumConstants())
        .map(constant -> Json.tree().convertValue(constant, String.class))
        .collect(Collectors.joining(", "));
  }

  private static String typeName(Class<?> type) {
    if (type == String.class || type.isEnum()) {
      return "a text";
    }
    if (Number.class.isAssignableFrom(type) || (type.isPrimitive() && type != boolean.class)) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "a list";
    }
    return type == Instant.class ? "a time such as 2026-11-01T00:00:00Z" : "an object";
  }

  private static String at(JsonMappingException e) {
    String path = path(e);
    return path.isEmpty() ? "" : " at '" + path + "'";
  }

  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.length() == 0 ? "" : ".").append(step.getFieldName());
      }
    }
    return path.toString();
  }

  private static void checkComplete(Object value, String path) {
    if (value instanceof Collection<?> items) {
      int index = 0;
      for (Object item : items) {
        String place = path + "[" + index + "]";
        if (item == null) {
          throw invalid("'" + place + "' is null");
        }
        checkComplete(item, place);
        index++;
      }
    } else if (value instanceof Optional<?> optional && optional.isPresent()) {
      checkComplete(optional.get(), path);
    } else if (value.getClass().isRecord()) {
      for (RecordComponent component : value.getClass().getRecordComponents()) {
        String place = (path.isEmpty() ? "" : path + ".") + component.getName();
        Object field = field(component, value);
        if (field == null) {
          throw invalid("the field '" + place + "' is missing");
        }
        checkComplete(field, place);
      }
    }
  }

  private static Object field(RecordComponent component, Object record) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "cannot read the field '%s'", component.getName()), e);
    }
  }
}
