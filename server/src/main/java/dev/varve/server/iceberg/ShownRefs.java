package dev.varve.server.iceberg;

import dev.varve.engine.table.RefChoice;
import java.util.Arrays;
import java.util.List;

/** Which refs of the catalog a client wants to see among those of a table. */
final class ShownRefs {

  /** By which a catalog is configured to show some of many: names, or {@code v1.*}, by commas. */
  private static final String HEADER = "X-Varve-Refs";

  private ShownRefs() {}

  static RefChoice of(Call call, int limit) {
    List<String> patterns =
        call.header(HEADER).stream()
            .flatMap(text -> Arrays.stream(text.split(",")))
            .map(String::strip)
            .filter(pattern -> !pattern.isEmpty())
            .toList();
    return new RefChoice(limit, patterns);
  }
}
