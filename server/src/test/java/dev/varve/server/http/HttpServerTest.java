package dev.varve.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.CacheStatistics;
import dev.varve.server.http.Caller.Answer;
import dev.varve.server.http.Route.Method;
import dev.varve.server.settings.SettingValues;
import dev.varve.server.settings.SettingValues.Source;
import java.io.ByteArrayInputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {
  private final AtomicInteger made = new AtomicInteger();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch leave = new CountDownLatch(1);
  private final ConcurrentLinkedQueue<String> observed = new ConcurrentLinkedQueue<>();
  private HttpServer server;
  private Caller caller;

  @BeforeEach
  void start() {
    SettingValues values =
        SettingValues.read(
            HttpSettings.ALL,
            List.of(
                new Source(
                    "the test",
                    Map.of(
                        "http.max-body", "2KiB",
                        "http.max-upload", "64KiB",
                        "http.max-heavy-requests", "1",
                        "http.heavy-wait", "0ms",
                        "http.idempotency-memory", "64KiB"))));
    server =
        HttpServer.start(
            "127.0.0.1",
            0,
            HttpSettings.of(values),
            new HttpServer.Parts(
                routes(),
                List.of(),
                exception -> Optional.empty(),
                (method, route, status, seconds) ->
                    observed.add(method + " " + route + " " + status),
                Optional.empty()));
    caller = new Caller(server.port());
  }

  @AfterEach
  void stop() {
    leave.countDown();
    server.close();
  }

  record Thing(String name, Optional<String> note, List<String> words, Map<String, String> more) {}

  private List<Route> routes() {
    Parameter<String> name = Parameter.path("name", text -> text, "Its name.");
    Parameter<Integer> size = Parameter.integer("size", 1, 9, "Its size.").orElse("3");
    return List.of(
        Route.of(Method.GET, "/things/<name>", "thing")
            .takes(name, size)
            .answers(200, Thing.class, "It.")
            .handledBy(
                request -> Reply.ok(Map.of("name", request.get(name), "size", request.get(size)))),
        Route.of(Method.POST, "/things", "make")
            .body(Thing.class)
            .writes()
            .answers(201, Thing.class, "It.")
            .handledBy(
                request -> {
                  Thing thing = request.body(Thing.class);
                  made.incrementAndGet();
                  return Reply.created(thing);
                }),
        Route.of(Method.POST, "/files", "upload")
            .upload()
            .writes()
            .answers(200, List.of(MediaTypes.JSON), "Its length.")
            .handledBy(
                request -> {
                  int length = request.upload().readAllBytes().length;
                  made.incrementAndGet();
                  return Reply.ok(Map.of("length", length));
                }),
        Route.of(Method.GET, "/heavy", "heavy")
            .cost(Route.Cost.HEAVY)
            .answers(200, List.of(MediaTypes.JSON), "Late.")
            .handledBy(
                request -> {
                  entered.countDown();
                  await(leave);
                  return Reply.ok(Map.of());
                }),
        Route.of(Method.GET, "/broken", "broken")
            .answers(200, List.of(MediaTypes.JSON), "Never.")
            .handledBy(
                request -> {
                  throw new IllegalStateException("secret of the house");
                }),
        Route.of(Method.GET, "/events", "events")
            .answers(200, List.of(MediaTypes.JSON_LINES), "What happens, then the result.")
            .handledBy(
                request ->
                    new Reply.Events(
                        events -> {
                          events.accept(Map.of("phase", "begun"));
                          await(leave);
                          return "done";
                        })),
        Route.of(Method.GET, "/stream", "stream")
            .takes(size)
            .answers(200, List.of(MediaTypes.JSON_LINES), "Lines, then an end or none.")
            .handledBy(
                request ->
                    Reply.stream(
                        MediaTypes.JSON_LINES,
                        out -> {
                          byte[] line = "{\"line\":1}\n".getBytes(StandardCharsets.UTF_8);
                          for (int i = 0; i < 10_000; i++) {
                            out.write(line);
                          }
                          if (request.get(size) == 9) {
                            throw new IllegalStateException("broke in the middle");
                          }
                        })));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(3, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void encodedSlashesPercentSignsAndPlusesArePartsOfNames() {
    assertThat(caller.get("/things/a%2Fb/c%25%1F+d%20e?size=2").json().toString())
        .isEqualTo(
            Json.tree().valueToTree(Map.of("name", "a/b/c%\u001f+d e", "size", 2)).toString());
  }

  @Test
  void everyAnswerHasARequestId() {
    assertThat(caller.get("/things/x").header("x-request-id")).isPresent();
    assertThat(caller.get("/things/x", "X-Request-Id", "mine-1").header("x-request-id"))
        .contains("mine-1");
    assertThat(caller.get("/things/x", "X-Request-Id", "not sane").header("x-request-id"))
        .isPresent()
        .isNotEqualTo(Optional.of("not sane"));
  }

  @Test
  void errorsNameTheRequest() {
    Answer answer = caller.get("/nothing", "X-Request-Id", "mine-2");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo("route-not-found");
    assertThat(answer.json().at("/error/requestId").asText()).isEqualTo("mine-2");
  }

  @Test
  void aBugIsAnsweredWithoutItsStory() {
    Answer answer = caller.get("/broken");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.code()).isEqualTo("internal");
    assertThat(answer.body()).doesNotContain("secret").doesNotContain("Exception");
  }

  @ParameterizedTest
  @CsvSource({
    "?size=10, invalid-parameter, cannot use '10' for 'size': it must be from 1 to 9",
    "?size=x, invalid-parameter, cannot use 'x' for 'size': it is not a whole number",
    "?sise=2, invalid-parameter, unknown parameter 'sise'",
    "?size=2&size=3, invalid-parameter, the parameter 'size' is given more than once",
  })
  void parametersAreChecked(String query, String code, String message) {
    Answer answer = caller.get("/things/x" + query);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.message()).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"nome\":\"x\"} | cannot read the body: unknown field 'nome'",
        "{} | cannot read the body: the field 'name' is missing",
        "{\"name\":null} | cannot read the body: the field 'name' is missing",
        "{\"name\":1} | cannot read the body: expected a text at 'name'",
        "{\"name\":\"x\",\"words\":[1]} | cannot read the body: expected a text at 'words[0]'",
        "{\"name\":\"x\",\"words\":[null]} | cannot read the body: 'words[0]' is null",
        "{\"name\":\"x\",\"words\":\"y\"} | cannot read the body: expected a list at 'words'",
        "{\"name\":\"x\"} {} | cannot read the body: something follows the document",
        "{\"name\":\"x\" | cannot read the body: it is not valid JSON at line 1, column 12",
        "null | cannot read the body: it is null",
        "[] | cannot read the body: expected an object",
      })
  void bodiesAreReadStrictly(String body, String message) {
    Answer answer = caller.post("/things", body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("invalid-body");
    assertThat(answer.message()).isEqualTo(message);
    assertThat(made).hasValue(0);
  }

  @Test
  void anUnknownFieldNamesTheNearest() {
    assertThat(caller.post("/things", "{\"nome\":\"x\"}").hint()).isEqualTo("did you mean 'name'?");
  }

  @Test
  void absentFieldsAreEmpty() {
    Answer answer = caller.post("/things", "{\"name\":\"x\"}");
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.body()).isEqualTo("{\"name\":\"x\",\"words\":[],\"more\":{}}");
  }

  @Test
  void otherMethodsAndTypesAreRefused() {
    Answer put = caller.send("PUT", "/things", "{}");
    assertThat(put.status()).isEqualTo(405);
    assertThat(put.header("allow")).contains("POST");
    assertThat(caller.send("POST", "/things", "{}", "Content-Type", "text/plain").code())
        .isEqualTo("unsupported-media-type");
    assertThat(caller.send("POST", "/things", "{}").status()).isEqualTo(415);
    assertThat(caller.get("/things/x", "Accept", "text/html").status()).isEqualTo(406);
    assertThat(caller.get("/things/x", "Accept", "text/html, application/*;q=0.1").status())
        .isEqualTo(200);
  }

  @Test
  void headAnswersAsGetWithoutTheBody() {
    Answer head = caller.send("HEAD", "/things/x", "");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("content-length")).contains("21");
    assertThat(caller.send("HEAD", "/things/x?size=0", "").status()).isEqualTo(400);
    assertThat(caller.send("HEAD", "/nothing", "").status()).isEqualTo(404);
  }

  @Test
  void bodiesHaveALimitWhetherOrNotTheirLengthIsTold() {
    String large = "{\"name\":\"" + "x".repeat(3000) + "\"}";
    assertThat(caller.post("/things", large).status()).isEqualTo(413);
    Answer chunked =
        caller.send(
            "POST",
            "/things",
            BodyPublishers.ofInputStream(
                () -> new ByteArrayInputStream(large.getBytes(StandardCharsets.UTF_8))),
            "Content-Type",
            "application/json");
    assertThat(chunked.code()).isEqualTo("payload-too-large");
    assertThat(caller.send("POST", "/files", "x".repeat(65_537)).status()).isEqualTo(413);
    assertThat(caller.send("POST", "/files", "x".repeat(65_536)).body())
        .isEqualTo("{\"length\":65536}");
  }

  @Test
  void tooManyHeavyRequestsAreToldToComeBack() {
    CompletableFuture<Answer> first = CompletableFuture.supplyAsync(() -> caller.get("/heavy"));
    await(entered);
    Answer second = caller.get("/heavy");
    assertThat(second.status()).isEqualTo(429);
    assertThat(second.code()).isEqualTo("busy");
    assertThat(second.header("retry-after")).contains("1");
    assertThat(caller.get("/things/x").status()).isEqualTo(200);
    leave.countDown();
    assertThat(first.join().status()).isEqualTo(200);
    assertThat(caller.get("/heavy").status()).isEqualTo(200);
  }

  @Test
  void aStopLetsRunningRequestsEnd() {
    CompletableFuture<Answer> running = CompletableFuture.supplyAsync(() -> caller.get("/heavy"));
    await(entered);
    CompletableFuture<Void> stop = CompletableFuture.runAsync(server::close);
    leave.countDown();
    assertThat(running.join().status()).isEqualTo(200);
    stop.join();
    assertThatThrownBy(() -> caller.get("/things/x")).isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void theSameWriteWithTheSameKeyIsDoneOnce() {
    String body = "{\"name\":\"x\"}";
    Answer first = caller.post("/things", body, "Idempotency-Key", "k1");
    Answer again = caller.post("/things", body, "Idempotency-Key", "k1");
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.header("idempotency-replayed")).contains("true");
    assertThat(made).hasValue(1);
    assertThat(caller.post("/things", "{\"name\":\"y\"}", "Idempotency-Key", "k1").code())
        .isEqualTo("idempotency-key-reused");
    assertThat(caller.post("/things", body, "Idempotency-Key", "k2").status()).isEqualTo(201);
    assertThat(made).hasValue(2);
  }

  /** The newest is the one whose answer may have been lost on its way. */
  @Test
  void theNewestWriteIsRememberedHoweverManyCameBefore() {
    String body = "{\"name\":\"%s\"}".formatted("x".repeat(1000));
    for (int i = 0; i < 200; i++) {
      String key = "k" + i;
      caller.post("/things", body, "Idempotency-Key", key);
      assertThat(
              caller.post("/things", body, "Idempotency-Key", key).header("idempotency-replayed"))
          .as(key)
          .contains("true");
    }
    assertThat(made).hasValue(200);
    CacheStatistics answers = server.rememberedAnswers().statistics();
    assertThat(answers.hits()).isEqualTo(200);
    long kept = answers.entries().orElseThrow();
    assertThat(kept).isPositive().isLessThan(200);
    assertThat(answers.evictions()).hasValue(200 - kept);
    assertThat(answers.weight()).isBetween(60L << 10, answers.bound());
  }

  @Test
  void theSameFileWithTheSameKeyIsTakenOnce() {
    assertThat(caller.send("POST", "/files", "abc", "Idempotency-Key", "k").body())
        .isEqualTo("{\"length\":3}");
    assertThat(caller.send("POST", "/files", "abc", "Idempotency-Key", "k").body())
        .isEqualTo("{\"length\":3}");
    assertThat(made).hasValue(1);
    assertThat(caller.send("POST", "/files", "abd", "Idempotency-Key", "k").status())
        .isEqualTo(422);
  }

  @Test
  void whatFailedMayBeTriedAgainWithTheSameKey() {
    assertThat(caller.post("/things", "{}", "Idempotency-Key", "k").status()).isEqualTo(400);
    assertThat(caller.post("/things", "{\"name\":\"x\"}", "Idempotency-Key", "k").status())
        .isEqualTo(201);
  }

  @Test
  void aKeyThatIsNotSaneIsRefused() {
    assertThat(caller.post("/things", "{\"name\":\"x\"}", "Idempotency-Key", "a b").status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "evil.example:80", "127.0.0.1.evil.example"})
  void otherHostNamesAreRefused(String host) {
    String answer =
        caller.raw("GET /things/x HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 421 ").contains("host-not-allowed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:19130", "127.0.0.1", "[::1]:19130"})
  void loopbackHostNamesAreServed(String host) {
    assertThat(
            caller.raw("GET /things/x HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ");
  }

  @Test
  void pagesOfOtherOriginsCannotWrite() {
    String body = "{\"name\":\"x\"}";
    assertThat(caller.post("/things", body, "Origin", "https://evil.example").code())
        .isEqualTo("cross-origin-write");
    assertThat(caller.post("/things", body, "Origin", "null").status()).isEqualTo(403);
    assertThat(caller.post("/things", body, "Sec-Fetch-Site", "cross-site").status())
        .isEqualTo(403);
    assertThat(caller.post("/things", body, "Origin", "http://127.0.0.1:" + server.port()).status())
        .isEqualTo(201);
    assertThat(caller.get("/things/x", "X-HTTP-Method-Override", "DELETE").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "gzip"})
  void anEventArrivesWhileTheWorkGoesOn(String encoding) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/events"))
            .header("Accept-Encoding", encoding)
            .build();
    HttpResponse<Stream<String>> response =
        HttpClient.newHttpClient()
            .sendAsync(request, BodyHandlers.ofLines())
            .get(1, TimeUnit.MINUTES);
    Iterator<String> lines = response.body().iterator();
    assertThat(CompletableFuture.supplyAsync(lines::next).get(1, TimeUnit.MINUTES))
        .isEqualTo("{\"phase\":\"begun\"}");
    leave.countDown();
    assertThat(lines.next()).isEqualTo("{\"result\":\"done\"}");
    assertThat(lines.hasNext()).isFalse();
  }

  @Test
  void aStreamThatBreaksIsCutAndNeverLooksWhole() {
    assertThat(caller.get("/stream").body()).hasSize(110_000);
    assertThatThrownBy(() -> caller.get("/stream?size=9")).isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void malformedRequestsGetTheOneForm() {
    assertThat(caller.raw("GET /..;/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ")
        .contains("\"code\":\"invalid-request\"");
    assertThat(caller.raw("GET /%2e%2e/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
  }

  @Test
  void requestsAreObservedByRouteAndNotByPath() {
    caller.get("/things/x");
    caller.get("/nothing/here");
    server.close();
    assertThat(observed).contains("GET /things/{name} 200", "GET none 404");
  }
}
