package dev.varve.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads the API's lists: {@code {"items": […], "next": "cursor"}}. */
final class Paging {
  private Paging() {}

  static <T> Listing<T> listing(Transport transport, Supplier<Call> call, Class<T> type) {
    return new Listing<>(
        (after, limit) ->
            page(transport.get(call.get().with("after", after).with("limit", "" + limit)), type));
  }

  static <T> Listing.Page<T> page(JsonNode answer, Class<T> type) {
    List<T> items = new ArrayList<>();
    answer.path("items").forEach(item -> items.add(Json.read(item, type)));
    Optional<String> next =
        answer.hasNonNull("next") ? Optional.of(answer.get("next").asText()) : Optional.empty();
    return new Listing.Page<>(items, next);
  }
}
