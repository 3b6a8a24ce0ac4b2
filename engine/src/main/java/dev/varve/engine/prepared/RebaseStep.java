package dev.varve.engine.prepared;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.catalog.object.ObjectId;

/**
 * How far a prepared rebase is.
 *
 * @param target the commit that the branch's commits are put on
 * @param head where the branch stood, and must stand when the rebase is published
 * @param step which of its own commits is being done or was done last, from 1
 * @param steps how many there are
 */
public record RebaseStep(ObjectId target, ObjectId head, int step, int steps) {
  static RebaseStep read(JsonNode json) {
    return new RebaseStep(
        ObjectId.parse(json.path("target").asText()),
        ObjectId.parse(json.path("head").asText()),
        json.path("step").asInt(),
        json.path("steps").asInt());
  }

  void write(ObjectNode json) {
    json.put("target", target.hex());
    json.put("head", head.hex());
    json.put("step", step);
    json.put("steps", steps);
  }

  /** The same, at another step. */
  RebaseStep at(int number) {
    return new RebaseStep(target, head, number, steps);
  }

  /** Whether it is the last one. */
  boolean isLast() {
    return step == steps;
  }
}
