package dev.varve.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.text.TextTable.Align;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TextTableTest {
  private static TextTable table(Optional<Integer> columns) {
    return new TextTable(
        List.of("name", "rows"), List.of(Align.LEFT, Align.RIGHT), Style.PLAIN, columns);
  }

  @Test
  void textIsFlushLeftAndNumbersRight() {
    TextTable table = table(Optional.empty());
    table.add(List.of("flights", "1,200"));
    table.add(List.of("a", "7"));

    assertThat(table.lines())
        .containsExactly("name      rows", "───────  ─────", "flights  1,200", "a            7");
  }

  @Test
  void wideCharactersTakeTwoColumnsAndCombiningOnesNone() {
    TextTable table = table(Optional.empty());
    table.add(List.of("湖", "1"));
    table.add(List.of("e\u0301te\u0301", "1"));
    table.add(List.of("🌊!", "1"));

    assertThat(table.lines().subList(2, 5))
        .containsExactly("湖       1", "e\u0301te\u0301      1", "🌊!      1");
  }

  @Test
  void onATerminalTheWidestColumnsGiveWay() {
    TextTable table = table(Optional.of(14));
    table.add(List.of("abcdefghijklmnop", "1234"));

    List<String> lines = table.lines();
    assertThat(lines.get(2)).isEqualTo("abcdefg…  1234");
    assertThat(lines).allMatch(line -> Width.of(line) <= 14);
  }

  @Test
  void anEmptyTableIsItsHeader() {
    assertThat(table(Optional.empty()).lines()).hasSize(2);
  }

  @Test
  void controlCharactersCannotBreakARow() {
    TextTable table = table(Optional.empty());
    table.add(List.of("a\nb\u001b[31m", "1"));

    assertThat(table.lines().get(2)).isEqualTo("a\\nb\\u001b[31m     1");
  }

  @Test
  void laterRowsGoOnWithoutAnotherHeader() {
    TextTable table = table(Optional.empty());
    table.add(List.of("a", "1"));
    table.lines();
    table.add(List.of("wider than before", "2"));

    assertThat(table.lines()).containsExactly("wider than before     2");
  }

  @Test
  void sizesAreShortAndCountsAreExact() {
    assertThat(Quantity.bytes(999)).isEqualTo("999 B");
    assertThat(Quantity.bytes(999_960)).isEqualTo("1.0 MB");
    assertThat(Quantity.bytes(5_240_000)).isEqualTo("5.2 MB");
    assertThat(Quantity.of(1, "row")).isEqualTo("1 row");
    assertThat(Quantity.of(1_200, "row")).isEqualTo("1,200 rows");
  }
}
