package dev.varve.server.auth;

import dev.varve.server.settings.SettingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of credentials, read again when it has changed, so that a client can be added or removed
 * while the server runs. Safe for use by many threads.
 */
public final class CredentialFile {
  private static final Logger log = LoggerFactory.getLogger(CredentialFile.class);
  private static final long LOOK_EVERY_NANOS = 1_000_000_000L;
  private static final int SECRET_BYTES = 32;
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final LongSupplier nanos;
  private Credentials credentials;
  private FileTime readAt;
  private FileTime failedAt;
  private long lookedAt;

  private CredentialFile(Path file, Credentials credentials, FileTime readAt, LongSupplier nanos) {
    this.file = file;
    this.nanos = nanos;
    this.credentials = credentials;
    this.readAt = readAt;
    this.lookedAt = nanos.getAsLong();
    this.failedAt = readAt;
  }

  /**
   * Reads the file for the first time.
   *
   * @throws SettingException if it is not there, or is no file of credentials
   */
  public static CredentialFile open(Path file) {
    return open(file, System::nanoTime);
  }

  /**
   * @param nanos a clock that only runs forward, as {@link System#nanoTime} is
   */
  static CredentialFile open(Path file, LongSupplier nanos) {
    FileTime changed = changed(file);
    return new CredentialFile(file, Credentials.read(file), changed, nanos);
  }

  /**
   * What the file holds, at most a second old. A file that cannot be read any more changes nothing:
   * a slip of an editor must not lock everybody out. It is tried again each second, for a file that
   * its rights hid does not change when they are given back.
   */
  synchronized Credentials credentials() {
    long now = nanos.getAsLong();
    if (now - lookedAt >= LOOK_EVERY_NANOS) {
      lookedAt = now;
      FileTime changed = changed(file);
      if (!changed.equals(readAt)) {
        try {
          credentials = Credentials.read(file);
          readAt = changed;
          log.info("read the credentials again");
        } catch (SettingException e) {
          if (!changed.equals(failedAt)) {
            failedAt = changed;
            log.error("the credentials stay as they were: {}", e.getMessage());
          }
        }
      }
    }
    return credentials;
  }

  /**
   * Adds a client, or gives it a new secret. The file is made if it is not there, readable by its
   * owner alone; else it keeps its owner and rights, so that the server can still read it. It is
   * replaced as a whole; one that is a link stays one.
   *
   * @return the secret, which is kept nowhere
   */
  public static String add(Path file, String name) throws IOException {
    Path place = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Credentials before = Files.exists(place) ? Credentials.read(place) : Credentials.none();
    byte[] random = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(random);
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    replace(place, before.with(name, secret).text());
    return secret;
  }

  private static void replace(Path file, String text) throws IOException {
    Path next = Files.createTempFile(file.getParent(), ".credentials", "", OWNER_ONLY);
    try {
      try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        channel.force(true);
      }
      if (Files.exists(file)) {
        keepRights(file, next);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
        directory.force(true);
      }
    } finally {
      Files.deleteIfExists(next);
    }
  }

  /** Without the owner's the server could not read the file any more when root has changed it. */
  private static void keepRights(Path from, Path to) throws IOException {
    PosixFileAttributes before = Files.readAttributes(from, PosixFileAttributes.class);
    PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    PosixFileAttributes now = view.readAttributes();
    if (!now.owner().equals(before.owner())) {
      view.setOwner(before.owner());
    }
    if (!now.group().equals(before.group())) {
      view.setGroup(before.group());
    }
    view.setPermissions(before.permissions());
  }

  private static FileTime changed(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }
}
