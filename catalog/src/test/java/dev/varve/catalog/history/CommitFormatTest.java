package dev.varve.catalog.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.object.ObjectId;
import dev.varve.testing.Damage;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The bytes of commits never change: their ids are written down elsewhere. */
class CommitFormatTest {
  private static final ObjectId TREE = ObjectId.of(new byte[] {1});
  private static final Commit ROOT =
      Commit.create(
          TREE,
          List.of(),
          CommitDetails.of("begin", Author.named("Ada")),
          Instant.parse("2026-11-01T00:00:00.000001999Z"));
  private static final Commit COMMIT =
      Commit.create(
          TREE,
          List.of(ROOT),
          new CommitDetails(
              "größer",
              Author.parse("Ada <ada@example.org>"),
              Author.named("Bob"),
              new TreeMap<>(Map.of("run", "7", "source", "etl"))),
          Instant.parse("2026-11-01T00:00:01Z"));

  private static final String TREE_ID =
      "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a";
  private static final String ROOT_BYTES =
      "0101"
          + TREE_ID
          + "00"
          + "00"
          + "00065f2bb5e24001"
          + "03416461"
          + "00"
          + "03416461"
          + "00"
          + "05626567696e"
          + "00";
  private static final String COMMIT_BYTES =
      "0101"
          + TREE_ID
          + "01"
          + "baf55338a20569fa746288b50b19905c0f207f996379ff8f63e6afbd4022d0ab"
          + "01"
          + "00065f2bb5f18240"
          + "03416461"
          + "01"
          + "0f616461406578616d706c652e6f7267"
          + "03426f62"
          + "00"
          + "086772c3b6c39f6572"
          + "02"
          + "0372756e"
          + "0137"
          + "06736f75726365"
          + "0365746c";

  @Test
  void commitsHaveTheseBytes() {
    assertThat(hex(ROOT)).isEqualTo(ROOT_BYTES);
    assertThat(hex(COMMIT)).isEqualTo(COMMIT_BYTES);
    assertThat(COMMIT.id().abbreviate()).isEqualTo("8b558fb0");
  }

  @Test
  void commitsAreReadBackAsTheyWere() {
    assertThat(Commit.decode(ROOT.id(), ROOT.encode())).isEqualTo(ROOT);
    assertThat(Commit.decode(COMMIT.id(), COMMIT.encode())).isEqualTo(COMMIT);
    assertThat(COMMIT.generation()).isEqualTo(1);
    assertThat(ROOT.time()).isEqualTo(Instant.parse("2026-11-01T00:00:00.000001Z"));
  }

  @Test
  void propertiesHaveOneOrderWhateverOrderTheyAreGivenIn() {
    TreeMap<String, String> reversed = new TreeMap<>(Comparator.reverseOrder());
    reversed.putAll(COMMIT.properties());
    Commit commit =
        Commit.create(
            TREE,
            List.of(ROOT),
            new CommitDetails(COMMIT.message(), COMMIT.author(), COMMIT.committer(), reversed),
            COMMIT.time());
    assertThat(hex(commit)).isEqualTo(COMMIT_BYTES);
    assertThat(Commit.decode(commit.id(), commit.encode())).isEqualTo(COMMIT);
  }

  @Test
  void anyDamageIsSeen() {
    Damage.isAlwaysSeen(
        COMMIT.encode(), bytes -> Commit.decode(ObjectId.of(bytes), bytes).encode());
  }

  @Test
  void aFutureFormatIsRefusedAsSuch() {
    byte[] future = ROOT.encode();
    future[1] = 2;
    assertThat(Damage.codeOf(() -> Commit.decode(ROOT.id(), future)))
        .isEqualTo(ErrorCode.STORE_FORMAT);
  }

  private static String hex(Commit commit) {
    return HexFormat.of().formatHex(commit.encode());
  }
}
