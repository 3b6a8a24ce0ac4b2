package dev.varve.engine.prepared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.engine.merge.Choice;
import dev.varve.engine.merge.Choice.ValueKind;
import dev.varve.engine.merge.Winner;
import dev.varve.engine.table.LakeFixture;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.WriteOptions;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The text in which conflicts are kept. */
class KeptConflictTest {
  private static final String FORMAT_1 =
      "{\"format\":1,\"conflicts\":[{\"subject\":\"t\",\"code\":\"rows-conflict\",\"message\":\"m\","
          + "\"hint\":\"h\",\"rows\":\"conflicts.t\","
          + "\"content\":\"00000000-0000-0001-0000-000000000002\",\"count\":3},"
          + "{\"subject\":\"u\",\"code\":\"property-differs\",\"message\":\"m\",\"hint\":\"h\"}]}";

  private static final String FORMAT_2 =
      "{\"format\":2,\"conflicts\":[{\"subject\":\"u\",\"code\":\"property-differs\","
          + "\"message\":\"m\",\"hint\":\"h\",\"choice\":{\"id\":\"0123456789\","
          + "\"table\":\"conflicts.metadata\",\"part\":\"property 'p'\",\"base\":\"'a'\","
          + "\"ours\":\"'b'\",\"theirs\":\"removed\",\"winners\":[\"ours\",\"theirs\",\"base\","
          + "\"value\"],\"value\":\"column-name\"}}]}";

  private static final String FORMAT_3 =
      FORMAT_2
          .replace("\"format\":2", "\"format\":3")
          .replace("\"hint\":\"h\",", "\"hint\":\"h\",\"details\":{\"ours\":\"b\"},");

  private static final KeptConflict CHOICE =
      new KeptConflict(
          "u",
          "property-differs",
          "m",
          "h",
          new TreeMap<>(Map.of("ours", "b")),
          Optional.empty(),
          Optional.empty(),
          Optional.of(
              new KeptChoice(
                  TableName.parse("conflicts.metadata"),
                  new Choice(
                      "0123456789",
                      "property 'p'",
                      Optional.of("'a'"),
                      "'b'",
                      "removed",
                      EnumSet.allOf(Winner.class),
                      Optional.of(ValueKind.COLUMN_NAME)))));

  @TempDir Path directory;

  @Test
  void isWrittenInFormat3() {
    assertThat(KeptConflict.property(List.of(CHOICE)))
        .isEqualTo(Map.of(KeptConflict.PROPERTY, FORMAT_3));
  }

  @Test
  void allFormatsAreRead() {
    assertThat(read(FORMAT_3)).containsExactly(CHOICE);
    KeptConflict withoutDetails = read(FORMAT_2).get(0);
    assertThat(withoutDetails.choice()).isEqualTo(CHOICE.choice());
    assertThat(withoutDetails.details()).isEmpty();
    List<KeptConflict> old = read(FORMAT_1);
    assertThat(old).extracting(KeptConflict::subject).containsExactly("t", "u");
    assertThat(old.get(0).rows().orElseThrow().count()).isEqualTo(3);
    assertThat(old.get(1).choice()).isEmpty();
  }

  @Test
  void aLaterFormatIsNotGuessedAt() {
    assertThat(read(FORMAT_3.replace("\"format\":3", "\"format\":4"))).isEmpty();
  }

  private List<KeptConflict> read(String text) {
    try (LakeFixture lake = new LakeFixture(directory.resolve(Integer.toString(text.hashCode())))) {
      WriteOptions options =
          new WriteOptions(
              LakeFixture.MAIN,
              LakeFixture.ADA,
              Optional.empty(),
              new TreeMap<>(Map.of(KeptConflict.PROPERTY, text)));
      lake.tables().namespaces().create(options, NamespaceName.parse("n"), Map.of());
      return KeptConflict.of(lake.headCommit(LakeFixture.MAIN));
    }
  }
}
