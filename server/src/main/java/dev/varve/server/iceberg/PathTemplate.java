package dev.varve.server.iceberg;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.rest.Endpoint;

/** The path of an endpoint, with variables such as {@code {table}} in place of whole segments. */
final class PathTemplate {
  private final List<Segment> segments;

  private record Segment(String text, boolean isVariable) {}

  private PathTemplate(List<Segment> segments) {
    this.segments = segments;
  }

  static PathTemplate of(Endpoint endpoint) {
    return new PathTemplate(
        Arrays.stream(endpoint.path().substring(1).split("/", -1))
            .map(
                text ->
                    text.startsWith("{")
                        ? new Segment(text.substring(1, text.length() - 1), true)
                        : new Segment(text, false))
            .toList());
  }

  /**
   * The values of the variables, if these segments are this path's.
   *
   * @param asked the path's segments as they were sent, still encoded
   */
  Optional<Map<String, String>> match(List<String> asked) {
    if (!matches(asked)) {
      return Optional.empty();
    }
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < segments.size(); i++) {
      if (segments.get(i).isVariable()) {
        variables.put(segments.get(i).text(), asked.get(i));
      }
    }
    return Optional.of(variables);
  }

  boolean matches(List<String> asked) {
    if (segments.size() != asked.size()) {
      return false;
    }
    for (int i = 0; i < segments.size(); i++) {
      if (!segments.get(i).isVariable() && !segments.get(i).text().equals(asked.get(i))) {
        return false;
      }
    }
    return true;
  }
}
