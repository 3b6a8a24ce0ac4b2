package dev.varve.server.iceberg;

import dev.varve.server.settings.Setting;
import dev.varve.server.settings.SettingValues;
import dev.varve.server.settings.Size;
import java.util.List;

/**
 * The limits of the Iceberg catalog.
 *
 * @param maxBody the largest request; a commit carries whole schemas and snapshots
 * @param shownRefs how many branches and tags of the catalog a table shows as its own at the most;
 *     each costs every load a lookup and some 80 bytes
 */
public record IcebergSettings(Size maxBody, int shownRefs) {
  private static final Setting<Size> MAX_BODY =
      Setting.size(
          "iceberg.max-body",
          Size.ofMib(64),
          Size.ofKib(1),
          Size.ofGib(1),
          "The largest request of an Iceberg client.");

  private static final Setting<Integer> SHOWN_REFS =
      Setting.integer(
          "iceberg.shown-refs",
          100,
          0,
          10_000,
          "How many branches and tags a table shows Iceberg clients as refs of its own.");

  /** Every setting of this part. */
  public static final List<Setting<?>> ALL = List.of(MAX_BODY, SHOWN_REFS);

  public static IcebergSettings of(SettingValues values) {
    return new IcebergSettings(values.get(MAX_BODY), values.get(SHOWN_REFS));
  }
}
