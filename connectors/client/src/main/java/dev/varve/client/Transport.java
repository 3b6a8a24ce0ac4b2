package dev.varve.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Sends calls, repeats those that a busy server refused, and turns refusals into exceptions.
 *
 * <p>Only what cannot happen twice is repeated: look-ups, and writes with a body that can be read
 * again, which carry an {@code Idempotency-Key} that stays the same for all attempts.
 */
final class Transport {
  private final ClientSettings settings;
  private final HttpClient http;

  Transport(ClientSettings settings) {
    this.settings = settings;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.connectTimeout());
    if (settings.url().getScheme().equalsIgnoreCase("http")) {
      builder.sslContext(new NoTls());
    }
    this.http = builder.build();
  }

  ClientSettings settings() {
    return settings;
  }

  /** A body that can be sent again if needed. */
  record Body(String contentType, boolean repeatable, Supplier<BodyPublisher> publisher) {
    static final Body NONE = new Body("", true, BodyPublishers::noBody);

    static Body json(Object value) {
      String text = Json.write(value);
      return new Body(
          "application/json", true, () -> BodyPublishers.ofString(text, StandardCharsets.UTF_8));
    }
  }

  JsonNode get(Call call) {
    return json(request(call, Body.NONE, settings.readTimeout(), "application/json"));
  }

  JsonNode write(Call call, Body body) {
    return json(request(call, body, settings.workTimeout(), "application/json"));
  }

  /** Sends a call whose answer is read as it comes; the caller closes the stream. */
  InputStream stream(Call call, Body body, String accept) {
    return request(call, body, settings.workTimeout(), accept);
  }

  private JsonNode json(InputStream answer) {
    try (answer) {
      byte[] bytes = answer.readAllBytes();
      return bytes.length == 0 ? MissingNode.getInstance() : Json.MAPPER.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw notVarve("its answer is not JSON").causedBy(e);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  private InputStream request(Call call, Body body, Duration timeout, String accept) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(call.uri(settings.url()))
            .timeout(timeout)
            .header("Accept", accept)
            .header("User-Agent", "varve-client");
    settings.credential().ifPresent(own -> builder.header("Authorization", own.header()));
    if (!body.contentType().isEmpty()) {
      builder.header("Content-Type", body.contentType());
    }
    if (!call.method().equals("GET")) {
      builder.header("Idempotency-Key", UUID.randomUUID().toString());
    }
    for (int attempt = 0; ; attempt++) {
      HttpResponse<InputStream> response =
          send(builder.method(call.method(), body.publisher().get()).build());
      if (response.statusCode() / 100 == 2) {
        return response.body();
      }
      VarveException refusal = refusal(response);
      boolean busy = response.statusCode() == 429 || response.statusCode() == 503;
      if (!busy || !body.repeatable() || attempt >= settings.retries()) {
        throw refusal;
      }
      Duration wait = RetryAfter.of(response.headers(), attempt);
      if (wait.compareTo(settings.longestWait()) > 0) {
        throw refusal;
      }
      pause(wait);
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofInputStream());
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new VarveException(
              0,
              "no-server",
              "no server answers at " + settings.url(),
              Optional.of("start one with 'varve serve', or name another with --url or VARVE_URL"))
          .causedBy(e);
    } catch (HttpTimeoutException e) {
      throw new VarveException(
              0,
              "no-answer",
              "the server at " + settings.url() + " did not answer in time",
              Optional.of("the call may still be carried out; look before trying again"))
          .causedBy(e);
    } catch (IOException e) {
      throw lost(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** The error of a result of which some came, and not all. */
  VarveException brokenOff(IOException cause) {
    return new VarveException(
            0,
            "result-incomplete",
            "the server broke off the result: not all of it came",
            Optional.of(
                "the query failed on the way, or gives more rows than the server's"
                    + " '--query.max-rows' (10 million if not set otherwise); its log says which"))
        .causedBy(cause);
  }

  /** The error of an answer that broke off. */
  VarveException lost(IOException cause) {
    String reason = cause.getMessage() == null ? "" : ": " + cause.getMessage();
    return new VarveException(
            0,
            "no-answer",
            "lost the connection to " + settings.url() + reason,
            Optional.of("the call may have been carried out; look before trying again"))
        .causedBy(cause);
  }

  private static void pause(Duration wait) {
    try {
      Thread.sleep(wait.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static VarveException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new VarveException(0, "interrupted", "interrupted while waiting", Optional.empty())
        .causedBy(e);
  }

  private VarveException refusal(HttpResponse<InputStream> response) {
    try (InputStream body = response.body()) {
      JsonNode error = Json.parse(new String(body.readAllBytes(), StandardCharsets.UTF_8));
      if (error.path("error").isObject()) {
        return refusal(response.statusCode(), error);
      }
    } catch (JsonProcessingException e) {
      return notVarve("it answered with status " + response.statusCode()).causedBy(e);
    } catch (IOException e) {
      return lost(e);
    }
    return notVarve("it answered with status " + response.statusCode());
  }

  /** The exception for an answer of the form {@code {"error": {…}}}. */
  static VarveException refusal(int status, JsonNode answer) {
    JsonNode error = answer.path("error");
    JsonNode details = answer.has("merge") ? answer.path("merge") : error.path("details");
    return new VarveException(
        error.path("status").asInt(status),
        error.path("code").asText("unknown"),
        error.path("message").asText("the server refused the call"),
        text(error, "hint"),
        details,
        text(error, "requestId"));
  }

  private static Optional<String> text(JsonNode node, String name) {
    return node.hasNonNull(name) ? Optional.of(node.get(name).asText()) : Optional.empty();
  }

  private VarveException notVarve(String what) {
    return new VarveException(
        0,
        "bad-answer",
        "'" + settings.url() + "' does not speak Varve's API: " + what,
        Optional.of("check --url and VARVE_URL"));
  }
}
