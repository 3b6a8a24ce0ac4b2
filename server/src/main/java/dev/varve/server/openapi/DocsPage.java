package dev.varve.server.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page that shows the API document; everything it needs is in it. */
public final class DocsPage {
  private static final Pattern INLINE =
      Pattern.compile("<(script|style)>(.*?)</\\1>", Pattern.DOTALL);

  private final String html;
  private final String policy;

  /** Reads the page from the class path. */
  public DocsPage() {
    try (InputStream in = DocsPage.class.getResourceAsStream("docs.html")) {
      this.html = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.policy =
        "default-src 'none'; connect-src 'self'; img-src data:; base-uri 'none';"
            + " form-action 'none'; frame-ancestors 'none'; script-src "
            + hash("script")
            + "; style-src "
            + hash("style");
  }

  /** The page. */
  public String html() {
    return html;
  }

  /** What the page may load and run: its own script and style, and this server's document. */
  public String contentSecurityPolicy() {
    return policy;
  }

  private String hash(String element) {
    Matcher matcher = INLINE.matcher(html);
    while (matcher.find()) {
      if (matcher.group(1).equals(element)) {
        return "'sha256-" + sha256(matcher.group(2)) + "'";
      }
    }
    throw new IllegalStateException("the page has no " + element);
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return Base64.getEncoder()
          .encodeToString(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
