package dev.varve.server.http;

import dev.varve.server.recent.RecentEntries;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Remembers the answers to writes that carry an {@code Idempotency-Key}, so that a client that does
 * not know whether its request arrived can send it again.
 *
 * <p>What succeeded is remembered, for a time and within a bound of memory, for as long as the
 * server runs; what failed is not, for it changed nothing and may be tried again. A key is bound to
 * one request: method, path, query and body. Safe for use by many threads.
 */
final class Idempotency {
  private static final Pattern SANE = Pattern.compile("[\\x21-\\x7e]{1,128}");

  /** The header that carries the key. */
  static final Parameter<String> KEY =
      new Parameter<>(
          "Idempotency-Key",
          Parameter.In.HEADER,
          "Makes sending this very request again safe: the first answer is given once more. Up to"
              + " 128 visible characters, unique per intended change; forgotten when the server"
              + " restarts.",
          Schema::text,
          Idempotency::sane,
          Optional.empty(),
          false,
          false);

  private final RecentEntries<String, Remembered> answers;
  private final Set<String> running = ConcurrentHashMap.newKeySet();

  Idempotency(HttpSettings settings) {
    this.answers =
        new RecentEntries<>(
            settings.idempotencyMemory().bytes(),
            settings.idempotencyLifetime(),
            RecentEntries.Age.SINCE_PUT,
            (key, value) -> 512L + key.length() + 2L * value.body().length(),
            InstantSource.system());
  }

  /** The answers, to be looked at; a hit is a request that was sent again. */
  RecentEntries<?, ?> answers() {
    return answers;
  }

  /** An answer that was given, and the request it belongs to. */
  private record Remembered(String request, int status, String contentType, String body) {}

  private static String sane(String key) {
    if (!SANE.matcher(key).matches()) {
      throw new IllegalArgumentException("use 1 to 128 visible ASCII characters");
    }
    return key;
  }

  /** Answers by {@code handler}, or as the same request was answered before. */
  Reply answer(Request request, Handler handler) throws IOException {
    Optional<String> key = request.route().idempotent() ? request.find(KEY) : Optional.empty();
    if (key.isEmpty()) {
      return handler.answer(request);
    }
    String scoped = request.context().req().getMethod() + " " + path(request) + " " + key.get();
    if (!running.add(scoped)) {
      throw new RequestRefused(
              HttpErrorCode.IDEMPOTENCY_KEY_IN_USE,
              "a request with the idempotency key '" + key.get() + "' is still running",
              "wait for its answer, then send it again")
          .with("Retry-After", "1");
    }
    Call call = new Call(scoped, key.get());
    try {
      Optional<Remembered> before = answers.find(scoped);
      return before.isEmpty() ? call.first(request, handler) : call.again(request, before.get());
    } finally {
      if (!call.streams) {
        running.remove(scoped);
      }
    }
  }

  private static String path(Request request) {
    return request.context().path();
  }

  /** One request with a key. */
  private final class Call {
    private final String scoped;
    private final String key;
    private final MessageDigest digest = sha256();
    private boolean streams;

    Call(String scoped, String key) {
      this.scoped = scoped;
      this.key = key;
    }

    Reply first(Request request, Handler handler) throws IOException {
      if (request.route().upload()) {
        request.wrapUpload(new DigestInputStream(request.upload(), digest));
      }
      Reply reply = handler.answer(request);
      if (reply instanceof Reply.Stream stream) {
        streams = true;
        return remembering(request, stream);
      }
      if (reply.status() < 300) {
        keep(request, reply.status(), contentType(reply), body(reply));
      }
      return reply;
    }

    /** A streamed answer ends with its result, which is all that is given again. */
    private Reply remembering(Request request, Reply.Stream stream) {
      return new Reply.Stream(
          stream.status(),
          stream.contentType(),
          stream.headers(),
          out -> {
            try {
              LastLine last = new LastLine(out);
              stream.writer().write(last);
              String line = last.text();
              if (line.startsWith("{\"result\"")) {
                keep(request, stream.status(), stream.contentType(), line);
              }
            } finally {
              running.remove(scoped);
            }
          });
    }

    private void keep(Request request, int status, String contentType, String body)
        throws IOException {
      answers.put(scoped, new Remembered(fingerprint(request), status, contentType, body));
    }

    Reply again(Request request, Remembered before) throws IOException {
      if (request.route().upload()) {
        try (InputStream in = new DigestInputStream(request.upload(), digest)) {
          in.transferTo(OutputStream.nullOutputStream());
        }
      }
      if (!fingerprint(request).equals(before.request())) {
        throw new RequestRefused(
            HttpErrorCode.IDEMPOTENCY_KEY_REUSED,
            "the idempotency key '" + key + "' belongs to a different request",
            "use a new key for each intended change");
      }
      return new Reply.Text(
          before.status(),
          before.contentType(),
          before.body(),
          Map.of("Idempotency-Replayed", "true"));
    }

    private String fingerprint(Request request) throws IOException {
      if (!request.route().upload()) {
        digest.update(request.bodyBytes());
      }
      String query = request.context().queryString();
      digest.update((byte) 0);
      digest.update((query == null ? "" : query).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    }
  }

  private static String contentType(Reply reply) {
    return reply instanceof Reply.Text text ? text.contentType() : MediaTypes.JSON;
  }

  private static String body(Reply reply) {
    return reply instanceof Reply.Text text
        ? text.text()
        : new String(Json.bytes(((Reply.Value) reply).value()), StandardCharsets.UTF_8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
