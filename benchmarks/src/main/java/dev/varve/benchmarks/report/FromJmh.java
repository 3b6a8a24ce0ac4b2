package dev.varve.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Prints the results of JMH ({@code -rf json -rff FILE}) in the form that is kept here. */
public final class FromJmh {
  private FromJmh() {}

  /** Prints the results in the files to standard output. */
  public static void main(String[] files) throws IOException {
    for (String file : files) {
      for (JsonNode run : new ObjectMapper().readTree(new File(file))) {
        System.out.println(result(run).line());
      }
    }
  }

  private static Result result(JsonNode run) {
    String benchmark = run.path("benchmark").asText();
    String name = benchmark.replaceFirst(".*\\.([^.]+\\.[^.]+)$", "$1");
    TreeMap<String, String> parameters = new TreeMap<>();
    for (Map.Entry<String, JsonNode> parameter : run.path("params").properties()) {
      parameters.put(parameter.getKey(), parameter.getValue().asText());
    }
    JsonNode score = run.path("primaryMetric");
    return Result.of(
            "jmh." + name,
            parameters,
            score.path("scoreUnit").asText(),
            score.path("score").asDouble())
        .by("org.openjdk.jmh.Main " + name, Machine.load());
  }
}
