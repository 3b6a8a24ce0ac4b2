package dev.varve.engine.prepared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeVerb;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.merge.ConflictOptions;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The text in which it is kept what a prepared merge was asked to do. */
class IntentTest {
  private static final ObjectId ONE = id("1");
  private static final ObjectId TWO = id("2");
  private static final ObjectId THREE = id("3");

  private static final String MERGE =
      "{\"format\":1,\"verb\":\"merge\",\"into\":\"main\",\"from\":\"exp\",\"commit\":\""
          + ONE.hex()
          + "\",\"mode\":\"no-fast-forward\",\"ours\":\""
          + TWO.hex()
          + "\",\"message\":\"m\"}";

  private static final String REBASE =
      "{\"format\":2,\"verb\":\"cherry-pick\",\"into\":\"exp\",\"from\":\"main\",\"commit\":\""
          + ONE.hex()
          + "\",\"mode\":\"no-fast-forward\",\"ours\":\""
          + TWO.hex()
          + "\",\"message\":\"m\",\"rebase\":{\"target\":\""
          + TWO.hex()
          + "\",\"head\":\""
          + THREE.hex()
          + "\",\"step\":2,\"steps\":5}}";

  @Test
  void aMergeIsWrittenAndReadInFormat1() {
    Intent intent = intent(MergeVerb.MERGE, "main", "exp", Optional.empty());

    assertThat(intent).hasToString(MERGE);
    assertThat(Intent.parse(MERGE)).contains(intent);
  }

  @Test
  void aStepOfARebaseIsWrittenAndReadInFormat2() {
    Intent intent =
        intent(MergeVerb.CHERRY_PICK, "exp", "main", Optional.of(new RebaseStep(TWO, THREE, 2, 5)));

    assertThat(intent).hasToString(REBASE);
    assertThat(Intent.parse(REBASE)).contains(intent);
    assertThat(intent.action()).isEqualTo("rebase 'exp' onto 'main'");
  }

  @Test
  void whatIsOfNeitherFormatIsNoPreparedMerge() {
    assertThat(Intent.parse(REBASE.replace("\"format\":2", "\"format\":3"))).isEmpty();
    assertThat(Intent.parse(REBASE.replace("\"format\":2", "\"format\":1"))).isEmpty();
    assertThat(Intent.parse(MERGE.substring(0, MERGE.length() / 2))).isEmpty();
    assertThat(Intent.parse(MERGE.replace("\"merge\"", "\"mingle\""))).isEmpty();
  }

  private static Intent intent(
      MergeVerb verb, String into, String from, Optional<RebaseStep> rebase) {
    return new Intent(
        verb,
        RefName.parse(into),
        from,
        ONE,
        MergeMode.NO_FAST_FORWARD,
        TWO,
        Optional.of("m"),
        OptionalInt.empty(),
        ConflictOptions.NONE,
        rebase);
  }

  private static ObjectId id(String digit) {
    return ObjectId.parse(digit.repeat(64));
  }
}
