package dev.varve.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that come and go while the server runs. */
class AuthenticatorTest {
  @TempDir Path directory;
  private Path file;
  private String secret;
  private Authenticator authenticator;

  /** What the file's clock says. */
  private long nanos;

  @BeforeEach
  void open() throws IOException {
    file = directory.resolve("credentials");
    secret = CredentialFile.add(file, "etl");
    authenticator =
        new Authenticator(
            CredentialFile.open(file, () -> nanos),
            new AccessTokens(
                AccessTokens.key(directory.resolve("key")),
                Duration.ofHours(1),
                () -> Instant.EPOCH));
  }

  private static String basic(String name, String secret) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((name + ":" + secret).getBytes(StandardCharsets.UTF_8));
  }

  /** Whatever the file system's clock can tell apart, the file is seen to have changed. */
  private void write(String text) throws IOException {
    FileTime before = Files.getLastModifiedTime(file);
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(before.toInstant().plusSeconds(1)));
  }

  @Test
  void aClientThatWasRemovedIsOutWithItsTokensWithinASecond() throws IOException {
    String bearer = "Bearer " + authenticator.grant("etl", secret).orElseThrow().token();
    String ada = CredentialFile.add(file, "ada");
    write(Files.readString(file).replaceAll("(?m)^etl .*\n", ""));

    nanos += Duration.ofSeconds(1).toNanos() - 1;
    assertThat(authenticator.client(bearer)).as("the file is not looked at").contains("etl");
    nanos++;
    assertThat(authenticator.client(bearer)).isEmpty();
    assertThat(authenticator.client(basic("etl", secret))).isEmpty();
    assertThat(authenticator.grant("etl", secret)).isEmpty();
    assertThat(authenticator.client(basic("ada", ada))).contains("ada");
  }

  @Test
  void aSlipOfAnEditorLocksNobodyOut() throws IOException {
    String whole = Files.readString(file);
    write("what is this");
    nanos += Duration.ofSeconds(1).toNanos();
    assertThat(authenticator.client(basic("etl", secret))).contains("etl");

    write(whole.replaceAll("(?m)^etl .*\n", ""));
    nanos += Duration.ofSeconds(1).toNanos();
    assertThat(authenticator.client(basic("etl", secret))).isEmpty();
  }
}
