package dev.varve.server.api;

import dev.varve.server.http.HttpErrorCode;
import dev.varve.server.http.RequestRefused;
import dev.varve.server.settings.Setting;
import dev.varve.server.settings.SettingValues;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** The limits of users' queries. */
public record QuerySettings(Duration timeout, int maxRows) {
  private static final Setting<Duration> TIMEOUT =
      Setting.duration(
          "query.timeout",
          Duration.ofMinutes(5),
          Duration.ofSeconds(1),
          Duration.ofHours(24),
          "How long a query may run, from its start until its last row is read.");
  private static final Setting<Integer> MAX_ROWS =
      Setting.integer(
          "query.max-rows", 10_000_000, 1, Integer.MAX_VALUE, "How many rows a query may give.");

  /** Every setting of this part. */
  public static final List<Setting<?>> ALL = List.of(TIMEOUT, MAX_ROWS);

  public static QuerySettings of(SettingValues values) {
    return new QuerySettings(values.get(TIMEOUT), values.get(MAX_ROWS));
  }

  /**
   * How long a query may run that asks for a time of its own.
   *
   * @throws RequestRefused if it asks for more than the limit
   */
  Duration timeout(OptionalLong seconds) {
    if (seconds.isEmpty()) {
      return timeout;
    }
    if (seconds.getAsLong() < 1 || seconds.getAsLong() > timeout.toSeconds()) {
      throw new RequestRefused(
          HttpErrorCode.INVALID_BODY,
          "'timeoutSeconds' must be from 1 to " + timeout.toSeconds(),
          "the limit is the server's setting 'query.timeout'");
    }
    return Duration.ofSeconds(seconds.getAsLong());
  }
}
