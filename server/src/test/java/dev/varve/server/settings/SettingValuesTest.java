package dev.varve.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.server.settings.SettingValues.Source;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingValuesTest {
  private static final Setting<Integer> COUNT = Setting.integer("a.count", 3, 1, 9, "A count.");
  private static final Setting<Size> SIZE =
      Setting.size("a.size", Size.ofMib(4), new Size(1), Size.ofGib(1), "A size.");
  private static final Setting<Duration> TIME =
      Setting.duration(
          "a.time", Duration.ofSeconds(30), Duration.ZERO, Duration.ofDays(1), "A time.");
  private static final List<Setting<?>> ALL = List.of(COUNT, SIZE, TIME);

  private static SettingValues read(String key, String text) {
    return SettingValues.read(ALL, List.of(new Source("the test", Map.of(key, text))));
  }

  @Test
  void aSettingThatIsNotGivenHasItsDefault() {
    SettingValues values = SettingValues.read(ALL, List.of());
    assertThat(values.get(COUNT)).isEqualTo(3);
    assertThat(values.get(SIZE)).isEqualTo(Size.ofMib(4));
    assertThat(values.get(TIME)).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void laterSourcesWin() {
    SettingValues values =
        SettingValues.read(
            ALL,
            List.of(
                new Source("file", Map.of("a.count", "4", "a.size", "1KiB")),
                new Source("arguments", Map.of("a.count", "5"))));
    assertThat(values.get(COUNT)).isEqualTo(5);
    assertThat(values.get(SIZE)).isEqualTo(Size.ofKib(1));
  }

  @ParameterizedTest
  @CsvSource({"512B,512B", "2048B,2KiB", "3MiB,3MiB", "1 gib,1GiB", "5KB,5000B", "0B,0B"})
  void sizesHaveUnits(String text, String printed) {
    assertThat(Size.parse(text)).hasToString(printed);
  }

  @ParameterizedTest
  @CsvSource({"250ms,250ms", "60s,1m", "90s,90s", "48h,2d", "0s,0ms"})
  void durationsHaveUnits(String text, String printed) {
    assertThat(Durations.print(Durations.parse(text))).isEqualTo(printed);
  }

  @ParameterizedTest
  @CsvSource({
    "a.count, 10, it must be from 1 to 9",
    "a.count, ten, write a whole number",
    "a.size, 7, 'write a size with its unit, for example 64MiB'",
    "a.size, 7XB, 'unknown unit ''XB'': use B, KiB, MiB, GiB or TiB'",
    "a.size, 2GiB, it must be from 1B to 1GiB",
    "a.size, 999999999999999TiB, the size is too large",
    "a.time, 5, 'write a duration with its unit, for example 30s'",
    "a.time, 2d, it must be from 0ms to 1d",
  })
  void whatCannotBeUsedStopsTheStart(String key, String text, String why) {
    assertThatThrownBy(() -> read(key, text))
        .isInstanceOf(SettingException.class)
        .hasMessage("cannot use '" + text + "' for '" + key + "' from the test: " + why);
  }

  @Test
  void anUnknownSettingNamesTheNearest() {
    assertThatThrownBy(() -> read("a.cuont", "1"))
        .isInstanceOfSatisfying(
            SettingException.class,
            e -> {
              assertThat(e).hasMessage("unknown setting 'a.cuont' from the test");
              assertThat(e.hint()).contains("did you mean 'a.count'?");
            });
  }
}
