package dev.varve.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.client.Queries.Query;
import dev.varve.client.Queries.Rows;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VarveClientTest {
  private static final String BUSY = "{\"error\":{\"code\":\"busy\",\"message\":\"too many\"}}";
  private static final String REF = "{\"name\":\"b\",\"kind\":\"branch\",\"commit\":\"c0ffee\"}";
  private static final String RESULT = "{\"branch\":\"main\",\"rows\":2}";

  private FakeServer server;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private VarveException failure(Runnable call) {
    return catchThrowableOfType(VarveException.class, call::run);
  }

  @Test
  void aRefusalKeepsAllThatTheServerSaid() {
    server.answer(
        404,
        "{\"error\":{\"code\":\"branch-not-found\",\"message\":\"no branch 'x'\",\"hint\":\"look\","
            + "\"details\":{\"branch\":\"x\"},\"requestId\":\"r1\"}}");

    VarveException refusal = failure(() -> server.repository().branches().load("x"));

    assertThat(refusal.status()).isEqualTo(404);
    assertThat(refusal.code()).isEqualTo("branch-not-found");
    assertThat(refusal).hasMessage("no branch 'x'");
    assertThat(refusal.hint()).contains("look");
    assertThat(refusal.details().get("branch").asText()).isEqualTo("x");
    assertThat(refusal.requestId()).contains("r1");
    assertThat(refusal.isConflict()).isFalse();
  }

  @Test
  void aCredentialIsSentAndNeverShown() {
    server.answer(200, "{\"status\":\"up\"}");
    Credential credential = Credential.parse("etl:se:cret");
    ClientSettings settings = ClientSettings.of(server.url()).withCredential(credential);

    new VarveClient(settings).health();

    // By: printf etl:se:cret | base64
    assertThat(server.only().header("Authorization")).isEqualTo("Basic ZXRsOnNlOmNyZXQ=");
    assertThat(settings.toString()).contains("etl").doesNotContain("cret");
    for (String wrong : List.of("", "etl", ":secret", "etl:")) {
      assertThat(
              catchThrowableOfType(IllegalArgumentException.class, () -> Credential.parse(wrong)))
          .hasMessageContaining("NAME:SECRET");
    }
  }

  @Test
  void aTakenNameIsNoConflictButAMovedBranchIs() {
    server.answer(409, "{\"error\":{\"code\":\"branch-exists\",\"message\":\"m\"}}");
    server.answer(409, "{\"error\":{\"code\":\"ref-moved\",\"message\":\"m\"}}");
    Branches branches = server.repository().branches();

    assertThat(failure(() -> branches.create("b", "main", CommitOptions.NONE)).isConflict())
        .isFalse();
    assertThat(failure(() -> branches.create("b", "main", CommitOptions.NONE)).isConflict())
        .isTrue();
  }

  @Test
  void anotherServersAnswerIsNotTakenForVarves() {
    server.answer(200, "<html>").answer(404, "<html>").answer(200, "{\"name\":1}");
    RemoteRepository repository = server.repository();

    assertThat(failure(repository::info).code()).isEqualTo("bad-answer");
    assertThat(failure(repository::info)).hasMessageContaining("status 404");
    assertThat(failure(repository::info)).hasMessageContaining("Info.defaultBranch");
  }

  @Test
  void withoutAServerTheTriedAddressIsNamed() {
    URI gone = server.url();
    server.close();

    VarveException failure = failure(() -> VarveClient.connect(gone).health());

    assertThat(failure.code()).isEqualTo("no-server");
    assertThat(failure).hasMessage("no server answers at " + gone);
    assertThat(failure.hint().orElseThrow()).contains("varve serve");
  }

  @Test
  void aBusyServerIsAskedAgainUnderTheSameKey() {
    server.answer(429, Map.of("Retry-After", "0"), BUSY);
    server.answer(503, Map.of("Retry-After", "0"), BUSY).answer(201, REF);

    Ref made = server.repository().branches().create("b", "main", CommitOptions.NONE);

    assertThat(made.commit()).isEqualTo("c0ffee");
    assertThat(server.requests()).hasSize(3);
    assertThat(server.requests().stream().map(request -> request.header("Idempotency-key")))
        .doesNotContain("")
        .containsOnly(server.requests().get(0).header("Idempotency-key"));
  }

  @Test
  void aServerThatStaysBusyIsAskedOnlySoOften() {
    for (int i = 0; i < 9; i++) {
      server.answer(503, Map.of("Retry-After", "0"), BUSY);
    }
    ClientSettings settings = ClientSettings.of(server.url()).withRetries(2);

    VarveException refusal = failure(() -> new VarveClient(settings).repository("lake").info());

    assertThat(refusal.code()).isEqualTo("busy");
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void aLongerWaitThanAllowedFailsAtOnce() {
    server.answer(503, Map.of("Retry-After", "3600"), BUSY);

    assertThat(failure(() -> server.repository().info()).status()).isEqualTo(503);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void otherErrorsAreNotRepeated() {
    server.answer(500, "{\"error\":{\"code\":\"internal\",\"message\":\"m\"}}");

    assertThat(failure(() -> server.repository().info()).status()).isEqualTo(500);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aStreamThatCannotBeReadAgainIsNotSentAgain() {
    server.answer(503, Map.of("Retry-After", "0"), BUSY);
    Upload upload = Upload.stream(stream("a\n1\n"), "csv");

    assertThat(failure(() -> ingest(upload, new ArrayList<>())).status()).isEqualTo(503);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aFileIsSentAgainFromItsFirstByte(@TempDir Path directory) throws IOException {
    server.answer(503, Map.of("Retry-After", "0"), BUSY).answer(200, "{\"result\":" + RESULT + "}");
    Path file = Files.writeString(directory.resolve("t.csv"), "a\n1\n2\n");

    ingest(Upload.file(file, "csv"), new ArrayList<>());

    assertThat(server.requests()).extracting(FakeServer.Request::body).containsOnly("a\n1\n2\n");
    assertThat(server.requests().get(1).header("Content-length")).isEqualTo("6");
  }

  @Test
  void anIngestTellsItsProgress() {
    server.answer(
        200,
        "{\"phase\":\"write\",\"rows\":2,\"bytes\":6,\"percent\":50}\n\n{\"result\":"
            + RESULT
            + "}\n");
    List<Tables.Progress> progress = new ArrayList<>();

    WriteResult result = ingest(Upload.stream(stream("a\n1\n2\n"), "csv"), progress);

    assertThat(result.rows()).contains(2L);
    assertThat(progress)
        .contains(new Tables.Progress("send", 0, 6, 0), new Tables.Progress("write", 2, 6, 50));
    assertThat(server.only().uri())
        .isEqualTo(
            "/api/v1/repos/lake/tables/sales.%22odd%20one%22/rows?branch=main&format=csv"
                + "&mode=append&key=id&partitionBy=month%28date%29&message=a%20%26%20b"
                + "&property=k%3Dv");
  }

  @Test
  void anErrorBehindProgressIsAnError() {
    server.answer(
        200,
        """
        {"phase":"write","rows":2,"bytes":6}
        {"error":{"code":"row-unreadable","message":"line 3","status":400}}
        """);

    VarveException failure =
        failure(() -> ingest(Upload.stream(stream("a"), "csv"), new ArrayList<>()));

    assertThat(failure.code()).isEqualTo("row-unreadable");
    assertThat(failure.status()).isEqualTo(400);
  }

  @Test
  void anIngestWithoutAResultMayHaveHappened() {
    server.answer(200, "{\"phase\":\"write\",\"rows\":2,\"bytes\":6}\n");

    VarveException failure =
        failure(() -> ingest(Upload.stream(stream("a"), "csv"), new ArrayList<>()));

    assertThat(failure.code()).isEqualTo("no-answer");
  }

  private WriteResult ingest(Upload upload, List<Tables.Progress> progress) {
    return server
        .repository()
        .tables()
        .ingest(
            "main",
            "sales.\"odd one\"",
            upload,
            Tables.Mode.APPEND,
            new Tables.Layout(List.of("id"), List.of("month(date)"), List.of()),
            new CommitOptions(
                Optional.empty(), Optional.of("a & b"), new TreeMap<>(Map.of("k", "v"))),
            progress::add);
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void everyChangeOfATableIsNamedAsTheApiNamesIt() {
    server.answer(200, "{\"branch\":\"exp\",\"commit\":null}");
    List<Alteration> changes =
        List.of(
            new Alteration.AddColumn("a.b", "int", Optional.of("c"), Optional.of("d")),
            new Alteration.DropColumn("a"),
            new Alteration.RenameColumn("a", "b"),
            new Alteration.WidenColumn("a", "long"),
            new Alteration.MoveColumn("a", Optional.empty()),
            new Alteration.DescribeColumn("a", Optional.empty()),
            new Alteration.MakeOptional("a"),
            new Alteration.PartitionBy(List.of("day(a)")),
            new Alteration.SortBy(List.of()),
            new Alteration.SetKey(List.of("a", "b")),
            new Alteration.SetProperties(new TreeMap<>(Map.of("k", "v"))),
            new Alteration.RemoveProperties(List.of("k")));

    WriteResult result =
        server.repository().tables().alter("exp", "sales.t", changes, CommitOptions.NONE);

    assertThat(result.commit()).isEmpty();
    assertThat(server.only().method()).isEqualTo("POST");
    assertThat(server.only().uri()).isEqualTo("/api/v1/repos/lake/tables/sales.t/schema");
    assertThat(server.only().body())
        .isEqualTo(
            """
            {"branch":"exp","changes":[\
            {"op":"add-column","column":"a.b","type":"int","after":"c","doc":"d"},\
            {"op":"drop-column","column":"a"},\
            {"op":"rename-column","column":"a","to":"b"},\
            {"op":"widen-column","column":"a","type":"long"},\
            {"op":"move-column","column":"a"},\
            {"op":"describe-column","column":"a"},\
            {"op":"make-optional","column":"a"},\
            {"op":"partition-by","fields":["day(a)"]},\
            {"op":"sort-by","fields":[]},\
            {"op":"set-key","columns":["a","b"]},\
            {"op":"set-properties","properties":{"k":"v"}},\
            {"op":"remove-properties","names":["k"]}]}""");
  }

  @Test
  void aListIsReadPageByPageAndOnlyAsFarAsNeeded() {
    server.answer(200, "{\"items\":[" + REF + "," + REF + "],\"next\":\"a b\"}");
    server.answer(200, "{\"items\":[" + REF + "]}");
    Listing<Ref> refs = server.repository().branches().list("team/");

    assertThat(refs.stream().limit(2)).hasSize(2);
    assertThat(server.requests()).hasSize(1);
    server.answer(200, "{\"items\":[" + REF + "]}");
    assertThat(refs.page(Optional.of("a b"), 7).next()).isEmpty();
    assertThat(server.requests().get(1).uri())
        .isEqualTo("/api/v1/repos/lake/branches?prefix=team%2F&after=a%20b&limit=7");
  }

  @Test
  void rowsComeAsTheyAreReadWithNumbersAsWritten() throws IOException {
    server.answer(
        200,
        "{\"columns\":[{\"name\":\"n\",\"type\":\"DECIMAL(9,2)\"}],"
            + "\"rows\":[[1.10],[null],[12345678901234567890]],\"truncated\":true}");

    List<String> cells = new ArrayList<>();
    try (Rows rows = server.repository().queries().run(query())) {
      assertThat(rows.columns()).containsExactly(new Queries.Column("n", "DECIMAL(9,2)"));
      rows.forEachRemaining(row -> cells.add(row.get(0).asText()));
      assertThat(rows.truncated()).isTrue();
    }

    assertThat(cells).containsExactly("1.10", "null", "12345678901234567890");
  }

  @Test
  void aResultThatBreaksOffIsNotTakenForAWholeOne() throws IOException {
    server.answer(200, "{\"columns\":[{\"name\":\"n\",\"type\":\"INTEGER\"}],\"rows\":[[1],[2]");

    try (Rows rows = server.repository().queries().run(query())) {
      List<List<JsonNode>> read = new ArrayList<>();
      assertThat(failure(() -> rows.forEachRemaining(read::add)).code()).isEqualTo("no-answer");
      assertThat(read).hasSize(2);
    }
  }

  private static Query query() {
    return new Query("SELECT 1", "main", Optional.of(10L), Optional.empty());
  }

  @Test
  void conflictsOfAMergeAreAResult() {
    server.answer(
        409,
        "{\"error\":{\"code\":\"merge-conflict\",\"message\":\"m\"},\"merge\":{"
            + "\"outcome\":\"conflicted\",\"tables\":[],\"conflicts\":["
            + "{\"table\":\"t\",\"code\":\"rows\",\"message\":\"both changed it\"}]}}");

    Merges.Report report =
        server
            .repository()
            .merges()
            .merge("a", "main", Merges.Mode.NO_FF, Merges.Run.REAL, CommitOptions.NONE);

    assertThat(report.outcome()).isEqualTo(Merges.Outcome.CONFLICTED);
    assertThat(report.conflicts()).extracting(Merges.Conflict::table).containsExactly("t");
    assertThat(server.only().body())
        .isEqualTo("{\"from\":\"a\",\"into\":\"main\",\"mode\":\"no-ff\",\"dryRun\":false}");
  }

  @Test
  void slashesOfRefsStayInPathsAndOtherCharactersAreEncoded() {
    server.answer(200, REF);

    server.repository().branches().load("team/a b%c");

    assertThat(server.only().uri()).isEqualTo("/api/v1/repos/lake/branches/team/a%20b%25c");
  }
}
