package dev.varve.catalog.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ObjectIdTest {
  @Test
  void isTheSha256OfTheBytes() {
    assertThat(ObjectId.of(new byte[0]).hex())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @Test
  void everyFormIsReadBack() {
    ObjectId id = ObjectId.of(new byte[] {1, 2, 3});
    assertThat(ObjectId.parse(id.hex())).isEqualTo(id).hasSameHashCodeAs(id);
    assertThat(ObjectId.parse(id.hex().toUpperCase(Locale.ROOT))).isEqualTo(id);
    assertThat(ObjectId.fromBytes(id.bytes())).isEqualTo(id);
    assertThat(id.abbreviate()).isEqualTo(id.hex().substring(0, 8));
  }

  @Test
  void ordersAsItsBytesDo() {
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      byte[] one = new byte[ObjectId.BYTES];
      random.nextBytes(one);
      byte[] other = one.clone();
      other[random.nextInt(other.length)] = (byte) random.nextInt();
      assertThat(Integer.signum(ObjectId.fromBytes(one).compareTo(ObjectId.fromBytes(other))))
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(one, other)));
    }
  }

  @Test
  void whatIsNoIdIsRefused() {
    assertThatThrownBy(() -> ObjectId.parse("3f2a")).hasMessageContaining("64 hex digits");
    assertThatThrownBy(() -> ObjectId.parse("g".repeat(64)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ObjectId.fromBytes(new byte[31])).hasMessageContaining("32 bytes");
  }
}
