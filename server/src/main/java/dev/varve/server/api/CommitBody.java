package dev.varve.server.api;

import dev.varve.catalog.ref.RefName;
import dev.varve.engine.table.WriteOptions;
import dev.varve.server.http.Request;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What clients say of the commits they make. */
final class CommitBody {
  private CommitBody() {}

  /** From the fields of a body. */
  static WriteOptions options(
      Request request,
      Optional<String> branch,
      Optional<String> author,
      Optional<String> message,
      Map<String, String> properties) {
    return new WriteOptions(
        branch.map(RefName::parse).orElse(RefName.MAIN),
        Who.of(request, author),
        message.filter(text -> !text.isBlank()),
        new TreeMap<>(properties));
  }

  /** From the query. */
  static WriteOptions options(Request request) {
    SortedMap<String, String> properties = new TreeMap<>();
    request
        .all(Parameters.PROPERTY)
        .forEach(property -> properties.put(property.getKey(), property.getValue()));
    return new WriteOptions(
        request.get(Parameters.BRANCH),
        Who.of(request),
        request.find(Parameters.MESSAGE).filter(text -> !text.isBlank()),
        properties);
  }
}
