package dev.varve.server.auth;

import dev.varve.server.settings.Setting;
import dev.varve.server.settings.SettingValues;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whether clients must say who they are.
 *
 * @param credentials the file of credentials; empty for a server that asks nobody
 * @param tokenLifetime how long an access token is good for
 */
public record AuthSettings(Optional<Path> credentials, Duration tokenLifetime) {
  private static final Setting<String> CREDENTIALS =
      Setting.text(
          "auth.credentials",
          "",
          4096,
          "The file of credentials, made by 'varve credential'; with it every client must have one.");
  private static final Setting<Duration> TOKEN_LIFETIME =
      Setting.duration(
          "auth.token-lifetime",
          Duration.ofHours(1),
          Duration.ofMinutes(1),
          Duration.ofDays(7),
          "How long an access token is good for that a credential was exchanged for.");

  /** Every setting of this part. */
  public static final List<Setting<?>> ALL = List.of(CREDENTIALS, TOKEN_LIFETIME);

  public static AuthSettings of(SettingValues values) {
    return new AuthSettings(
        Optional.of(values.get(CREDENTIALS)).filter(text -> !text.isEmpty()).map(Path::of),
        values.get(TOKEN_LIFETIME));
  }
}
