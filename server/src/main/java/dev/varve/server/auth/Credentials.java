package dev.varve.server.auth;

import dev.varve.server.settings.SettingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The clients that a server knows, each by its name and the hash of its secret. Immutable.
 *
 * <p>Secrets are 32 random bytes that the server made, so a plain SHA-256 of one cannot be guessed
 * back. The file is text of version 1: a first line {@value #HEADER}, then a line {@code NAME
 * sha256:HEX} for each client; empty lines and lines after {@code #} say nothing.
 */
public final class Credentials {
  /** The first line of the file. */
  static final String HEADER = "# varve credentials 1";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
  private static final Pattern LINE = Pattern.compile("(\\S+)\\s+sha256:([0-9a-f]{64})");
  private static final HexFormat HEX = HexFormat.of();

  private final Map<String, byte[]> hashes;

  private Credentials(Map<String, byte[]> hashes) {
    this.hashes = new TreeMap<>(hashes);
  }

  /** No client. */
  static Credentials none() {
    return new Credentials(Map.of());
  }

  /**
   * Reads a file.
   *
   * @throws SettingException if it is not there, or is no file of credentials
   */
  static Credentials read(Path file) {
    try {
      return parse(Files.readAllLines(file, StandardCharsets.UTF_8), file);
    } catch (NoSuchFileException e) {
      throw new SettingException(
          "there is no file of credentials '" + file + "'",
          "make one with: varve credential NAME --file " + file);
    } catch (IOException e) {
      throw new SettingException(
          "cannot read the credentials in '" + file + "': " + e.getMessage(),
          "the server's user must be able to read it");
    }
  }

  private static Credentials parse(List<String> lines, Path file) {
    if (lines.isEmpty() || !lines.get(0).strip().equals(HEADER)) {
      throw new SettingException(
          "'" + file + "' is no file of credentials that this version knows",
          "its first line must be '" + HEADER + "'");
    }
    Map<String, byte[]> hashes = new TreeMap<>();
    for (int i = 1; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches() || !NAME.matcher(matcher.group(1)).matches()) {
        throw new SettingException(
            "cannot read line " + (i + 1) + " of '" + file + "'",
            "a line is a name, a space, 'sha256:' and 64 hex digits, as 'varve credential' writes it");
      }
      if (hashes.put(matcher.group(1), HEX.parseHex(matcher.group(2))) != null) {
        throw new SettingException(
            "'" + matcher.group(1) + "' is in '" + file + "' twice", "delete one of its lines");
      }
    }
    return new Credentials(hashes);
  }

  /** The lines of a file that holds these. */
  String text() {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    hashes.forEach(
        (name, hash) ->
            text.append(name).append(" sha256:").append(HEX.formatHex(hash)).append('\n'));
    return text.toString();
  }

  /**
   * These, and a client more, or one with a new secret.
   *
   * @throws SettingException if the name cannot be one
   */
  Credentials with(String name, String secret) {
    if (!NAME.matcher(name).matches()) {
      throw new SettingException(
          "'" + name + "' cannot be the name of a client",
          "it is made of letters, digits, '.', '_', '@' and '-', 64 at most");
    }
    Map<String, byte[]> more = new TreeMap<>(hashes);
    more.put(name, hash(secret));
    return new Credentials(more);
  }

  /** Whether there is a client of this name. */
  boolean has(String name) {
    return hashes.containsKey(name);
  }

  /** Whether this is the client's secret; takes as long for a wrong one as for the right one. */
  boolean match(String name, String secret) {
    byte[] given = hash(secret);
    byte[] known = hashes.get(name);
    return MessageDigest.isEqual(given, known == null ? new byte[given.length] : known)
        && known != null;
  }

  /** What stands for a client's secret; empty if there is no such client. */
  Optional<byte[]> secretHash(String name) {
    return Optional.ofNullable(hashes.get(name)).map(byte[]::clone);
  }

  private static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
