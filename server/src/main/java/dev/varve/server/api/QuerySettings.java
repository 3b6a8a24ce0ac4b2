package dev.varve.server.api;

import dev.varve.server.settings.Setting;
import dev.varve.server.settings.SettingValues;
import java.time.Duration;
import java.util.List;

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
}
