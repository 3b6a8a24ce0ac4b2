package dev.varve.engine.prepared;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.engine.merge.Choice;
import dev.varve.engine.merge.Choice.ValueKind;
import dev.varve.engine.merge.Winner;
import dev.varve.engine.table.TableName;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What there is to choose between in a conflict of a prepared merge.
 *
 * @param table on the branch of the prepared merge: the table that holds what is said
 */
public record KeptChoice(TableName table, Choice choice) {
  static KeptChoice read(JsonNode json) {
    Set<Winner> winners = EnumSet.noneOf(Winner.class);
    json.path("winners").forEach(it -> winners.add(constant(Winner.class, it.asText())));
    return new KeptChoice(
        TableName.parse(json.path("table").asText()),
        new Choice(
            json.path("id").asText(),
            json.path("part").asText(),
            Optional.ofNullable(json.get("base")).map(JsonNode::asText),
            json.path("ours").asText(),
            json.path("theirs").asText(),
            winners,
            Optional.ofNullable(json.get("value"))
                .map(it -> constant(ValueKind.class, it.asText()))));
  }

  void write(ObjectNode json) {
    json.put("id", choice.id());
    json.put("table", table.toString());
    json.put("part", choice.part());
    choice.base().ifPresent(it -> json.put("base", it));
    json.put("ours", choice.ours());
    json.put("theirs", choice.theirs());
    ArrayNode winners = json.putArray("winners");
    choice.winners().forEach(it -> winners.add(text(it)));
    choice.value().ifPresent(it -> json.put("value", text(it)));
  }

  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String text) {
    return Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
