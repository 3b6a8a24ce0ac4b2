package dev.varve.server.auth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells who a client is by the {@code Authorization} it sends: {@code Basic} with its name and
 * secret (RFC 7617), or {@code Bearer} with an access token that it was given for these (RFC 6750).
 * Safe for use by many threads.
 */
public final class Authenticator {
  private final CredentialFile file;
  private final AccessTokens tokens;

  Authenticator(CredentialFile file, AccessTokens tokens) {
    this.file = file;
    this.tokens = tokens;
  }

  /**
   * An authenticator for the clients in a file.
   *
   * @param tokenKey the file of the key that tokens are signed with; made if it is not there
   * @throws dev.varve.server.settings.SettingException if the credentials cannot be read
   */
  public static Authenticator open(Path credentials, Path tokenKey, Duration tokenLifetime) {
    try {
      return new Authenticator(
          CredentialFile.open(credentials),
          new AccessTokens(AccessTokens.key(tokenKey), tokenLifetime, InstantSource.system()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the key of access tokens", e);
    }
  }

  /** A token and how long it is good for. */
  public record Grant(String token, Duration lifetime) {}

  /**
   * The client that sent a header.
   *
   * @param authorization the value of {@code Authorization}; null if there is none
   * @return empty if it does not say, or not truly
   */
  public Optional<String> client(String authorization) {
    String[] words = authorization == null ? new String[0] : authorization.strip().split(" +", 2);
    if (words.length != 2) {
      return Optional.empty();
    }
    return switch (words[0].toLowerCase(Locale.ROOT)) {
      case "basic" -> basic(words[1]);
      case "bearer" -> tokens.verify(words[1], file.credentials());
      default -> Optional.empty();
    };
  }

  private Optional<String> basic(String encoded) {
    try {
      String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(pair.substring(0, colon))
              .filter(name -> file.credentials().match(name, pair.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A token for a client that gave its secret; empty if it is not the secret. */
  public Optional<Grant> grant(String name, String secret) {
    Credentials known = file.credentials();
    return known.match(name, secret) ? grant(name, known) : Optional.empty();
  }

  /** A token for a client that has one that is still good; empty if it is not. */
  public Optional<Grant> renew(String token) {
    Credentials known = file.credentials();
    return tokens.verify(token, known).flatMap(name -> grant(name, known));
  }

  private Optional<Grant> grant(String name, Credentials known) {
    return known
        .secretHash(name)
        .map(hash -> new Grant(tokens.issue(name, hash), tokens.lifetime()));
  }
}
