package dev.varve.server.auth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Access tokens: a client's name and the second at which it ends, signed by HMAC-SHA-256.
 *
 * <p>Nothing is kept of a token, so tokens outlive a restart. The signature covers the hash of the
 * client's secret: when that is replaced or removed, the tokens end too.
 */
final class AccessTokens {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;
  private static final Pattern FORM =
      Pattern.compile("varve1\\.([A-Za-z0-9_-]{1,100})\\.(\\d{1,12})\\.([A-Za-z0-9_-]{43})");
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private final SecretKeySpec key;
  private final Duration lifetime;
  private final InstantSource clock;

  /**
   * @param key at least 32 bytes that nobody else knows
   */
  AccessTokens(byte[] key, Duration lifetime, InstantSource clock) {
    this.key = new SecretKeySpec(key, ALGORITHM);
    this.lifetime = lifetime;
    this.clock = clock;
  }

  /** The key in a file, made of random bytes if it is not there. */
  static byte[] key(Path file) throws IOException {
    if (!Files.exists(file)) {
      byte[] fresh = new byte[KEY_BYTES];
      new SecureRandom().nextBytes(fresh);
      Set<StandardOpenOption> options =
          EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      try (FileChannel channel =
          FileChannel.open(
              file,
              options,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        channel.write(ByteBuffer.wrap(fresh));
        channel.force(true);
      }
    }
    byte[] key = Files.readAllBytes(file);
    if (key.length != KEY_BYTES) {
      throw new IOException(
          "'%s' has %d bytes, not %d: delete it, and clients get new tokens"
              .formatted(file, key.length, KEY_BYTES));
    }
    return key;
  }

  /** How long a token is good for. */
  Duration lifetime() {
    return lifetime;
  }

  /** A token for a client whose secret has this hash. */
  String issue(String client, byte[] secretHash) {
    long end = clock.instant().plus(lifetime).getEpochSecond();
    return "varve1."
        + ENCODER.encodeToString(client.getBytes(StandardCharsets.UTF_8))
        + "."
        + end
        + "."
        + ENCODER.encodeToString(signature(client, end, secretHash));
  }

  /** The client that a token was given to; empty if it is none, has ended, or was revoked. */
  Optional<String> verify(String token, Credentials credentials) {
    Matcher matcher = FORM.matcher(token);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      String client = new String(DECODER.decode(matcher.group(1)), StandardCharsets.UTF_8);
      long end = Long.parseLong(matcher.group(2));
      byte[] signature = DECODER.decode(matcher.group(3));
      return credentials
          .secretHash(client)
          .filter(hash -> MessageDigest.isEqual(signature, signature(client, end, hash)))
          .filter(hash -> clock.instant().isBefore(Instant.ofEpochSecond(end)))
          .map(hash -> client);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private byte[] signature(String client, long end, byte[] secretHash) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(
          ("varve access token 1\n" + client + "\n" + end + "\n").getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(secretHash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
