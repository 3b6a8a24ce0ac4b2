package dev.varve.engine.prepared;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.merge.MergeVerb;
import dev.varve.catalog.tree.ContentId;
import dev.varve.engine.merge.MergeConflict;
import dev.varve.engine.merge.RowTask;
import dev.varve.engine.merge.WholeRows;
import dev.varve.engine.merge.rows.CellRule;
import dev.varve.engine.merge.rows.Side;
import dev.varve.engine.table.TableName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A conflict of a prepared merge.
 *
 * <p>Is kept in the property {@value #PROPERTY} of the commits that hold the conflicts, as JSON of
 * format 3: {@code {format, conflicts: [{subject, code, message, hint, details?: {name: value},
 * rows?, content?, count?, task?: {id, files, count, conflicts, key, strategy, strategies, rules},
 * choice?: {id, table, part, base?, ours, theirs, winners, value?}}]}}. Format 1 had no choices,
 * and format 2 no details.
 *
 * @param subject the table or namespace
 * @param details the values by name, for programs
 * @param rows where cells and rows in conflict are, if it is these; empty for a task of which no
 *     conflicts are known
 * @param task what another engine is to do, if rows are to be merged by one
 * @param choice what there is to choose between, if it is something else that can be answered
 */
public record KeptConflict(
    String subject,
    String code,
    String message,
    String hint,
    SortedMap<String, String> details,
    Optional<Rows> rows,
    Optional<Task> task,
    Optional<KeptChoice> choice) {
  public KeptConflict {
    details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
  }

  /** The name of the property. */
  static final String PROPERTY = "varve.conflicts";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FORMAT = 3;
  private static final int OLDEST_FORMAT = 1;

  /**
   * Cells and rows in conflict, as a table.
   *
   * @param table on the branch of the prepared merge
   * @param content the table that they are of
   * @param count how many there are
   */
  public record Rows(TableName table, ContentId content, long count) {}

  /**
   * A merge of rows for another engine.
   *
   * @param id to be told in the summary of the snapshot that does it
   * @param files the table that lists the files to compare
   * @param fileCount how many these are
   * @param conflicts the table for what the sides disagree on, to be made by the engine
   * @param key the field ids of the row key, empty if rows are a bag
   * @param strategy who wins where nothing more precise is said: {@code fail}, {@code ours} or
   *     {@code theirs}
   * @param strategies who wins, by the name of a column
   * @param rules by the name of a column, in SQL that the engine reads as its own
   */
  public record Task(
      String id,
      TableName files,
      long fileCount,
      TableName conflicts,
      List<Integer> key,
      Side strategy,
      SortedMap<String, Side> strategies,
      SortedMap<String, String> rules) {
    static Task of(RowTask task, TableName files, TableName conflicts) {
      SortedMap<String, Side> strategies = new TreeMap<>();
      SortedMap<String, String> rules = new TreeMap<>();
      task.plan()
          .strategies()
          .columns()
          .forEach(
              (column, strategy) -> {
                if (strategy instanceof CellRule rule) {
                  rules.put(column, rule.elsewhere());
                } else {
                  strategies.put(column, (Side) strategy);
                }
              });
      return new Task(
          task.id(),
          files,
          task.plan().fileCount(),
          conflicts,
          task.plan().key().stream().sorted().toList(),
          task.plan().strategies().rows(),
          strategies,
          rules);
    }
  }

  /** What comes of it if a side is taken in all of it, where that is not plain; else empty. */
  Optional<String> taken(MergeVerb verb, Side side) {
    return WholeRows.taken(verb, subject, details, side);
  }

  /** The table that holds cells and rows in conflict, or will if there are any. */
  Optional<TableName> table() {
    return task.map(Task::conflicts).or(() -> rows.map(Rows::table));
  }

  static KeptConflict of(
      MergeConflict conflict,
      Optional<Rows> rows,
      Optional<Task> task,
      Optional<KeptChoice> choice) {
    return new KeptConflict(
        conflict.subject(),
        conflict.code(),
        conflict.message(),
        conflict.hint(),
        conflict.details(),
        rows,
        task,
        choice);
  }

  /** Reads them from a commit; empty if it holds none. */
  static List<KeptConflict> of(Commit commit) {
    List<KeptConflict> found = new ArrayList<>();
    String text = commit.properties().getOrDefault(PROPERTY, "{}");
    try {
      JsonNode json = JSON.readTree(text);
      int format = json.path("format").asInt();
      if (format >= OLDEST_FORMAT && format <= FORMAT) {
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
        texts(json.path("details")),
        json.has("rows") && !json.has("task")
            ? Optional.of(
                new Rows(
                    TableName.parse(json.path("rows").asText()),
                    new ContentId(UUID.fromString(json.path("content").asText())),
                    json.path("count").asLong()))
            : Optional.empty(),
        Optional.ofNullable(json.get("task"))
            .filter(task -> task.has("files")) // One of format 1 is to be prepared again.
            .map(KeptConflict::task),
        Optional.ofNullable(json.get("choice")).map(KeptChoice::read));
  }

  private static Task task(JsonNode json) {
    List<Integer> key = new ArrayList<>();
    json.path("key").forEach(id -> key.add(id.asInt()));
    SortedMap<String, Side> strategies = new TreeMap<>();
    json.path("strategies")
        .properties()
        .forEach(it -> strategies.put(it.getKey(), side(it.getValue())));
    return new Task(
        json.path("id").asText(),
        TableName.parse(json.path("files").asText()),
        json.path("count").asLong(),
        TableName.parse(json.path("conflicts").asText()),
        key,
        side(json.path("strategy")),
        strategies,
        texts(json.path("rules")));
  }

  private static SortedMap<String, String> texts(JsonNode json) {
    SortedMap<String, String> texts = new TreeMap<>();
    json.properties().forEach(it -> texts.put(it.getKey(), it.getValue().asText()));
    return texts;
  }

  private static Side side(JsonNode json) {
    return Side.valueOf(json.asText().toUpperCase(Locale.ROOT));
  }

  private static String text(Side side) {
    return side.name().toLowerCase(Locale.ROOT);
  }

  private static void put(ObjectNode json, Task task) {
    json.put("id", task.id());
    json.put("files", task.files().toString());
    json.put("count", task.fileCount());
    json.put("conflicts", task.conflicts().toString());
    ArrayNode key = json.putArray("key");
    task.key().forEach(key::add);
    json.put("strategy", text(task.strategy()));
    ObjectNode strategies = json.putObject("strategies");
    task.strategies().forEach((column, side) -> strategies.put(column, text(side)));
    ObjectNode rules = json.putObject("rules");
    task.rules().forEach(rules::put);
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
      if (!conflict.details().isEmpty()) {
        conflict.details().forEach(one.putObject("details")::put);
      }
      conflict
          .rows()
          .ifPresent(
              rows -> {
                one.put("rows", rows.table().toString());
                one.put("content", rows.content().toString());
                one.put("count", rows.count());
              });
      conflict.task().ifPresent(task -> put(one.putObject("task"), task));
      conflict.choice().ifPresent(choice -> choice.write(one.putObject("choice")));
    }
    return Map.of(PROPERTY, json.toString());
  }
}
