package dev.varve.server.settings;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One declared setting: its key, how its text is read, its default, its bounds and a sentence.
 *
 * @param <T> the type of its value
 */
public final class Setting<T> {
  private final String key;
  private final T fallback;
  private final String range;
  private final String sentence;
  private final Function<String, T> parser;
  private final Function<T, String> printer;

  private Setting(
      String key, Kind<T> kind, T fallback, String sentence, Function<T, String> printer) {
    this.key = key;
    this.fallback = fallback;
    this.range = kind.range();
    this.sentence = sentence;
    this.parser = kind.parser();
    this.printer = printer;
  }

  /** How the text of a setting is read, and what it may be. */
  private record Kind<T>(Function<String, T> parser, String range) {
    static <T extends Comparable<T>> Kind<T> between(
        T least, T most, Function<String, T> parser, Function<T, String> printer) {
      String range = printer.apply(least) + " to " + printer.apply(most);
      return new Kind<>(
          text -> {
            T value = parser.apply(text);
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
              throw new IllegalArgumentException("it must be from " + range);
            }
            return value;
          },
          range);
    }
  }

  /** A whole number from {@code least} to {@code most}. */
  public static Setting<Integer> integer(
      String key, int fallback, int least, int most, String sentence) {
    Function<String, Integer> parser =
        text -> {
          try {
            return Integer.valueOf(text.strip());
          } catch (NumberFormatException e) {
            throw new IllegalArgumentException("write a whole number", e);
          }
        };
    return new Setting<>(
        key,
        Kind.between(least, most, parser, String::valueOf),
        fallback,
        sentence,
        String::valueOf);
  }

  /** An amount of bytes from {@code least} to {@code most}. */
  public static Setting<Size> size(
      String key, Size fallback, Size least, Size most, String sentence) {
    return new Setting<>(
        key,
        Kind.between(least, most, Size::parse, Size::toString),
        fallback,
        sentence,
        Size::toString);
  }

  /** A span of time from {@code least} to {@code most}. */
  public static Setting<Duration> duration(
      String key, Duration fallback, Duration least, Duration most, String sentence) {
    return new Setting<>(
        key,
        Kind.between(least, most, Durations::parse, Durations::print),
        fallback,
        sentence,
        Durations::print);
  }

  /** One of an enum's values, written in lower case. */
  public static <E extends Enum<E>> Setting<E> choice(
      String key, Class<E> type, E fallback, String sentence) {
    Function<E, String> printer = value -> value.name().toLowerCase(Locale.ROOT);
    String range =
        Arrays.stream(type.getEnumConstants()).map(printer).collect(Collectors.joining("|"));
    Function<String, E> parser =
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(value -> printer.apply(value).equals(text.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("it must be one of " + range));
    return new Setting<>(key, new Kind<>(parser, range), fallback, sentence, printer);
  }

  /** Free text of at most {@code most} characters. */
  public static Setting<String> text(String key, String fallback, int most, String sentence) {
    Function<String, String> parser =
        text -> {
          if (text.length() > most) {
            throw new IllegalArgumentException("it must have at most " + most + " characters");
          }
          return text.strip();
        };
    return new Setting<>(
        key,
        new Kind<>(parser, "at most " + most + " characters"),
        fallback,
        sentence,
        value -> value);
  }

  /** Words between commas; none by default. */
  public static Setting<List<String>> words(String key, int most, String sentence) {
    Function<String, List<String>> parser =
        text -> {
          List<String> words =
              Arrays.stream(text.split(",", -1))
                  .map(String::strip)
                  .filter(word -> !word.isEmpty())
                  .toList();
          if (words.size() > most) {
            throw new IllegalArgumentException("it must have at most " + most + " words");
          }
          return words;
        };
    return new Setting<>(
        key,
        new Kind<>(parser, "at most " + most + " words"),
        List.of(),
        sentence,
        value -> String.join(",", value));
  }

  /** The name, in kebab-case and grouped by dots. */
  public String key() {
    return key;
  }

  /** The value when none is given. */
  public T fallback() {
    return fallback;
  }

  /** What it may be, for people. */
  public String range() {
    return range;
  }

  /** What it does, in one sentence. */
  public String sentence() {
    return sentence;
  }

  /** The default as a person would write it. */
  public String fallbackText() {
    return printer.apply(fallback);
  }

  /**
   * Reads a given text.
   *
   * @param origin where the text comes from, for the message
   * @throws SettingException if it cannot be read or is out of bounds
   */
  T read(String text, String origin) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new SettingException(
          "cannot use '" + text + "' for '" + key + "' from " + origin + ": " + e.getMessage(),
          Optional.of("the default is '" + fallbackText() + "'"));
    }
  }
}
