package dev.varve.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One declared parameter of a path or a query: its name, how its text is read, and a sentence.
 *
 * @param parser reads the text; an {@link IllegalArgumentException}'s message tells why it cannot
 * @param fallback the text that is read when none is given
 * @param repeated whether it may be given more than once
 */
public record Parameter<T>(
    String name,
    In in,
    String sentence,
    Supplier<ObjectNode> schema,
    Function<String, T> parser,
    Optional<String> fallback,
    boolean required,
    boolean repeated) {
  /** Where a parameter is. */
  public enum In {
    PATH,
    QUERY,
    HEADER;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A part of the path; always there. */
  public static <T> Parameter<T> path(String name, Function<String, T> parser, String sentence) {
    return new Parameter<>(
        name, In.PATH, sentence, Schema::text, parser, Optional.empty(), true, false);
  }

  /** An optional text in the query. */
  public static <T> Parameter<T> query(String name, Function<String, T> parser, String sentence) {
    return of(name, sentence, Schema::text, parser);
  }

  /** An optional whole number in the query. */
  public static Parameter<Integer> integer(String name, int least, int most, String sentence) {
    return of(
        name,
        sentence,
        () -> Schema.integer(least, most),
        text -> {
          int value;
          try {
            value = Integer.parseInt(text);
          } catch (NumberFormatException e) {
            throw new IllegalArgumentException("it is not a whole number", e);
          }
          if (value < least || value > most) {
            throw new IllegalArgumentException("it must be from " + least + " to " + most);
          }
          return value;
        });
  }

  /** An optional {@code true} or {@code false} in the query. */
  public static Parameter<Boolean> flag(String name, String sentence) {
    return of(
            name,
            sentence,
            Schema::bool,
            text ->
                switch (text) {
                  case "true", "" -> true;
                  case "false" -> false;
                  default -> throw new IllegalArgumentException("it must be true or false");
                })
        .orElse("false");
  }

  /** An optional instant in the query. */
  public static Parameter<Instant> time(String name, String sentence) {
    return of(
        name,
        sentence,
        Schema::time,
        text -> {
          try {
            return Instant.parse(text);
          } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("write a time as 2026-11-01T00:00:00Z", e);
          }
        });
  }

  /** An optional enum in the query, in lower case with hyphens. */
  public static <E extends Enum<E>> Parameter<E> choice(
      String name, Class<E> type, String sentence) {
    Function<E, String> print = value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    List<String> names = Arrays.stream(type.getEnumConstants()).map(print).toList();
    return of(
        name,
        sentence,
        () -> Schema.oneOf(names),
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(value -> print.apply(value).equals(text))
                .findFirst()
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "it must be one of " + String.join(", ", names))));
  }

  private static <T> Parameter<T> of(
      String name, String sentence, Supplier<ObjectNode> schema, Function<String, T> parser) {
    return new Parameter<>(
        name, In.QUERY, sentence, schema, parser, Optional.empty(), false, false);
  }

  /** The same parameter, read from {@code text} when none is given. */
  public Parameter<T> orElse(String text) {
    return new Parameter<>(name, in, sentence, schema, parser, Optional.of(text), false, repeated);
  }

  /** The same parameter, which must be given. */
  public Parameter<T> always() {
    return new Parameter<>(name, in, sentence, schema, parser, Optional.empty(), true, repeated);
  }

  /** The same parameter, which may be given more than once. */
  public Parameter<T> many() {
    return new Parameter<>(name, in, sentence, schema, parser, fallback, required, true);
  }

  T read(String text) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new RequestRefused(
          HttpErrorCode.INVALID_PARAMETER,
          "cannot use '" + shortened(text) + "' for '" + name + "': " + e.getMessage());
    }
  }

  private static String shortened(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }
}
