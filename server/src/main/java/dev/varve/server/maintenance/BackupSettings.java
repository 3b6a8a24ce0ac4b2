package dev.varve.server.maintenance;

import dev.varve.server.settings.Setting;
import dev.varve.server.settings.SettingValues;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where backups go. Only who starts the server says so: clients name no path.
 *
 * @param directory empty if no backups are made
 */
public record BackupSettings(Optional<Path> directory) {
  private static final Setting<String> DIRECTORY =
      Setting.text(
          "backup.directory",
          "",
          4096,
          "The directory that holds backups, on another disk than the data; without one none are"
              + " made.");

  /** Every setting of this part. */
  public static final List<Setting<?>> ALL = List.of(DIRECTORY);

  public static BackupSettings of(SettingValues values) {
    String text = values.get(DIRECTORY);
    return new BackupSettings(
        text.isBlank()
            ? Optional.empty()
            : Optional.of(Path.of(text).toAbsolutePath().normalize()));
  }
}
