package dev.varve.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JsonTest {
  private static final Commit COMMIT =
      new Commit(
          "c0ffee",
          List.of("a", "b"),
          "Ada <ada@example.org>",
          "Ada <ada@example.org>",
          Instant.parse("2026-11-01T08:30:00.123456Z"),
          "first\n\nbody",
          new TreeMap<>(Map.of("run", "7")),
          3,
          List.of("main"));

  @Test
  void aRecordIsWrittenInTheOrderOfItsComponentsAndReadBackEqual() throws IOException {
    String text = Json.write(COMMIT);

    assertThat(text)
        .startsWith("{\"id\":\"c0ffee\",\"parents\":[\"a\",\"b\"],\"author\":")
        .contains("\"time\":\"2026-11-01T08:30:00.123456Z\"");
    assertThat(Json.read(Json.parse(text), Commit.class)).isEqualTo(COMMIT);
  }

  @Test
  void whatIsAbsentIsLeftOutAndReadAsAbsent() throws IOException {
    Ref ref =
        new Ref("b", Ref.Kind.BRANCH, "c", Optional.empty(), Optional.empty(), Optional.empty());

    assertThat(Json.write(ref)).isEqualTo("{\"name\":\"b\",\"kind\":\"branch\",\"commit\":\"c\"}");
    assertThat(Json.read(Json.parse(Json.write(ref)), Ref.class)).isEqualTo(ref);
  }

  @Test
  void unknownFieldsAreIgnoredAndMissingTextsNamed() throws IOException {
    assertThat(
            Json.read(Json.parse("{\"name\":\"n\",\"new\":1}"), VarveClient.RepositoryName.class))
        .isEqualTo(new VarveClient.RepositoryName("n"));
    assertThatThrownBy(() -> Json.read(Json.parse("{}"), VarveClient.RepositoryName.class))
        .isInstanceOf(VarveException.class)
        .hasMessageContaining("'RepositoryName.name' is missing");
  }

  @Test
  void anUnknownConstantIsNamed() {
    assertThatThrownBy(
            () ->
                Json.read(
                    Json.parse("{\"name\":\"n\",\"kind\":\"moon\",\"commit\":\"c\"}"), Ref.class))
        .hasMessageContaining("'moon'");
  }
}
