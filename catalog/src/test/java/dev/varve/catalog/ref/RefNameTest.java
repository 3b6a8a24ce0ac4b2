package dev.varve.catalog.ref;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefNameTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "main",
        "v1.0",
        "feature/prices",
        "a",
        "größer",
        "日本",
        "a@b",
        "a{b",
        "a-b_c+d=e%f|g&h#i",
        "20261101",
        "deadbeef",
        "HEAD",
        "a.lockx",
        "a/b/c",
        "'quoted'",
        "{}",
        "lock"
      })
  void whatGitTakesIsTaken(String name) {
    assertThat(RefName.parse(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@",
        "a b",
        "a~1",
        "a^",
        "a:b",
        "a?",
        "a*",
        "a[b",
        "a\\b",
        "a..b",
        "a@{1}",
        "/a",
        "a/",
        "a//b",
        ".a",
        "a/.b",
        "a.lock",
        "a.lock/b",
        "a.",
        "-a",
        "a\tb",
        "a\u007fb",
        "refs/heads/a",
        "main@2026-11-01",
        "\ud800"
      })
  void whatGitOrARevisionWouldReadOtherwiseIsRefused(String name) {
    assertThatThrownBy(() -> RefName.parse(name))
        .isInstanceOfSatisfying(
            VarveException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_NAME);
              assertThat(e.hint()).isPresent();
            });
  }

  @Test
  void aWholeCommitIdIsNoName() {
    assertThatThrownBy(() -> RefName.parse("0".repeat(64))).hasMessageContaining("commit id");
    assertThat(RefName.parse("0".repeat(63))).isNotNull();
  }

  @Test
  void namesAreShorterThanAFileNameMayBe() {
    assertThat(RefName.parse("ä".repeat(127))).isNotNull();
    assertThatThrownBy(() -> RefName.parse("ä".repeat(128))).hasMessageContaining("255 bytes");
  }
}
