package dev.varve.server.iceberg;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.apache.iceberg.exceptions.BadRequestException;

/**
 * The part of a list that a call asks for.
 *
 * <p>A client that pages sends an empty {@code pageToken} first and the answer's token then. One
 * that sends neither token nor size gets the whole list.
 *
 * @param after the name that the previous page ended with
 * @param size the most entries to answer, or empty for all
 */
record Page(Optional<String> after, OptionalInt size) {

  /** What a page holds at most, and when the client does not say. */
  static final int MAX_SIZE = 1000;

  /** Reads names in their order: those after a name, up to a limit. */
  @FunctionalInterface
  interface Source<T> {
    List<T> read(Optional<String> after, int limit);
  }

  /**
   * The entries that were asked for.
   *
   * @param nextToken present if more follow
   */
  record Part<T>(List<T> items, Optional<String> nextToken) {}

  static Page of(Call call) {
    Optional<String> token = call.parameter("pageToken");
    Optional<String> size = call.parameter("pageSize");
    if (token.isEmpty() && size.isEmpty()) {
      return new Page(Optional.empty(), OptionalInt.empty());
    }
    return new Page(
        token.filter(text -> !text.isEmpty()).map(Page::decode),
        OptionalInt.of(size.map(Page::size).orElse(MAX_SIZE)));
  }

  /**
   * Reads this page.
   *
   * @param name the name that the next page continues after
   */
  <T> Part<T> part(Source<T> source, Function<T, String> name) {
    if (size.isEmpty()) {
      return new Part<>(source.read(Optional.empty(), Integer.MAX_VALUE), Optional.empty());
    }
    int limit = size.getAsInt();
    List<T> oneMore = source.read(after, limit + 1);
    if (oneMore.size() <= limit) {
      return new Part<>(oneMore, Optional.empty());
    }
    List<T> items = oneMore.subList(0, limit);
    return new Part<>(items, Optional.of(encode(name.apply(items.get(limit - 1)))));
  }

  private static String encode(String name) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(e, "cannot read the page token '%s'", token);
    }
  }

  private static int size(String text) {
    try {
      int size = Integer.parseInt(text);
      if (size > 0) {
        return Math.min(size, MAX_SIZE);
      }
    } catch (NumberFormatException e) {
      // answered below, like every size that is not a positive number
    }
    throw new BadRequestException("cannot answer pages of '%s' entries: give 1 to 1000", text);
  }
}
