package dev.varve.server.iceberg;

import dev.varve.server.settings.Setting;
import dev.varve.server.settings.SettingValues;
import dev.varve.server.settings.Size;
import java.util.List;

/**
 * The limits of the Iceberg catalog.
 *
 * @param maxBody the largest request; a commit carries whole schemas and snapshots
 */
public record IcebergSettings(Size maxBody) {
  private static final Setting<Size> MAX_BODY =
      Setting.size(
          "iceberg.max-body",
          Size.ofMib(64),
          Size.ofKib(1),
          Size.ofGib(1),
          "The largest request of an Iceberg client.");

  /** Every setting of this part. */
  public static final List<Setting<?>> ALL = List.of(MAX_BODY);

  public static IcebergSettings of(SettingValues values) {
    return new IcebergSettings(values.get(MAX_BODY));
  }
}
