package dev.varve.server.http;

import dev.varve.server.settings.Setting;
import dev.varve.server.settings.SettingValues;
import dev.varve.server.settings.Size;
import java.time.Duration;
import java.util.List;

/** The limits of the HTTP conversation. */
public record HttpSettings(
    Size maxBody,
    Size maxUpload,
    int maxRequests,
    int maxHeavyRequests,
    Duration heavyWait,
    Duration idleTimeout,
    Duration stopTimeout,
    Duration idempotencyLifetime,
    Size idempotencyMemory,
    List<String> allowedHosts) {
  private static final Setting<Size> MAX_BODY =
      Setting.size(
          "http.max-body",
          Size.ofMib(4),
          Size.ofKib(1),
          Size.ofMib(256),
          "The largest JSON body of a request.");
  private static final Setting<Size> MAX_UPLOAD =
      Setting.size(
          "http.max-upload",
          Size.ofGib(64),
          Size.ofKib(1),
          Size.ofGib(16_384),
          "The largest file that one request brings.");
  private static final Setting<Integer> MAX_REQUESTS =
      Setting.integer(
          "http.max-requests",
          128,
          4,
          4096,
          "How many requests are answered at once; more are told to come back (429).");
  private static final Setting<Integer> MAX_HEAVY_REQUESTS =
      Setting.integer(
          "http.max-heavy-requests",
          Math.max(4, Runtime.getRuntime().availableProcessors()),
          1,
          256,
          "How many requests that read or write rows run at once.");
  private static final Setting<Duration> HEAVY_WAIT =
      Setting.duration(
          "http.heavy-wait",
          Duration.ofSeconds(30),
          Duration.ZERO,
          Duration.ofHours(1),
          "How long such a request waits for its turn before it is told to come back (429).");
  private static final Setting<Duration> IDLE_TIMEOUT =
      Setting.duration(
          "http.idle-timeout",
          Duration.ofSeconds(60),
          Duration.ofSeconds(1),
          Duration.ofHours(1),
          "How long a connection may be silent in the middle of a request or between two.");
  private static final Setting<Duration> STOP_TIMEOUT =
      Setting.duration(
          "http.stop-timeout",
          Duration.ofSeconds(10),
          Duration.ZERO,
          Duration.ofMinutes(10),
          "How long a stop waits for running requests before it cuts them.");
  private static final Setting<Duration> IDEMPOTENCY_LIFETIME =
      Setting.duration(
          "http.idempotency-lifetime",
          Duration.ofHours(24),
          Duration.ofSeconds(1),
          Duration.ofDays(7),
          "How long the answer to an Idempotency-Key is remembered, while the server runs.");
  private static final Setting<Size> IDEMPOTENCY_MEMORY =
      Setting.size(
          "http.idempotency-memory",
          Size.ofMib(32),
          Size.ofKib(64),
          Size.ofGib(4),
          "How much memory the remembered answers take at most.");
  private static final Setting<List<String>> ALLOWED_HOSTS =
      Setting.words(
          "http.allowed-hosts",
          64,
          "Host names that requests may address the server by, besides the loopback ones.");

  /** Every setting of this part. */
  public static final List<Setting<?>> ALL =
      List.of(
          MAX_BODY,
          MAX_UPLOAD,
          MAX_REQUESTS,
          MAX_HEAVY_REQUESTS,
          HEAVY_WAIT,
          IDLE_TIMEOUT,
          STOP_TIMEOUT,
          IDEMPOTENCY_LIFETIME,
          IDEMPOTENCY_MEMORY,
          ALLOWED_HOSTS);

  public HttpSettings {
    allowedHosts = List.copyOf(allowedHosts);
  }

  public static HttpSettings of(SettingValues values) {
    return new HttpSettings(
        values.get(MAX_BODY),
        values.get(MAX_UPLOAD),
        values.get(MAX_REQUESTS),
        values.get(MAX_HEAVY_REQUESTS),
        values.get(HEAVY_WAIT),
        values.get(IDLE_TIMEOUT),
        values.get(STOP_TIMEOUT),
        values.get(IDEMPOTENCY_LIFETIME),
        values.get(IDEMPOTENCY_MEMORY),
        values.get(ALLOWED_HOSTS));
  }
}
