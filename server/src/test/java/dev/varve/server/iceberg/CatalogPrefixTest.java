package dev.varve.server.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.RepositoryName;
import org.apache.iceberg.exceptions.BadRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogPrefixTest {

  private static final RepositoryName LAKE = new RepositoryName("lake");

  @Test
  void staysReadableForPlainNames() {
    assertThat(new CatalogPrefix(LAKE, "main").segment()).isEqualTo("lake~main");
    assertThat(new CatalogPrefix(LAKE, "v1.0").segment()).isEqualTo("lake~v1.0");
    assertThat(new CatalogPrefix(LAKE, "feature/X").segment()).isEqualTo("lake~feature~2f~58");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "main",
        "feature/x",
        "v1.0",
        "Größe/数据/🤪",
        "a b+c%2F",
        "main~3^2",
        "main@{2}",
        "main@2026-11-01T00:00:00Z",
        "UPPER",
        "x\"y'z",
        "a&b=c;d#e?f|g"
      })
  void survivesAllCharactersAndLowerCasedPaths(String revision) {
    CatalogPrefix prefix = new CatalogPrefix(LAKE, revision);

    assertThat(prefix.segment()).matches("[a-z0-9._~-]+").isLowerCase();
    assertThat(CatalogPrefix.parse(prefix.segment())).isEqualTo(prefix);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lake", "~main", "lake~a~2", "lake~a~zz", "lake~A", "lake~~ff", "a/b~c"})
  void refusesWhatItDidNotMake(String segment) {
    assertThatThrownBy(() -> CatalogPrefix.parse(segment)).isInstanceOf(BadRequestException.class);
  }
}
