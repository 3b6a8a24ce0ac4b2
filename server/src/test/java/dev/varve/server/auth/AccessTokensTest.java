package dev.varve.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTokensTest {
  private static final byte[] KEY = new byte[32];
  private static final Credentials KNOWN =
      Credentials.none().with("etl", "one").with("ada@example.org", "two");

  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private final AccessTokens tokens = new AccessTokens(KEY, Duration.ofHours(1), () -> now);

  private String issue(String client) {
    return tokens.issue(client, KNOWN.secretHash(client).orElseThrow());
  }

  @Test
  void aTokenNamesItsClientUntilItEnds() {
    String token = issue("ada@example.org");
    assertThat(tokens.verify(token, KNOWN)).contains("ada@example.org");
    now = now.plusSeconds(3599);
    assertThat(tokens.verify(token, KNOWN)).contains("ada@example.org");
    now = now.plusSeconds(1);
    assertThat(tokens.verify(token, KNOWN)).isEmpty();
  }

  @Test
  void itsFormIsVersionOne() {
    assertThat(issue("etl"))
        .isEqualTo("varve1.ZXRs.1795266000.m2W3gogxtkpl5bujn3Jw4YneUCgtKgasi5DfEaw6vrw");
  }

  @Test
  void aTokenThatWasChangedAnywhereIsNone() {
    String token = issue("etl");
    for (int i = 0; i < token.length(); i++) {
      for (char other : new char[] {'A', 'B', '0', '1', '.', '-'}) {
        String changed = token.substring(0, i) + other + token.substring(i + 1);
        // The last digit of base64 has bits that stand for nothing.
        if (other != token.charAt(i) && i < token.length() - 1) {
          assertThat(tokens.verify(changed, KNOWN)).as(changed).isEmpty();
        }
      }
    }
    for (String none : new String[] {"", "varve1...", "varve1.ZXRs", token + ".", "etl"}) {
      assertThat(tokens.verify(none, KNOWN)).as(none).isEmpty();
    }
  }

  @Test
  void aTokenEndsWithTheSecretThatItWasGivenFor() {
    String token = issue("etl");
    assertThat(tokens.verify(token, KNOWN.with("etl", "another"))).isEmpty();
    assertThat(tokens.verify(token, Credentials.none())).isEmpty();
  }

  @Test
  void aTokenOfAnotherKeyIsNone() {
    byte[] other = new byte[32];
    other[31] = 1;
    AccessTokens elsewhere = new AccessTokens(other, Duration.ofHours(1), () -> now);
    assertThat(elsewhere.verify(issue("etl"), KNOWN)).isEmpty();
  }

  @Test
  void theKeyIsMadeOnceAndABrokenOneIsNamed(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("token.key");
    byte[] key = AccessTokens.key(file);
    assertThat(AccessTokens.key(file)).isEqualTo(key).hasSize(32);
    Files.write(file, new byte[7]);
    assertThatThrownBy(() -> AccessTokens.key(file)).hasMessageContaining(file.toString());
  }
}
