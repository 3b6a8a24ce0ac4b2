package dev.varve.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.server.settings.SettingException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
  /** Of "secret", by sha256sum. */
  private static final String HASH =
      "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("credentials");
  }

  @Test
  void theFormatIsVersionOne() throws Exception {
    Files.writeString(
        file, "# varve credentials 1\n\n# of the night job\netl sha256:" + HASH + "\n");
    Credentials credentials = Credentials.read(file);
    assertThat(credentials.match("etl", "secret")).isTrue();
    assertThat(credentials.match("etl", "Secret")).isFalse();
    assertThat(credentials.match("ada", "secret")).isFalse();
    assertThat(credentials.match("", "")).isFalse();
    assertThat(credentials.text()).isEqualTo("# varve credentials 1\netl sha256:" + HASH + "\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# varve credentials 2\n",
        "# varve credentials 1\netl:secret\n",
        "# varve credentials 1\netl sha256:12\n",
        "# varve credentials 1\na:b sha256:" + HASH + "\n",
        "# varve credentials 1\netl sha256:" + HASH + "\netl sha256:" + HASH + "\n"
      })
  void anythingElseIsRefusedByName(String text) throws Exception {
    Files.writeString(file, text);
    assertThatThrownBy(() -> Credentials.read(file))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("secret\n");
  }

  @Test
  void aCredentialIsAddedToAFileThatOnlyItsOwnerReads() throws Exception {
    String ada = CredentialFile.add(file, "ada");
    String etl = CredentialFile.add(file, "etl");
    String again = CredentialFile.add(file, "ada");
    assertThat(again).isNotEqualTo(ada).hasSize(43);
    Credentials credentials = Credentials.read(file);
    assertThat(credentials.match("ada", again)).isTrue();
    assertThat(credentials.match("ada", ada)).isFalse();
    assertThat(credentials.match("etl", etl)).isTrue();
    assertThat(Files.readString(file)).doesNotContain(again).doesNotContain(etl);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aFileThatIsThereKeepsItsRightsAndItsPlace() throws Exception {
    CredentialFile.add(file, "etl");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    giveAway(file);
    UserPrincipal owner = Files.getOwner(file);
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    CredentialFile.add(link, "ada");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
    assertThat(Files.getOwner(file)).isEqualTo(owner);
    assertThat(link).isSymbolicLink();
    assertThat(Credentials.read(file).has("ada")).isTrue();
  }

  /** Only root can: for others the file stays their own. */
  private static void giveAway(Path file) throws IOException {
    try {
      Files.setOwner(
          file,
          file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
    } catch (FileSystemException | UserPrincipalNotFoundException e) {
      assertThat(Files.getOwner(file).getName()).isNotEqualTo("nobody");
    }
  }

  @Test
  void aFileThatCouldNotBeReadIsReadOnceItCanThoughItDidNotChange() throws Exception {
    CredentialFile.add(file, "etl");
    AtomicLong nanos = new AtomicLong();
    CredentialFile known = CredentialFile.open(file, nanos::get);
    FileTime changed = FileTime.fromMillis(Files.getLastModifiedTime(file).toMillis() + 5_000);
    Files.writeString(file, "no credentials");
    Files.setLastModifiedTime(file, changed);
    nanos.addAndGet(1_000_000_000L);
    assertThat(known.credentials().has("etl")).isTrue();
    Files.writeString(file, Credentials.none().with("ada", "secret").text());
    Files.setLastModifiedTime(file, changed);
    nanos.addAndGet(1_000_000_000L);
    assertThat(known.credentials().has("ada")).isTrue();
    assertThat(known.credentials().has("etl")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:b", "../a", "é", "-a"})
  void namesThatCannotBeReadBackAreRefused(String name) {
    assertThatThrownBy(() -> CredentialFile.add(file, name)).isInstanceOf(SettingException.class);
    assertThat(file).doesNotExist();
  }
}
