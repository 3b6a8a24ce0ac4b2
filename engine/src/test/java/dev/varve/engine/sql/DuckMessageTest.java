package dev.varve.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DuckMessageTest {

  @Test
  void nearNamesBecomeAQuestion() {
    assertThat(
            DuckMessage.of(
                "Referenced column \"orgin\" not found in FROM clause!\n"
                    + "Candidate bindings: \"origin\", \"region\""))
        .isEqualTo(
            new DuckMessage(
                "referenced column \"orgin\" not found in FROM clause",
                Optional.of("did you mean 'origin' or 'region'?")));
    assertThat(
            DuckMessage.of(
                "Scalar Function with name fooo does not exist!\nDid you mean \"floor\"?"))
        .isEqualTo(
            new DuckMessage(
                "scalar Function with name fooo does not exist",
                Optional.of("did you mean 'floor'?")));
  }

  @Test
  void ofManyFormsOfAFunctionThreeAreNamed() {
    DuckMessage message =
        DuckMessage.of(
            "No function matches 'sum(VARCHAR)'. You might need to add explicit type casts.\n"
                + "\tCandidate functions:\n\tsum(a DECIMAL) -> DECIMAL\n\tsum(a INTEGER) -> HUGEINT"
                + "\n\tsum(a BIGINT) -> HUGEINT\n\tsum(a DOUBLE) -> DOUBLE\n");

    assertThat(message.text())
        .isEqualTo("no function matches 'sum(VARCHAR)'. You might need to add explicit type casts");
    assertThat(message.hint().orElseThrow())
        .startsWith("cast the values, or use one of sum(a DECIMAL) -> DECIMAL; ")
        .endsWith(", and 1 more");
  }

  @Test
  void allElseIsKeptOnOneLineEach() {
    assertThat(DuckMessage.of("syntax error at or near \"selct\""))
        .isEqualTo(new DuckMessage("syntax error at or near \"selct\"", Optional.empty()));
    assertThat(
            DuckMessage.of(
                "Could not convert string 'x' to INT64\n\nLINE 1: ...our own SQL\n   ^^^"))
        .isEqualTo(new DuckMessage("could not convert string 'x' to INT64", Optional.empty()));
    assertThat(DuckMessage.of("INT8 overflow.\nUse BIGINT,\n  or less."))
        .isEqualTo(new DuckMessage("INT8 overflow", Optional.of("use BIGINT, or less")));
  }
}
