package dev.varve.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.server.auth.CredentialFile;
import dev.varve.server.http.Caller;
import dev.varve.server.http.Caller.Answer;
import dev.varve.server.settings.SettingException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that asks its clients who they are, over HTTP and by Iceberg's own client. */
class AuthenticationTest {
  private static final String BRANCHES = "/api/v1/repos/lake/branches";
  private static final String TOKENS = "/iceberg/v1/oauth/tokens";
  private static final String CONFIG = "/iceberg/v1/config?warehouse=lake";

  @TempDir Path directory;
  private Path file;
  private String secret;
  private TestServer server;
  private Caller caller;

  @BeforeEach
  void start() throws IOException {
    file = directory.resolve("credentials");
    secret = CredentialFile.add(file, "etl");
    server = TestServer.start(directory.resolve("data"), "--auth.credentials", file.toString());
    caller = server.caller();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private Answer tokens(Map<String, String> form, String... headers) {
    StringBuilder body = new StringBuilder();
    form.forEach(
        (name, value) ->
            body.append(body.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    String[] all = new String[headers.length + 2];
    System.arraycopy(headers, 0, all, 2, headers.length);
    all[0] = "Content-Type";
    all[1] = "application/x-www-form-urlencoded";
    return caller.send("POST", TOKENS, body.toString(), all);
  }

  private String token() {
    Answer answer =
        tokens(
            Map.of(
                "grant_type", "client_credentials",
                "client_id", "etl",
                "client_secret", secret,
                "scope", "catalog"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("token_type").asText()).isEqualTo("bearer");
    assertThat(answer.json().path("expires_in").asInt()).isEqualTo(3600);
    return answer.json().path("access_token").asText();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        BRANCHES,
        "/metrics",
        "/openapi.json",
        "/docs",
        "/nothing",
        CONFIG,
        "/iceberg/v1/lake/namespaces",
        "/iceberg/v1/oauth%2Ftokens",
        "//healthz",
        "/healthz;a=b",
        "/healthz/../api/v1/repos",
        "/%68ealthz"
      })
  void whoSaysNothingLearnsNothing(String path) {
    Answer answer = caller.get(path);
    assertThat(answer.status()).isIn(400, 401);
    assertThat(answer.body()).doesNotContain("main");
    if (answer.status() == 401) {
      assertThat(answer.header("WWW-Authenticate").orElseThrow()).contains("Basic", "Bearer");
    }
  }

  @Test
  void healthIsForEverybody() {
    assertThat(caller.get("/healthz").status()).isEqualTo(200);
  }

  @Test
  void theAnswerSaysWhatToDo() {
    Answer answer = caller.get(BRANCHES);
    assertThat(answer.code()).isEqualTo("unauthenticated");
    assertThat(answer.hint()).contains("VARVE_CREDENTIAL");
    assertThat(caller.get(BRANCHES, "Authorization", basic("etl:wrong")).message())
        .contains("not known");
    assertThat(caller.get(CONFIG).json().at("/error/type").asText())
        .isEqualTo("NotAuthorizedException");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Basic", "Basic ", "Basic %%%", "Basic ZXRs", "Bearer", "Bearer x", "Digest a"})
  void whatIsNoCredentialIsRefused(String header) {
    assertThat(caller.get(BRANCHES, "Authorization", header).status()).isEqualTo(401);
  }

  @Test
  void aSecretAndATokenLetInAndNameTheAuthor() {
    assertThat(caller.get(BRANCHES, "Authorization", basic("etl:" + secret)).status())
        .isEqualTo(200);
    String bearer = "Bearer " + token();
    Answer made =
        caller.post(
            "/api/v1/repos/lake/namespaces", "{\"name\":\"sales\"}", "Authorization", bearer);
    assertThat(made.status()).isEqualTo(201);
    Answer log = caller.get("/api/v1/repos/lake/log?limit=1", "Authorization", bearer);
    assertThat(log.json().at("/items/0/author").asText()).isEqualTo("etl");
  }

  @Test
  void aTokenIsRenewedAndAWrongSecretGetsNone() {
    Map<String, String> exchange = new HashMap<>();
    exchange.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
    exchange.put("subject_token", token());
    exchange.put("subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
    assertThat(tokens(exchange).status()).isEqualTo(200);
    exchange.put("subject_token", "varve1.ZXRs.1.x");
    assertThat(tokens(exchange).json().path("error").asText()).isEqualTo("invalid_grant");
    assertThat(tokens(exchange, "Authorization", basic("etl:" + secret)).status()).isEqualTo(200);

    Answer wrong =
        tokens(
            Map.of(
                "grant_type", "client_credentials", "client_id", "etl", "client_secret", "guess"));
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.json().path("error").asText()).isEqualTo("invalid_client");
    assertThat(tokens(Map.of("grant_type", "password")).json().path("error").asText())
        .isEqualTo("unsupported_grant_type");
  }

  @Test
  void whoIsNotKnownCannotFillTheMemory() {
    Answer answer = tokens(Map.of("grant_type", "a".repeat(65 * 1024)));
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.json().at("/error/message").asText()).contains("64KiB");
  }

  @Test
  void anEngineComesInWithItsCredential() throws IOException {
    String uri = "http://127.0.0.1:" + caller.port() + "/iceberg";
    Map<String, String> properties = new HashMap<>();
    properties.put("uri", uri);
    properties.put("warehouse", "lake");
    properties.put("rest.auth.type", "oauth2");
    properties.put("credential", "etl:" + secret);
    try (RESTCatalog catalog = new RESTCatalog()) {
      catalog.initialize("lake", properties);
      catalog.createNamespace(Namespace.of("sales"));
      assertThat(catalog.listNamespaces()).contains(Namespace.of("sales"));
    }
    Answer log =
        caller.get("/api/v1/repos/lake/log?limit=1", "Authorization", basic("etl:" + secret));
    assertThat(log.json().at("/items/0/author").asText()).isEqualTo("etl");

    properties.put("credential", "etl:guess");
    try (RESTCatalog catalog = new RESTCatalog()) {
      assertThatThrownBy(() -> catalog.initialize("lake", properties))
          .isInstanceOf(NotAuthorizedException.class);
    }
  }

  @Test
  void theEndpointsListNamesTheTokensOnlyHere() {
    assertThat(caller.get(CONFIG, "Authorization", basic("etl:" + secret)).body())
        .contains("POST /v1/oauth/tokens");
    try (TestServer open = TestServer.start(directory.resolve("open"))) {
      assertThat(open.caller().get(CONFIG).body()).doesNotContain("oauth");
    }
  }

  @Test
  void aServerDoesNotStartWithoutTheFileItWasTold() {
    Path data = directory.resolve("other");
    assertThatThrownBy(() -> TestServer.start(data, "--auth.credentials", file + "-none"))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining(file + "-none");
    TestServer.start(data).close();
  }
}
