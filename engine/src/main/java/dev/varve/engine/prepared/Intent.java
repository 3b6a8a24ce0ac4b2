package dev.varve.engine.prepared;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeVerb;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.merge.ConflictOptions;
import dev.varve.engine.merge.rows.Side;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a prepared merge was asked to do, as far as it takes to do it again.
 *
 * <p>Is kept in the property {@value #PROPERTY} of its commits, as JSON of format 1: {@code
 * {format, verb, into, from, commit, mode, ours, mainline?, strategy?, strategies?, rules?,
 * rowLimit?}}, and stays with the commit when it is published. A step of a rebase, which is a
 * cherry-pick, has format 2, with {@code rebase: {target, head, step, steps}} beside that.
 *
 * @param into the branch to publish to
 * @param from the revision as it was typed
 * @param commit the commit to merge, pick or revert
 * @param mode of a merge; never one that fast-forwards
 * @param ours where the branch stood
 * @param message of the commit to be published; derived from what it does if empty
 * @param mainline of a commit with several parents that is picked or reverted
 * @param rebase if it is a step of one, how far that is; then {@code into} is the branch that is
 *     rebased, and {@code from} the revision to put it on
 */
public record Intent(
    MergeVerb verb,
    RefName into,
    String from,
    ObjectId commit,
    MergeMode mode,
    ObjectId ours,
    Optional<String> message,
    OptionalInt mainline,
    ConflictOptions conflicts,
    Optional<RebaseStep> rebase) {
  /** The name of the property. */
  public static final String PROPERTY = "varve.prepared";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FORMAT = 1;
  private static final int FORMAT_OF_REBASE = 2;

  /** No step of a rebase. */
  Intent(
      MergeVerb verb,
      RefName into,
      String from,
      ObjectId commit,
      MergeMode mode,
      ObjectId ours,
      Optional<String> message,
      OptionalInt mainline,
      ConflictOptions conflicts) {
    this(verb, into, from, commit, mode, ours, message, mainline, conflicts, Optional.empty());
  }

  /** Reads it from a commit; empty if the commit was not prepared. */
  static Optional<Intent> of(Commit commit) {
    return Optional.ofNullable(commit.properties().get(PROPERTY)).flatMap(Intent::parse);
  }

  /** Reads what {@link #toString} wrote; empty if it is something else, such as a later format. */
  static Optional<Intent> parse(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      int format = json.path("format").asInt();
      if (format != (json.has("rebase") ? FORMAT_OF_REBASE : FORMAT)) {
        return Optional.empty();
      }
      return Optional.of(
          new Intent(
              constant(MergeVerb.class, json.path("verb").asText()),
              RefName.parse(json.path("into").asText()),
              json.path("from").asText(),
              ObjectId.parse(json.path("commit").asText()),
              constant(MergeMode.class, json.path("mode").asText()),
              ObjectId.parse(json.path("ours").asText()),
              Optional.ofNullable(json.get("message")).map(JsonNode::asText),
              json.has("mainline")
                  ? OptionalInt.of(json.path("mainline").asInt())
                  : OptionalInt.empty(),
              new ConflictOptions(
                      json.has("strategy")
                          ? constant(Side.class, json.path("strategy").asText())
                          : Side.FAIL,
                      sides(json.path("strategies")),
                      texts(json.path("rules")),
                      ConflictOptions.NONE.page())
                  .withRowLimit(
                      json.has("rowLimit")
                          ? OptionalLong.of(json.path("rowLimit").asLong())
                          : OptionalLong.empty()),
              Optional.ofNullable(json.get("rebase")).map(RebaseStep::read)));
    } catch (JsonProcessingException | IllegalArgumentException | VarveException e) {
      return Optional.empty();
    }
  }

  /** The same with another place of the branch. */
  Intent at(ObjectId head) {
    return new Intent(verb, into, from, commit, mode, head, message, mainline, conflicts, rebase);
  }

  /** The same with another limit to what the server compares row by row, in bytes of a table. */
  Intent withRowLimit(OptionalLong limit) {
    return new Intent(
        verb,
        into,
        from,
        commit,
        mode,
        ours,
        message,
        mainline,
        conflicts.withRowLimit(limit),
        rebase);
  }

  /** The property, to be put into a commit. */
  Map<String, String> property() {
    return Map.of(PROPERTY, toString());
  }

  /** The JSON text. */
  @Override
  public String toString() {
    ObjectNode json = JSON.createObjectNode();
    json.put("format", rebase.isPresent() ? FORMAT_OF_REBASE : FORMAT);
    json.put("verb", text(verb));
    json.put("into", into.text());
    json.put("from", from);
    json.put("commit", commit.hex());
    json.put("mode", text(mode));
    json.put("ours", ours.hex());
    message.ifPresent(it -> json.put("message", it));
    mainline.ifPresent(parent -> json.put("mainline", parent));
    if (conflicts.strategy() != Side.FAIL) {
      json.put("strategy", text(conflicts.strategy()));
    }
    conflicts.rowLimit().ifPresent(limit -> json.put("rowLimit", limit));
    if (!conflicts.strategies().isEmpty()) {
      ObjectNode sides = json.putObject("strategies");
      conflicts.strategies().forEach((name, side) -> sides.put(name, text(side)));
    }
    if (!conflicts.rules().isEmpty()) {
      ObjectNode rules = json.putObject("rules");
      conflicts.rules().forEach(rules::put);
    }
    rebase.ifPresent(step -> step.write(json.putObject("rebase")));
    return json.toString();
  }

  /** What is prepared, for people: {@code merge 'exp' into 'main'}. */
  public String action() {
    if (rebase.isPresent()) {
      return "rebase '%s' onto '%s'".formatted(into, from);
    }
    return switch (verb) {
      case MERGE -> "merge '%s' into '%s'".formatted(from, into);
      case CHERRY_PICK -> "cherry-pick '%s' onto '%s'".formatted(from, into);
      case REVERT -> "revert '%s' on '%s'".formatted(from, into);
    };
  }

  private static SortedMap<String, Side> sides(JsonNode json) {
    SortedMap<String, Side> sides = new TreeMap<>();
    json.properties()
        .forEach(it -> sides.put(it.getKey(), constant(Side.class, it.getValue().asText())));
    return sides;
  }

  private static SortedMap<String, String> texts(JsonNode json) {
    SortedMap<String, String> texts = new TreeMap<>();
    json.properties().forEach(it -> texts.put(it.getKey(), it.getValue().asText()));
    return texts;
  }

  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String text) {
    return Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
