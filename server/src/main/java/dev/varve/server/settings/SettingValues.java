package dev.varve.server.settings;

import dev.varve.catalog.error.Nearest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a start was given, by key. Immutable; every key is known and every value within bounds. */
public final class SettingValues {
  private final Map<String, Object> values;

  private SettingValues(Map<String, Object> values) {
    this.values = values;
  }

  /**
   * Reads the given texts.
   *
   * @param known every setting there is
   * @param sources texts by key, by where they come from; later sources win
   * @throws SettingException for the first key or text that is refused
   */
  public static SettingValues read(List<Setting<?>> known, List<Source> sources) {
    Map<String, Setting<?>> byKey = new TreeMap<>();
    known.forEach(setting -> byKey.put(setting.key(), setting));
    Map<String, Object> values = new HashMap<>();
    for (Source source : sources) {
      source
          .texts()
          .forEach(
              (key, text) -> {
                Setting<?> setting = byKey.get(key);
                if (setting == null) {
                  throw unknown(key, source.origin(), byKey);
                }
                values.put(key, setting.read(text, source.origin()));
              });
    }
    return new SettingValues(Map.copyOf(values));
  }

  /** Texts by key, and where they come from. */
  public record Source(String origin, Map<String, String> texts) {
    public Source {
      texts = new TreeMap<>(texts);
    }
  }

  private static SettingException unknown(
      String key, String origin, Map<String, Setting<?>> known) {
    Optional<String> nearest = Nearest.to(key, known.keySet());
    return new SettingException(
        "unknown setting '" + key + "' from " + origin,
        nearest
            .map(name -> "did you mean '" + name + "'?")
            .orElse("list them all with: varve serve --settings"));
  }

  /** The given value, or the default. */
  @SuppressWarnings("unchecked") // read() stored what this setting's own parser returned
  public <T> T get(Setting<T> setting) {
    return (T) values.getOrDefault(setting.key(), setting.fallback());
  }
}
