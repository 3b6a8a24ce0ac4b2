package dev.varve.engine.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.tree.Key;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableNameTest {
  @Test
  void aBareNameLivesInTheDefaultNamespaceAndIsPrintedBare() {
    TableName name = TableName.parse("flights");

    assertThat(name.key()).isEqualTo(Key.of("default", "flights"));
    assertThat(name).hasToString("flights").isEqualTo(TableName.parse("default.flights"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "flights",
        "sales.orders",
        "a.b.c",
        "\"a.b\".c",
        "\"say \"\"hi\"\"\".\"x y\"",
        "ä.ö"
      })
  void theTextFormReadsBackAsItself(String text) {
    assertThat(TableName.parse(text)).hasToString(text);
  }

  @Test
  void quotesKeepDotsInsideAnElement() {
    assertThat(TableName.parse("\"a.b\".c").key()).isEqualTo(Key.of("a.b", "c"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a.", ".a", "a..b", "\"a", "\"a\"b", "a\"b", "a\u0001b"})
  void refusesWhatIsNotAName(String text) {
    assertThatThrownBy(() -> TableName.parse(text)).isInstanceOf(VarveException.class);
  }

  @Test
  void aNestedNamespaceHasAParent() {
    NamespaceName name = NamespaceName.parse("a.b");

    assertThat(name.parent()).contains(NamespaceName.parse("a"));
    assertThat(NamespaceName.parse("a").parent()).isEmpty();
    assertThat(TableName.of(name, "t").namespace()).isEqualTo(name);
  }
}
