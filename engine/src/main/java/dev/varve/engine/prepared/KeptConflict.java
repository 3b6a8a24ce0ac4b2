package dev.varve.engine.prepared;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.tree.ContentId;
import dev.varve.engine.merge.MergeConflict;
import dev.varve.engine.table.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A conflict of a prepared merge.
 *
 * <p>Is kept in the property {@value #PROPERTY} of the commits that hold the conflicts, as JSON of
 * format 1: {@code {format, conflicts: [{subject, code, message, hint, rows?, content?, count?}]}}.
 *
 * @param subject the table or namespace
 * @param rows where cells and rows in conflict are, if it is these
 */
public record KeptConflict(
    String subject, String code, String message, String hint, Optional<Rows> rows) {
  /** The name of the property. */
  static final String PROPERTY = "varve.conflicts";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FORMAT = 1;

  /**
   * Cells and rows in conflict, as a table.
   *
   * @param table on the branch of the prepared merge
   * @param content the table that they are of
   * @param count how many there are
   */
  public record Rows(TableName table, ContentId content, long count) {}

  static KeptConflict of(MergeConflict conflict, Optional<Rows> rows) {
    return new KeptConflict(
        conflict.subject(), conflict.code(), conflict.message(), conflict.hint(), rows);
  }

  /** Reads them from a commit; empty if it holds none. */
  static List<KeptConflict> of(Commit commit) {
    List<KeptConflict> found = new ArrayList<>();
    String text = commit.properties().getOrDefault(PROPERTY, "{}");
    try {
      JsonNode json = JSON.readTree(text);
      if (json.path("format").asInt() == FORMAT) {
        json.path("conflicts").forEach(conflict -> found.add(read(conflict)));
      }
    } catch (JsonProcessingException e) {
      return List.of();
    }
    return found;
  }

  private static KeptConflict read(JsonNode json) {
    return new KeptConflict(
        json.path("subject").asText(),
        json.path("code").asText(),
        json.path("message").asText(),
        json.path("hint").asText(),
        json.has("rows")
            ? Optional.of(
                new Rows(
                    TableName.parse(json.path("rows").asText()),
                    new ContentId(UUID.fromString(json.path("content").asText())),
                    json.path("count").asLong()))
            : Optional.empty());
  }

  /** The property, to be put into commits. */
  static Map<String, String> property(List<KeptConflict> conflicts) {
    ObjectNode json = JSON.createObjectNode();
    json.put("format", FORMAT);
    ArrayNode all = json.putArray("conflicts");
    for (KeptConflict conflict : conflicts) {
      ObjectNode one = all.addObject();
      one.put("subject", conflict.subject());
      one.put("code", conflict.code());
      one.put("message", conflict.message());
      one.put("hint", conflict.hint());
      conflict
          .rows()
          .ifPresent(
              rows -> {
                one.put("rows", rows.table().toString());
                one.put("content", rows.content().toString());
                one.put("count", rows.count());
              });
    }
    return Map.of(PROPERTY, json.toString());
  }
}
