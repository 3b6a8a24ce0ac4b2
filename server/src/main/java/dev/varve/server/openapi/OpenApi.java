package dev.varve.server.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.server.http.ErrorBody;
import dev.varve.server.http.MediaTypes;
import dev.varve.server.http.Parameter;
import dev.varve.server.http.Route;
import dev.varve.server.http.Schema;
import java.util.List;
import java.util.Locale;

/** Makes the OpenAPI 3.1 document of the declared routes. */
public final class OpenApi {
  private final Schemas schemas = new Schemas();
  private final ObjectNode document = JsonNodeFactory.instance.objectNode();

  private OpenApi(String version) {
    document.put("openapi", "3.1.0");
    ObjectNode info = document.putObject("info");
    info.put("title", "Varve");
    info.put("version", version);
    info.put(
        "description",
        "Version control for a lakehouse: branch, commit, tag, diff, merge and revert over all"
            + " tables of a data lake. Errors have one form; lists come in parts that 'after' and"
            + " 'next' connect; times are UTC.");
    ObjectNode license = info.putObject("license");
    license.put("name", "Apache-2.0");
    license.put("url", "https://www.apache.org/licenses/LICENSE-2.0.txt");
  }

  /** The document of {@code routes}, in their order. */
  public static ObjectNode of(List<Route> routes, String version) {
    OpenApi api = new OpenApi(version);
    ObjectNode paths = api.document.putObject("paths");
    routes.forEach(
        route ->
            paths
                .withObjectProperty(route.template())
                .set(route.method().name().toLowerCase(Locale.ROOT), api.operation(route)));
    ObjectNode error = api.schemas.of(ErrorBody.class);
    ObjectNode components = api.document.putObject("components");
    ObjectNode answer = components.putObject("responses").putObject("Error");
    answer.put("description", "The request failed; 'error.code' says why.");
    answer.putObject("content").putObject(MediaTypes.JSON).set("schema", error);
    ObjectNode schemes = components.putObject("securitySchemes");
    schemes.putObject("credential").put("type", "http").put("scheme", "basic");
    schemes.putObject("token").put("type", "http").put("scheme", "bearer");
    // One of these, or nothing where the server asks nobody who they are.
    ArrayNode security = api.document.putArray("security");
    security.addObject();
    security.addObject().putArray("credential");
    security.addObject().putArray("token");
    ObjectNode named = components.putObject("schemas");
    api.schemas.named().forEach(named::set);
    return api.document;
  }

  private ObjectNode operation(Route route) {
    ObjectNode operation = JsonNodeFactory.instance.objectNode();
    operation.put("operationId", route.id());
    operation.putArray("tags").add(route.group());
    operation.put("summary", route.summary());
    ArrayNode parameters = JsonNodeFactory.instance.arrayNode();
    route.parameters().forEach(parameter -> parameters.add(parameter(parameter)));
    if (!parameters.isEmpty()) {
      operation.set("parameters", parameters);
    }
    route.body().ifPresent(type -> body(operation, MediaTypes.JSON, schemas.of(type)));
    if (route.upload()) {
      body(operation, "*/*", Schema.text().put("format", "binary"));
    }
    ObjectNode answers = operation.putObject("responses");
    route.answers().values().forEach(answer -> answer(answers, answer));
    answers.putObject("default").put("$ref", "#/components/responses/Error");
    return operation;
  }

  private static ObjectNode parameter(Parameter<?> parameter) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", parameter.name());
    node.put("in", parameter.in().name().toLowerCase(Locale.ROOT));
    node.put("description", parameter.sentence());
    if (parameter.required()) {
      node.put("required", true);
    }
    ObjectNode schema = parameter.schema().get();
    parameter.fallback().ifPresent(text -> putDefault(schema, text));
    node.set("schema", parameter.repeated() ? Schema.listOf(schema) : schema);
    return node;
  }

  private static void putDefault(ObjectNode schema, String text) {
    switch (schema.path("type").asText()) {
      case "integer" -> schema.put("default", Long.parseLong(text));
      case "boolean" -> schema.put("default", Boolean.parseBoolean(text));
      default -> schema.put("default", text);
    }
  }

  private static void body(ObjectNode operation, String mediaType, ObjectNode schema) {
    ObjectNode body = operation.putObject("requestBody");
    body.put("required", true);
    body.putObject("content").putObject(mediaType).set("schema", schema);
  }

  private void answer(ObjectNode answers, Route.Answer answer) {
    ObjectNode node = answers.putObject(Integer.toString(answer.status()));
    node.put("description", answer.sentence());
    ObjectNode content = node.putObject("content");
    for (String mediaType : answer.mediaTypes()) {
      ObjectNode media = content.putObject(mediaType);
      answer
          .type()
          .filter(type -> mediaType.equals(MediaTypes.JSON))
          .ifPresent(type -> media.set("schema", schema(type, answer.page())));
    }
  }

  private ObjectNode schema(Class<?> type, boolean page) {
    if (!page) {
      return schemas.of(type);
    }
    ObjectNode schema = Schema.type("object");
    ObjectNode properties = schema.putObject("properties");
    properties.set("items", Schema.listOf(schemas.of(type)));
    properties.set(
        "next", Schema.text().put("description", "Pass as 'after' for the part behind."));
    schema.putArray("required").add("items");
    return schema;
  }
}
