package dev.varve.client;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before a refused call is sent again. */
final class RetryAfter {
  private static final long FIRST_MILLIS = 100;

  private RetryAfter() {}

  /**
   * What the answer's {@code Retry-After} says, in seconds or as a date; without one, a random part
   * of a time that doubles from attempt to attempt.
   */
  static Duration of(HttpHeaders headers, int attempt) {
    return headers
        .firstValue("Retry-After")
        .map(RetryAfter::parse)
        .orElseGet(
            () -> {
              long most = FIRST_MILLIS << attempt;
              return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
            });
  }

  private static Duration parse(String text) {
    if (text.chars().allMatch(Character::isDigit) && text.length() < 10) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    try {
      Instant when = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), when);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      return Duration.ofMillis(FIRST_MILLIS);
    }
  }
}
