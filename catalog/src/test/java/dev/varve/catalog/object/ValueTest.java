package dev.varve.catalog.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.testing.Damage;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ValueTest {
  private static final byte[] BLOB = "varve".getBytes(StandardCharsets.UTF_8);

  @Test
  void aValueHasTheseBytesAndThisId() {
    assertThat(Value.encode(BLOB)).isEqualTo(new byte[] {4, 1, 'v', 'a', 'r', 'v', 'e'});
    assertThat(ObjectId.of(Value.encode(BLOB)).abbreviate()).isEqualTo("2239e71b");
  }

  @Test
  void aValueIsReadBackAsItWas() {
    assertThat(Value.decode(Value.encode(BLOB))).isEqualTo(BLOB);
    assertThat(Value.decode(Value.encode(new byte[0]))).isEmpty();
  }

  @Test
  void anyDamageIsSeen() {
    Damage.isAlwaysSeen(Value.encode(BLOB), bytes -> Value.encode(Value.decode(bytes)));
  }

  @Test
  void aFutureFormatIsRefusedAsSuch() {
    assertThat(Damage.codeOf(() -> Value.decode(new byte[] {4, 2, 0})))
        .isEqualTo(ErrorCode.STORE_FORMAT);
  }
}
