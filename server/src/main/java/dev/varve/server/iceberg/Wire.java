package dev.varve.server.iceberg;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.RESTSerializers;

/** The protocol's JSON, read and written by Iceberg's own parsers. */
final class Wire {

  private static final ObjectMapper MAPPER = mapper();

  private Wire() {}

  private static ObjectMapper mapper() {
    // Names are as many as a client's columns and properties: interning them would never end.
    JsonFactory factory =
        JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();
    ObjectMapper mapper =
        JsonMapper.builder(factory)
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .build();
    RESTSerializers.registerAll(mapper);
    return mapper;
  }

  /**
   * Reads a request's body.
   *
   * @throws BadRequestException if it is not JSON, or not of this type, or names an update or a
   *     requirement that this version of Iceberg does not know
   */
  static <T> T read(byte[] json, Class<T> type) {
    T request;
    try {
      request = MAPPER.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new BadRequestException(
          e, "cannot read the request as %s: %s", type.getSimpleName(), e.getOriginalMessage());
    } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
      throw new BadRequestException(
          e, "cannot read the request as %s: %s", type.getSimpleName(), e.getMessage());
    }
    if (request == null) {
      throw new BadRequestException("the request has no body: expected %s", type.getSimpleName());
    }
    return request;
  }

  /** Writes an answer's body: a response class, or bytes that are JSON already. */
  static byte[] write(Object response) {
    if (response instanceof byte[] json) {
      return json;
    }
    try {
      return MAPPER.writeValueAsBytes(response);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + response.getClass().getSimpleName(), e);
    }
  }
}
