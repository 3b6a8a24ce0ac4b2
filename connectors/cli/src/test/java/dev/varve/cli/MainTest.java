package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.varve.cli.text.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole commands, over HTTP, against a server that gives prepared answers. */
class MainTest {
  private static final String COMMIT =
      """
      {"id":"3f2a91c0aaaa","parents":["77b0d114bbbb"],"author":"Ada <ada@example.org>",
       "committer":"Ada <ada@example.org>","time":"2026-11-01T08:30:00.5Z","message":"January\\n\\nAll of it",
       "properties":{"run":"7"},"generation":2,"refs":["main","v1"]}
      """
          .replace("\n", "");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> answers = new HashMap<>();
  private final List<String> requests = new ArrayList<>();

  /** How many bytes of an answer do not come. */
  private int missing;

  private final Map<String, Integer> statuses = new TreeMap<>();
  private int status = 200;
  private String input = "";
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/v1/repos/lake/", this::answer);
    server.createContext("/api/v1/backups", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String call =
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI().toString().replace("/api/v1/repos/lake", "");
    requests.add(call + (body.isEmpty() ? "" : " " + body));
    String path = exchange.getRequestURI().getPath();
    byte[] bytes =
        answers
            .getOrDefault(path.substring(path.lastIndexOf('/') + 1), "{}")
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(
        statuses.getOrDefault(path.substring(path.lastIndexOf('/') + 1), status),
        bytes.length + missing);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private int varve(String... arguments) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("VARVE_URL", "http://127.0.0.1:" + server.getAddress().getPort());
    environment.put("VARVE_AUTHOR", "Ada");
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            Optional.empty(),
            false,
            false,
            environment);
    return Main.run(terminal, arguments);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void metricsShowWhatAnEngineReportedOfATable() {
    answers.put(
        "metrics",
        "{\"items\":[{\"time\":\"2026-11-21T11:00:00Z\",\"engine\":\"spark\",\"ref\":\"main\","
            + "\"kind\":\"scan-report\",\"files\":3,\"bytes\":2048,\"millis\":12,"
            + "\"report\":{\"filter\":{\"type\":\"eq\",\"term\":\"id\",\"value\":7}}}]}");

    assertThat(varve("metrics", "sales.orders")).isZero();

    assertThat(requests).containsExactly("GET /tables/sales.orders/metrics?ref=main");
    assertThat(out()).contains("spark", "scan", "3", "12", "\"term\":\"id\"");
  }

  @Test
  void viewsAreListedWithTheirText() {
    answers.put(
        "views",
        "{\"items\":[{\"name\":\"sales.recent\",\"id\":\"1\",\"commit\":\"2\","
            + "\"texts\":[{\"dialect\":\"spark\",\"sql\":\"select *\\n  from orders\"}],"
            + "\"schema\":{\"fields\":[]},\"defaultNamespace\":\"sales\",\"properties\":{}}]}");

    assertThat(varve("views")).isZero();

    assertThat(out()).contains("sales.recent", "spark", "select * from orders");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "serve",
        "status",
        "ingest",
        "sql",
        "tables",
        "schema",
        "files",
        "metrics",
        "views",
        "create",
        "delete",
        "update",
        "alter",
        "column",
        "column add",
        "column rename",
        "column drop",
        "column widen",
        "column move",
        "table",
        "table set-key",
        "table partition-by",
        "table sort-by",
        "rename",
        "drop",
        "namespace",
        "namespace create",
        "namespace list",
        "namespace delete",
        "branch",
        "branch create",
        "branch list",
        "branch rename",
        "branch delete",
        "tag",
        "tag create",
        "tag list",
        "tag delete",
        "log",
        "show",
        "diff",
        "merge",
        "revert",
        "cherry-pick",
        "reset",
        "reflog",
        "fsck",
        "backup",
        "backup create",
        "backup list",
        "backup verify",
        "restore",
        "export",
        "import",
        "repo",
        "repo list",
        "repo create",
        "repo delete",
        "completion",
        "version"
      })
  void everyCommandExplainsItselfWithExamples(String command) {
    assertThat(varve((command + " --help").split(" "))).isZero();
    assertThat(out()).startsWith("Usage: varve " + command).contains("Examples:\n");
    assertThat(err()).isEmpty();
  }

  @Test
  void theHelpListsCommandsAndExitCodes() {
    assertThat(varve("--help")).isZero();
    assertThat(out()).contains("cherry-pick", "Exit codes: 0 done, 1 failed, 2 wrongly typed, 3");
  }

  @ParameterizedTest
  @CsvSource({
    "brnch, \"error: 'varve' has no command 'brnch'|hint: did you mean 'branch'?\"",
    "branch crate x, \"error: 'varve branch' has no command 'crate'|hint: did you mean 'create'?\"",
    "mrege x, \"error: 'varve' has no command 'mrege'|hint: did you mean 'merge'?\"",
    "frobnicate, \"error: 'varve' has no command 'frobnicate'|hint: see 'varve --help'\"",
    "log --onelin, \"error: 'varve log' has no option '--onelin'|hint: did you mean '--oneline'?\"",
    "log a b, \"error: 'varve log' has no argument 'b'|hint: see 'varve log --help'\"",
    "branch, \"error: 'branch' needs one of its commands|hint: see 'varve branch --help'\"",
  })
  void whatIsMistypedIsNamedWithTheNearestRightWord(String typed, String message) {
    assertThat(varve(typed.split(" "))).isEqualTo(2);
    assertThat(err()).isEqualTo(message.replace("\"", "").replace("|", "\n") + "\n");
    assertThat(out()).isEmpty();
  }

  @Test
  void fsckPrintsWhatIsFoundAndEndsWithItsOwnCode() {
    String counts =
        "\"refs\":3,\"reflogEntries\":9,\"commits\":7,\"nodes\":8,\"values\":9,\"bytes\":12000,"
            + "\"metadataFiles\":4,\"manifests\":5,\"dataFiles\":0,\"dataBytes\":0,"
            + "\"unreachable\":0,\"unreachableBytes\":0}}";
    answers.put("fsck", "{\"result\":{\"clean\":true,\"found\":0,\"findings\":[]," + counts);
    assertThat(varve("fsck")).isZero();
    assertThat(out())
        .isEqualTo(
            "checked 7 commits, 8 nodes, 9 values (12.0 kB), 3 refs, 9 reflog entries; 4 metadata"
                + " files, 5 manifests\nclean\n");

    out.reset();
    answers.put(
        "fsck",
        "{\"phase\":\"check\",\"objects\":1,\"bytes\":2,\"files\":3,\"found\":0}\n"
            + "{\"finding\":{\"code\":\"object-missing\",\"message\":\"node 'c0' is missing\","
            + "\"hint\":\"restore\",\"ref\":\"branch 'main'\",\"commit\":\"3f\"}}\n"
            + "{\"result\":{\"clean\":false,\"found\":1,\"findings\":[],"
            + counts);
    assertThat(varve("fsck", "--level", "catalog")).isEqualTo(4);
    assertThat(requests.get(1)).startsWith("POST /fsck?level=catalog&unreachable=false");
    assertThat(out())
        .startsWith(
            "object-missing: node 'c0' is missing\n  reached from branch 'main' through commit"
                + " 3f\n  hint: restore\n")
        .endsWith("1 finding\n");

    out.reset();
    assertThat(varve("fsck", "--json")).isEqualTo(4);
    assertThat(out()).contains("\"findings\":[{\"code\":\"object-missing\"");
  }

  @Test
  void backupsAreMadeListedAndVerified() {
    String check = "{\"number\":2,\"clean\":true,\"objects\":11,\"files\":13,\"found\":0}";
    String made =
        """
        {"number":2,"time":"2026-11-01T08:00:00Z","withFiles":true,"warehouse":"/w",\
        "catalogBytes":396000,"copiedBytes":74000,"copiedFiles":4%s}""";
    answers.put(
        "backups",
        "{\"phase\":\"files\",\"looked\":9,\"files\":4,\"bytes\":9}\n{\"result\":"
            + made.formatted(",\"verified\":" + check)
            + "}\n");
    assertThat(varve("backup", "create", "--with-files", "--verify", "--keep", "3")).isZero();
    assertThat(requests.get(0)).contains("withFiles=true&verify=true&keep=3");
    assertThat(out())
        .isEqualTo(
            """
            made backup 2: 74.0 kB new in the catalog and 4 files, the catalog has 396.0 kB
            verified backup 2: 11 objects, 13 files; clean
            """);

    out.reset();
    answers.put("backups", "{\"items\":[" + made.formatted("") + "]}");
    assertThat(varve("backup", "list")).isZero();
    assertThat(out()).contains("2  2026-11-01T08:00:00Z  yes", "396.0 kB", "74.0 kB");

    out.reset();
    answers.put("verify", "{\"result\":" + check.replace("true", "false") + "}\n");
    assertThat(varve("backup", "verify", "2")).isEqualTo(4);
    assertThat(out()).startsWith("verified backup 2: 11 objects, 13 files; ");
  }

  @Test
  void anExportIsAFileOnlyWhenItIsWhole(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("lake.varve");
    answers.put("archive", "the bytes");
    assertThat(varve("export", file.toString(), "--with-files")).isZero();
    assertThat(requests.get(0)).isEqualTo("GET /archive?withFiles=true");
    assertThat(file).hasContent("the bytes");
    assertThat(varve("export", file.toString())).isEqualTo(2);
    assertThat(err()).contains("exists");

    status = 500;
    answers.put("archive", "{\"error\":{\"code\":\"object-corrupt\",\"message\":\"m\"}}");
    assertThat(varve("export", directory.resolve("other.varve").toString())).isEqualTo(1);
    assertThat(directory).isDirectoryContaining(it -> it.equals(file));
    assertThat(directory).isDirectoryNotContaining(it -> !it.equals(file));
  }

  @Test
  void withoutAServerTheAddressAndTheRemedyAreShown() {
    server.stop(0);

    assertThat(varve("tables")).isEqualTo(1);
    assertThat(err())
        .startsWith("error: no server answers at http://127.0.0.1:")
        .contains("hint: start one with 'varve serve'");
  }

  @Test
  void logShowsCommitsAsBlocksOrLines() {
    answers.put("log", "{\"items\":[" + COMMIT + "]}");

    assertThat(varve("log", "flights", "--since", "2026-11-01")).isZero();
    assertThat(out())
        .isEqualTo(
            """
            commit 3f2a91c0aaaa (main, v1)
            Author: Ada <ada@example.org>
            Date:   2026-11-01T08:30:00Z

                January

                All of it

                run: 7
            """);
    assertThat(requests.get(0))
        .startsWith("GET /log?ref=main&table=flights&since=2026-11-01T00%3A00%3A00Z");

    out.reset();
    assertThat(varve("log", "--graph", "--oneline")).isZero();
    assertThat(out()).isEqualTo("* 3f2a91c0 (main, v1) January\n");
  }

  @Test
  void whoNamesNoCommandIsShownThem() {
    assertThat(varve()).isEqualTo(2);
    assertThat(out()).isEmpty();
    assertThat(err()).startsWith("Usage: varve").contains("Commands:").contains("error: ");
  }

  @Test
  void aLogOfNoTableIsNotTakenForAnEmptyOne() {
    answers.put("log", "{\"items\":[]}");
    answers.put("exp", "{\"error\":{\"code\":\"table-not-found\",\"status\":404}}");
    statuses.put("exp", 404);

    assertThat(varve("log", "exp")).isEqualTo(2);
    assertThat(err())
        .isEqualTo(
            """
            error: no commit of 'main' changed a table 'exp'
            hint: for the log of a branch or tag: varve log --ref exp
            """);
    err.reset();
    answers.put(
        "flights",
        "{\"name\":\"flights\",\"id\":\"i\",\"commit\":\"c\",\"schema\":{\"fields\":[]},"
            + "\"formatVersion\":2,\"location\":\"l\",\"metadataLocation\":\"m\"}");
    int code = varve("log", "flights", "--since", "1h");
    assertThat(err()).isEmpty();
    assertThat(code).isZero();
  }

  @Test
  void refsThatMoveOrGoSayWhereTheyStoodAndHowToUndoIt() {
    String ref = "{\"name\":\"exp\",\"kind\":\"branch\",\"commit\":\"3f2a91c0aaaa\"}";
    answers.put("exp", ref);
    answers.put("reset", ref);
    answers.put("branches-rename", ref);

    assertThat(varve("branch", "delete", "exp")).isZero();
    assertThat(varve("tag", "delete", "exp", "--author", "Bob")).isZero();
    assertThat(varve("branch", "rename", "old", "exp")).isZero();
    assertThat(varve("reset", "exp", "--to", "v1")).isZero();
    assertThat(out())
        .isEqualTo(
            """
            deleted branch 'exp', which stood at 3f2a91c0
            bring it back with: varve branch create exp --from 'exp@{1}'
            deleted tag 'exp', which stood at 3f2a91c0
            bring it back with: varve tag create exp --from 'exp@{1}'
            renamed 'old' to 'exp' at 3f2a91c0
            reset 'exp' to 3f2a91c0
            undo it with: varve reset exp --to 'exp@{1}'
            """);
    assertThat(requests)
        .startsWith(
            "DELETE /branches/exp?author=Ada",
            "DELETE /tags/exp?author=Bob",
            "POST /branches-rename {\"from\":\"old\",\"to\":\"exp\",\"author\":\"Ada\"}");
  }

  @Test
  void conflictsOfMetadataAreListedWithTheirChoicesAndAnsweredById() {
    String conflict =
        "{\"conflict\":{\"table\":\"flights\",\"code\":\"c\",\"message\":\"two names\",\"count\":0,"
            + "\"choice\":{\"id\":\"%s\",\"table\":\"conflicts.metadata\",\"part\":\"p\","
            + "\"ours\":\"'a'\",\"theirs\":\"'b'\",\"winners\":[\"ours\",\"theirs\",\"value\"],"
            + "\"value\":\"column-name\"}},\"open\":%d%s}";
    answers.put(
        "1",
        "{\"items\":["
            + conflict.formatted("3f2a91c07d", 1, "")
            + ","
            + conflict.formatted("77b0d11400", 0, ",\"take\":\"value\",\"value\":\"delay\"")
            + "]}");
    answers.put("prepared-resolve", "{\"resolved\":1,\"open\":0}");

    assertThat(varve("prepared", "conflicts", "merge/1")).isZero();
    assertThat(out())
        .contains("3f2a91c07d  ours|theirs|column-name?  p\n")
        .contains("3f2a91c07d of flights: two names\n")
        .contains("77b0d11400  'delay'")
        .contains("conflicts.metadata");
    answers.put(
        "1",
        "{\"name\":\"merge/1\",\"verb\":\"merge\",\"into\":\"main\",\"from\":\"exp\","
            + "\"source\":\"3f2a91c0\",\"ours\":\"77b0d114\",\"state\":\"conflicted\",\"commit\":"
            + COMMIT
            + ",\"conflicts\":[]}");
    assertThat(
            varve("prepared", "resolve", "merge/1", "--conflict", "3f2a91c07d", "--value", "late"))
        .isZero();
    assertThat(out()).contains("1 conflict resolved, 0 left").contains("finish merge/1");
    assertThat(requests.get(1))
        .isEqualTo(
            "POST /prepared-resolve {\"name\":\"merge/1\",\"conflict\":\"3f2a91c07d\",\"key\":[],"
                + "\"take\":\"value\",\"value\":\"late\",\"author\":\"Ada\"}");
  }

  @Test
  void anAnswerSaysWhyNothingMatchedAndHasOneWinner() {
    answers.put("prepared-resolve", "{\"resolved\":0,\"open\":2}");

    assertThat(
            varve("prepared", "resolve", "merge/1", "t", "--where", "ours.a > 9", "--take", "ours"))
        .isZero();
    assertThat(out())
        .isEqualTo(
            """
            0 conflicts resolved, 2 left
              no conflict is as --where says; list them with: varve prepared conflicts merge/1
            """);

    assertThat(varve("prepared", "resolve", "merge/1", "t", "--take", "ours", "--value", "1"))
        .isEqualTo(2);
    assertThat(err())
        .contains("--take and --value both say")
        .contains("give one of them, not both");
    assertThat(requests).hasSize(1);
  }

  @Test
  void anAnswerThatIsKeptIsNoFailureThoughNobodySaysWhatComesNext() {
    answers.put("prepared-resolve", "{\"resolved\":2,\"open\":0}");
    statuses.put("1", 503);

    assertThat(varve("prepared", "resolve", "merge/1", "t", "--take", "ours")).isZero();

    assertThat(out()).isEqualTo("2 conflicts resolved, 0 left\n");
    assertThat(err())
        .startsWith("what was said is kept, but not what comes next: ")
        .contains("hint: ask again with 'varve prepared show merge/1'");
  }

  @Test
  void whatWaitsForSparkIsFinishedByTheServerIfAsked() {
    answers.put("prepared-finish", "{\"outcome\":\"merged\",\"commit\":" + COMMIT + "}");

    assertThat(varve("prepared", "finish", "merge/1", "--on", "server")).isZero();
    assertThat(varve("prepared", "finish", "merge/1")).isZero();

    assertThat(requests)
        .containsExactly(
            "POST /prepared-finish {\"name\":\"merge/1\",\"author\":\"Ada\",\"rowLimit\":9223372036854775807}",
            "POST /prepared-finish {\"name\":\"merge/1\",\"author\":\"Ada\"}");
    assertThat(out()).contains("next: varve prepared publish merge/1");
  }

  @Test
  void aDiffOnSparkSaysHowToSubmitTheJobOfEachTable() {
    String change =
        "{\"table\":\"%s\",\"kind\":\"%s\",%s\"type\":\"table\",\"schema\":[],\"filesAdded\":%d,"
            + "\"filesRemoved\":0,\"rowsAdded\":0,\"rowsRemoved\":0}";
    answers.put(
        "diff",
        "{\"items\":["
            + String.join(
                ",",
                change.formatted("t", "changed", "", 1),
                change.formatted("late flights", "renamed", "\"from\":\"late\",", 2),
                change.formatted("only", "added", "", 1),
                change.formatted("same", "changed", "", 0))
            + "]}");

    assertThat(varve("diff", "v1", "main~1", "--rows", "--on", "spark")).isZero();

    String submit =
        "spark-submit --packages org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.11.0"
            + " --class dev.varve.spark.DiffJob varve-spark.jar http://127.0.0.1:"
            + server.getAddress().getPort()
            + " lake v1 'main~1' ";
    assertThat(out())
        .isEqualTo(
            "t:\n  compare it: %st\nlate flights:\n  compare it: %s'late flights' --was late\nonly:\n  all rows are added, with the table\n"
                .formatted(submit, submit));
    assertThat(requests.get(0)).doesNotContain("rows=true");
    out.reset();
    assertThat(varve("diff", "v1", "main", "--rows", "--on", "spark", "--json")).as(err()).isZero();
    assertThat(out()).contains("\"command\":\"spark-submit ", "lake v1 main t\"");
    assertThat(varve("diff", "v1", "main", "--on", "spark")).isEqualTo(2);
    assertThat(varve("diff", "v1", "main", "--rows", "--skip-rows", "5", "--on", "spark"))
        .isEqualTo(2);
  }

  @Test
  void aRebaseInConflictNamesTheCommandThatKeepsIt() {
    answers.put(
        "rebase",
        "{\"error\":{\"code\":\"merge-conflict\",\"message\":\"m\",\"details\":{"
            + "\"outcome\":\"conflicted\",\"dryRun\":false,\"before\":\"3f2a91c0\",\"onto\":\"77b0d114\","
            + "\"steps\":[{\"original\":"
            + COMMIT
            + ",\"conflicts\":[{\"table\":\"t\",\"code\":\"c\",\"message\":\"m\",\"hint\":\"h\"}]}]}}}");
    statuses.put("rebase", 409);

    assertThat(varve("rebase", "exp", "--onto", "v1", "--rule", "t.a=greatest(ours.a, theirs.a)"))
        .isEqualTo(3);

    assertThat(err())
        .contains("t: m\n    hint: h\n")
        .endsWith(
            """
            error: cannot rebase 'exp' onto 'v1'
            hint: nothing was changed; keep what is done and say who wins with
              varve rebase exp --onto v1 --rule 't.a=greatest(ours.a, theirs.a)' --prepare
            """);
  }

  @Test
  void aRebaseThatIsKeptSaysWhereItStoppedAndHowToGoOn() {
    answers.put(
        "rebase",
        "{\"outcome\":\"conflicted\",\"dryRun\":false,\"before\":\"3f2a91c0\",\"onto\":\"77b0d114\","
            + "\"steps\":[],\"prepared\":{\"name\":\"merge/1\",\"verb\":\"rebase\",\"into\":\"exp\","
            + "\"from\":\"main\",\"source\":\"3f2a91c0\",\"ours\":\"77b0d114\","
            + "\"state\":\"conflicted\",\"commit\":"
            + COMMIT
            + ",\"conflicts\":[{\"table\":\"t\",\"code\":\"c\",\"message\":\"m\",\"count\":1}],"
            + "\"rebase\":{\"onto\":\"77b0d114\",\"head\":\"3f2a91c0\",\"step\":2,\"steps\":3}}}");

    assertThat(varve("rebase", "exp", "--prepare")).isEqualTo(3);
    assertThat(out())
        .startsWith("stopped at commit 2 of 3, kept as 'merge/1'; 'exp' has not moved\n")
        .contains("varve prepared finish merge/1");
    assertThat(requests.get(0)).contains("\"prepare\":true");
    assertThat(varve("rebase", "exp", "--prepare", "--dry-run")).isEqualTo(2);
  }

  @Test
  void anUpdateSetsEachColumnOnceAndCountsRowsOnce() {
    answers.put(
        "update", "{\"branch\":\"main\",\"rowsAdded\":3,\"rowsRemoved\":3,\"filesAdded\":1}");

    assertThat(varve("update", "t", "--set", "a = b = 1", "--where", "true")).isZero();
    assertThat(out()).startsWith("3 rows updated, 1 file written\n");
    assertThat(requests.get(0)).contains("\"set\":{\"a\":\"b = 1\"}");

    assertThat(varve("update", "t", "--set", "a=1", "--set", "a=2", "--where", "true"))
        .isEqualTo(2);
    assertThat(err()).startsWith("error: column 'a' is set twice\n");
    err.reset();
    assertThat(varve("update", "t", "--set", "a", "--where", "true")).isEqualTo(2);
    assertThat(err()).startsWith("error: cannot read '--set a'\nhint: write COLUMN=EXPRESSION");
  }

  @Test
  void jsonIsTheApisAnswer() {
    answers.put("log", "{\"items\":[" + COMMIT + "],\"next\":\"c1\"}");

    assertThat(varve("log", "--json", "-n", "1")).isZero();
    assertThat(out())
        .startsWith("{\"items\":[{\"id\":\"3f2a91c0aaaa\",\"parents\":[\"77b0d114bbbb\"]")
        .endsWith("],\"next\":\"c1\"}\n");
  }

  @Test
  void anErrorIsJsonTooIfAskedFor() {
    status = 404;
    answers.put(
        "main",
        "{\"error\":{\"code\":\"commit-not-found\",\"message\":\"m\",\"requestId\":\"r\"}}");

    assertThat(varve("show", "--json")).isEqualTo(1);
    assertThat(err())
        .isEqualTo(
            "{\"error\":{\"code\":\"commit-not-found\",\"message\":\"m\",\"requestId\":\"r\"}}\n");
    assertThat(out()).isEmpty();
  }

  @Test
  void aConflictHasAnExitCodeOfItsOwnAndSaysWhatToDo() {
    status = 409;
    answers.put(
        "merge",
        "{\"error\":{\"code\":\"merge-conflict\",\"message\":\"m\"},\"merge\":{\"outcome\":"
            + "\"conflicted\",\"conflicts\":[{\"table\":\"flights\",\"code\":\"c\",\"message\":"
            + "\"both sides changed rows\",\"hint\":\"revert one of them\",\"details\":{"
            + "\"ours-commit\":\"3f2a91c0aaaa\",\"theirs-commit\":\"77b0d114bbbb\"}}]}}");

    assertThat(varve("merge", "experiment", "--into", "main")).isEqualTo(3);
    assertThat(err())
        .isEqualTo(
            """
            error: cannot merge 'experiment' into 'main': 1 conflict
              flights: both sides changed rows
                last changed by 3f2a91c0 in ours, by 77b0d114 in theirs
                hint: revert one of them
            hint: to keep the conflicts and say who wins, give the same command with --prepare
            """);
  }

  @Test
  void cellsInConflictAreShownWithWhatEachSideHas() {
    status = 409;
    answers.put(
        "merge",
        "{\"error\":{\"code\":\"merge-conflict\",\"message\":\"m\"},\"merge\":{\"outcome\":"
            + "\"conflicted\",\"conflicts\":[{\"table\":\"flights\",\"code\":\"rows-conflict\","
            + "\"message\":\"both sides changed rows\",\"hint\":\"choose a side\",\"rows\":{"
            + "\"count\":3,\"rows\":3,\"items\":[{\"kind\":\"changed-on-both-sides\",\"key\":{"
            + "\"id\":1},\"column\":\"delay\",\"base\":null,\"ours\":5,\"theirs\":6},{\"kind\":"
            + "\"removed-in-ours\",\"key\":{\"id\":2},\"base\":{\"id\":2},\"theirs\":{"
            + "\"id\":2}}]}}]}}");

    assertThat(
            varve(
                "merge", "exp", "--strategy", "flights.delay=ours", "--rule", "flights.x=ours.x+1"))
        .isEqualTo(3);

    assertThat(err())
        .isEqualTo(
            """
            error: cannot merge 'exp' into 'main': 1 conflict
              flights: both sides changed rows
                key   column  base      ours  theirs    what happened
                ────  ──────  ────────  ────  ────────  ─────────────────────
                id=1  delay   null      5     6         changed on both sides
                id=2  (row)   {"id":2}  -     {"id":2}  removed in ours
                and 1 more; list them with --skip-conflicts 2
                hint: choose a side
            hint: to keep the conflicts and say who wins, give the same command with --prepare
            """);
    assertThat(requests.toString())
        .contains("\"strategies\":{\"flights.delay\":\"ours\"}")
        .contains("\"rules\":{\"flights.x\":\"ours.x+1\"}");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "--strategy, f.d=ours, --strategy, f.d=theirs, a second strategy for 'f.d'",
        "--strategy, f=ours,   --strategy, f=ours,     a second strategy for 'f'",
        "--strategy, ours,     --strategy, theirs,     a second strategy for the whole merge",
        "--rule,     f.d=1,    --rule,     f.d=2,      a second rule for 'f.d'",
      })
  void whatContradictsItselfIsNotAsked(
      String option, String value, String other, String contradiction, String message) {
    assertThat(varve("merge", "exp", option, value, other, contradiction)).isEqualTo(2);
    assertThat(err()).contains(message);
    assertThat(requests).isEmpty();
  }

  @Test
  void anExplainedConflictHasALevelAndTellsWhatEachSideDidAndADryRunNamesTheWayOut() {
    answers.put(
        "merge",
        "{\"outcome\":\"conflicted\",\"dryRun\":true,\"tables\":[],\"conflicts\":[{"
            + "\"table\":\"flights\",\"code\":\"rows-conflict\",\"message\":\"m\",\"hint\":\"h\","
            + "\"details\":{\"ours\":\"added 1 file\",\"theirs\":\"added 2 files\"},"
            + "\"rows\":{\"count\":1,\"rows\":1,\"items\":[]}}]}");

    assertThat(varve("merge", "exp", "--dry-run", "--explain")).isEqualTo(3);

    assertThat(err())
        .contains("  flights: m\n    ours added 1 file\n    theirs added 2 files\n")
        .endsWith(
            "hint: to keep the conflicts and say who wins, give the same command with --prepare in"
                + " place of --dry-run\n");
    assertThat(out()).containsPattern("flights +conflict +-");
  }

  @Test
  void conflictsAreListedInNarrowColumnsWithWhatHappenedBelow() {
    String message = "both sides changed 'flights', and 3 rows of it differently";
    answers.put(
        "1",
        "{\"items\":[{\"conflict\":{\"table\":\"flights\",\"code\":\"rows-conflict\","
            + "\"message\":\"%s\",\"hint\":\"h\",\"rows\":\"conflicts.flights\",\"count\":3},\"open\":3}]}"
                .formatted(message));

    assertThat(varve("prepared", "conflicts", "merge/1")).isZero();

    assertThat(out())
        .isEqualTo(
            """
            TABLE    OPEN  OF  QUERY              ID  TAKE  WHAT
            ───────  ────  ──  ─────────────────  ──  ────  ────
            flights     3   3  conflicts.flights  -   -     rows
            flights: both sides changed 'flights', and 3 rows of it differently
            """);
  }

  @Test
  void whatIsPreparedAgainAndConflictsNamesTheWayOn() {
    answers.put(
        "prepared-publish",
        "{\"outcome\":\"prepared-again\",\"into\":\"main\",\"merge\":{\"outcome\":\"conflicted\","
            + "\"dryRun\":false,\"tables\":[],\"conflicts\":[]}}");
    String conflict =
        "{\"conflict\":{\"table\":\"t\",\"code\":\"c\",\"message\":\"m\",\"count\":5},\"open\":%d}";
    answers.put("1", "{\"items\":[" + conflict.formatted(2) + "," + conflict.formatted(1) + "]}");

    assertThat(varve("prepared", "publish", "merge/1")).isEqualTo(3);

    assertThat(err())
        .isEqualTo(
            "'main' moved: nothing was published, and 'merge/1' was prepared again on top, and is in"
                + " conflict with it\n"
                + "hint: list 3 open conflicts with 'varve prepared conflicts merge/1', say who wins"
                + " with 'varve prepared resolve merge/1', then 'varve prepared finish merge/1' and"
                + " publish again\n");
  }

  @Test
  void whatComesOfAnAnswerIsSaidWhereItIsGiven() {
    answers.put("prepared-resolve", "{\"resolved\":1,\"open\":2,\"consequence\":\"all goes\"}");

    assertThat(varve("prepared", "resolve", "merge/1", "t", "--take", "theirs")).isZero();

    assertThat(out()).isEqualTo("1 conflict resolved, 2 left\n  note: all goes\n");
  }

  @Test
  void aMovedBranchIsAConflictAsWell() {
    status = 409;
    answers.put("delete", "{\"error\":{\"code\":\"ref-moved\",\"message\":\"branch moved\"}}");

    assertThat(varve("delete", "flights", "--where", "true")).isEqualTo(3);
  }

  @Test
  void writesSendBranchAuthorMessageAndProperties() {
    answers.put("delete", "{\"branch\":\"exp\",\"rowsRemoved\":3,\"commit\":" + COMMIT + "}");

    assertThat(
            varve(
                "delete",
                "flights",
                "--where",
                "delay < 0",
                "-b",
                "exp",
                "-m",
                "Clean",
                "--property",
                "run=7"))
        .isZero();
    assertThat(requests)
        .containsExactly(
            "POST /tables/flights/delete {\"branch\":\"exp\",\"where\":\"delay < 0\","
                + "\"author\":\"Ada\",\"message\":\"Clean\",\"properties\":{\"run\":\"7\"}}");
    assertThat(out()).isEqualTo("3 rows removed\n[exp 3f2a91c0] January\n");
  }

  @Test
  void aTablesLayoutIsGivenAsAListOrTakenAwayByName() {
    answers.put("schema", "{\"branch\":\"main\",\"commit\":" + COMMIT + "}");

    assertThat(varve("table", "set-key", "flights", "carrier", "number")).isZero();
    assertThat(varve("table", "partition-by", "flights", "month(date)")).isZero();
    assertThat(varve("table", "sort-by", "flights", "--none")).isZero();
    assertThat(varve("column", "move", "flights", "fare", "--after", "delay")).isZero();

    assertThat(requests)
        .extracting(request -> request.replaceFirst(".*\"changes\":\\[(.*)].*", "$1"))
        .containsExactly(
            "{\"op\":\"set-key\",\"columns\":[\"carrier\",\"number\"]}",
            "{\"op\":\"partition-by\",\"fields\":[\"month(date)\"]}",
            "{\"op\":\"sort-by\",\"fields\":[]}",
            "{\"op\":\"move-column\",\"column\":\"fare\",\"after\":\"delay\"}");
    assertThat(varve("table", "sort-by", "flights")).isEqualTo(2);
    assertThat(varve("table", "sort-by", "flights", "date", "--none")).isEqualTo(2);
  }

  @Test
  void changesOfATableAreDoneInTheOrderInWhichTheyAreTyped() {
    answers.put("schema", "{\"branch\":\"exp\",\"commit\":" + COMMIT + "}");

    assertThat(
            varve(
                "alter",
                "--no-key",
                "--add",
                "discount  decimal(9,2)",
                "--after=price",
                "orders",
                "--rename",
                "price=list_price",
                "--add",
                "note string",
                "--widen",
                "quantity = bigint",
                "-b",
                "exp",
                "-m",
                "Tidy"))
        .isZero();

    assertThat(requests)
        .containsExactly(
            "POST /tables/orders/schema {\"branch\":\"exp\",\"changes\":["
                + "{\"op\":\"set-key\",\"columns\":[]},"
                + "{\"op\":\"add-column\",\"column\":\"discount\",\"type\":\"decimal(9,2)\","
                + "\"after\":\"price\"},"
                + "{\"op\":\"rename-column\",\"column\":\"price\",\"to\":\"list_price\"},"
                + "{\"op\":\"add-column\",\"column\":\"note\",\"type\":\"string\"},"
                + "{\"op\":\"widen-column\",\"column\":\"quantity\",\"type\":\"bigint\"}],"
                + "\"author\":\"Ada\",\"message\":\"Tidy\"}");
    assertThat(out()).isEqualTo("[exp 3f2a91c0] January\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--drop address.zip | {'op':'drop-column','column':'address.zip'}",
        "--drop \"a=b\" | {'op':'drop-column','column':'a=b'}",
        "--move city | {'op':'move-column','column':'city'}",
        "--move city --after street | {'op':'move-column','column':'city','after':'street'}",
        "--add \"unit_\"\"price\"_double | {'op':'add-column','column':'unit \\\"price','type':'double'}",
        "--rename \"a=b\"=\"c=d\" | {'op':'rename-column','column':'a=b','to':'c=d'}",
        "--rename address.zip=code | {'op':'rename-column','column':'address.zip','to':'code'}",
        "--rename a.b=\"a.c\" | {'op':'rename-column','column':'a.b','to':'a.c'}",
        "--describe price=a=1_b | {'op':'describe-column','column':'price','doc':'a=1 b'}",
        "--describe price= | {'op':'describe-column','column':'price'}",
        "--optional city | {'op':'make-optional','column':'city'}",
        "--key a,\"b,c\" --key d | {'op':'set-key','columns':['a','b,c','d']}",
        "--no-key --drop id --key a | {'op':'set-key','columns':[]},{'op':'drop-column','column':'id'},"
            + "{'op':'set-key','columns':['a']}",
        "--partition-by day(at) --partition-by bucket(16,_id)"
            + " | {'op':'partition-by','fields':['day(at)','bucket(16, id)']}",
        "--sort-by at_desc | {'op':'sort-by','fields':['at desc']}",
        "--no-partition-by --no-sort-by"
            + " | {'op':'partition-by','fields':[]},{'op':'sort-by','fields':[]}",
        "--set a.b=c=d | {'op':'set-properties','properties':{'a.b':'c=d'}}",
        "--set a.b=_ | {'op':'set-properties','properties':{'a.b':' '}}",
        "--unset a.b | {'op':'remove-properties','names':['a.b']}",
      })
  void aChangeOfATableIsSentAsTheApiNamesIt(String typed, String changes) {
    answers.put("schema", "{\"branch\":\"main\",\"commit\":" + COMMIT + "}");

    assertThat(varve(words("alter t " + typed))).isZero();

    assertThat(requests.get(0).replaceFirst(".*\"changes\":\\[(.*)],\"author.*", "$1"))
        .isEqualTo(changes.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "| no change to 't' is said | varve alter t --add \"discount decimal(9,2)\"",
        "--add discount | cannot read '--add discount' | --add \"discount decimal(9,2)\"",
        "--add discount decimal | cannot tell what 'decimal' is for | quote what has spaces in it",
        "--rename price | cannot read '--rename price' | --rename price=list_price",
        "--rename price= | cannot read '--rename price=' | --rename price=list_price",
        "--rename =price | cannot read '--rename =price' | --rename price=list_price",
        "--rename a=b=c | cannot read '--rename a=b=c' | --rename '\"a=b\"=…'",
        "--rename a.b=a.c | cannot read '--rename a.b=a.c' | --rename a.b=c",
        "--widen a=b=long | cannot read '--widen a=b=long' | --widen '\"a=b\"=…'",
        "--drop \"a | cannot read '--drop \"a' | --drop note",
        "--key a,,b | cannot read '--key a,,b' | --key carrier,number",
        "--key a, | cannot read '--key a,' | --key carrier,number",
        "--key a --drop b --key c | '--key' takes back what was said before | the whole list",
        "--key a --no-key | '--no-key' takes back what was said before | the whole list",
        "--after a | '--after a' stands behind no --add and no --move | --after price",
        "--drop a --after b | '--after b' stands behind no --add and no --move | --after price",
        "--move a --after b --after c | '--after c' is the second for one column | behind one",
        "--drop | missing required parameter for option '--drop' | see 'varve alter --help'",
        "--drop --no-key | expected parameter for option '--drop' | see 'varve alter --help'",
        "--partition day(at) | 'varve alter' has no option '--partition' | --partition-by",
      })
  void aChangeThatCannotBeReadIsExplainedAndNothingIsSent(
      String typed, String message, String hint) {
    assertThat(varve(words("alter t " + (typed == null ? "" : typed)))).isEqualTo(2);

    assertThat(err().lines().toList().get(0)).startsWith("error: " + message);
    assertThat(err().lines().toList().get(1)).startsWith("hint: ").contains(hint);
    assertThat(requests).isEmpty();
  }

  /** Words with spaces between them; an underscore is a space in a word. */
  private static String[] words(String text) {
    return Arrays.stream(text.strip().split(" "))
        .map(word -> word.replace('_', ' '))
        .toArray(String[]::new);
  }

  @Test
  void ingestStreamsAFileAndTellsWhatBecameOfIt(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("f.csv"), "a\n1\n");
    answers.put(
        "rows",
        "{\"result\":{\"branch\":\"main\",\"table\":\"t\",\"created\":true,\"rows\":1200,"
            + "\"files\":1,\"bytes\":5240000,\"commit\":"
            + COMMIT
            + "}}\n");

    assertThat(varve("ingest", "t", file.toString(), "--key", "a,b")).isZero();
    assertThat(requests)
        .containsExactly(
            "POST /tables/t/rows?branch=main&format=csv&mode=append&key=a&key=b&author=Ada a\n1\n");
    assertThat(out())
        .isEqualTo("t: created with 1,200 rows in 1 file (5.2 MB)\n[main 3f2a91c0] January\n");
    assertThat(err()).isEmpty();
  }

  @Test
  void aFileThatIsNotThereIsAUsageError() {
    assertThat(varve("ingest", "t", "/nowhere/f.csv")).isEqualTo(2);
    assertThat(err()).isEqualTo("error: cannot read '/nowhere/f.csv': no such file\n");
    assertThat(requests).isEmpty();
  }

  @Test
  void createUnderstandsTheOptionAndTheWords() {
    answers.put("tables", "{\"branch\":\"main\",\"commit\":" + COMMIT + "}");

    assertThat(varve("create", "late", "--as", "SELECT 1")).isZero();
    assertThat(varve("create", "table", "late", "as", "SELECT 1")).isZero();
    assertThat(varve("create", "TABLE", "late", "AS", "SELECT", "1")).isZero();

    assertThat(requests)
        .containsOnly(
            "POST /tables {\"name\":\"late\",\"branch\":\"main\",\"as\":\"SELECT 1\","
                + "\"ref\":\"main\",\"author\":\"Ada\"}");
    assertThat(varve("create", "late")).isEqualTo(2);
  }

  @Test
  void sqlPrintsATableWithNullsAndNumbersAsTheyAre() {
    answers.put(
        "sql",
        "{\"columns\":[{\"name\":\"city\",\"type\":\"VARCHAR\"},"
            + "{\"name\":\"avg\",\"type\":\"DECIMAL(9,2)\"}],"
            + "\"rows\":[[\"Zürich\",1.10],[null,-12.00]],\"truncated\":true}");

    assertThat(varve("sql", "SELECT 1", "--ref", "v1")).isZero();
    assertThat(out())
        .isEqualTo(
            """
            city       avg
            ──────  ──────
            Zürich    1.10
            NULL    -12.00
            (2 rows; there are more)
            """);
    assertThat(requests)
        .containsExactly("POST /sql {\"sql\":\"SELECT 1\",\"ref\":\"v1\",\"format\":\"json\"}");
  }

  @Test
  void sqlPrintsMomentsAsPeopleReadThem() {
    answers.put(
        "sql",
        "{\"columns\":[{\"name\":\"at\",\"type\":\"TIMESTAMP\"},"
            + "{\"name\":\"text\",\"type\":\"VARCHAR\"}],"
            + "\"rows\":[[\"2001-01-01T00:01:00\",\"1T2\"],[null,null]],\"truncated\":false}");

    assertThat(varve("sql", "FROM t")).isZero();
    assertThat(out()).contains("2001-01-01 00:01:00  1T2\n").contains("NULL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "jsonl", "json", "table"})
  void aResultThatBreaksOffSaysSoAndIsNoFile(String format, @TempDir Path directory) {
    answers.put("sql", "{\"columns\":[],\"rows\":[");
    missing = 100;

    Path file = directory.resolve("r." + format);
    assertThat(varve("sql", "FROM t", "--out", file.toString(), "--format", format)).isEqualTo(1);
    assertThat(err())
        .startsWith("error: the server broke off the result: not all of it came\nhint: ")
        .contains("--query.max-rows");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aFileNameThatSaysAnotherFormatIsNotGivenATable(@TempDir Path directory) {
    assertThat(varve("sql", "FROM t", "--out", directory.resolve("r.xlsx").toString()))
        .isEqualTo(2);
    assertThat(err())
        .isEqualTo(
            """
            error: cannot tell the format from the name 'r.xlsx'
            hint: say it with --format, one of table, json, jsonl, csv, arrow, parquet
            """);
    assertThat(requests).isEmpty();
  }

  @Test
  void sqlReadsTheQueryFromStandardInput() {
    input = "SELECT 2\n";
    answers.put("sql", "a\n1\n");

    assertThat(varve("sql", "--format", "csv")).isZero();
    assertThat(out()).isEqualTo("a\n1\n");
    assertThat(requests.get(0)).contains("\"sql\":\"SELECT 2\\n\"", "\"format\":\"csv\"");
  }

  @Test
  void anOutFileAppearsWholeAndSetsTheFormat(@TempDir Path directory) throws IOException {
    answers.put("sql", "PAR1");
    Path file = directory.resolve("r.parquet");

    assertThat(varve("sql", "SELECT 1", "--out", file.toString())).isZero();
    assertThat(file).hasContent("PAR1");
    assertThat(requests.get(0)).contains("\"format\":\"parquet\"");

    status = 400;
    answers.put("sql", "{\"error\":{\"code\":\"sql-invalid\",\"message\":\"m\"}}");
    assertThat(varve("sql", "SELEC", "--out", file.toString())).isEqualTo(1);
    assertThat(file).hasContent("PAR1");
    assertThat(directory.toFile().list()).hasSize(1);
  }

  @Test
  void diffShowsTablesSchemaAndRows() {
    answers.put(
        "diff",
        "{\"items\":[{\"table\":\"flights\",\"kind\":\"changed\",\"schema\":[\"added column x"
            + " int\"],\"filesAdded\":1,\"filesRemoved\":1,\"rowsAdded\":1,\"rowsRemoved\":1200,"
            + "\"rows\":{\"added\":1,\"removed\":3,\"changed\":2,\"filesRead\":2,"
            + "\"summary\":[{\"column\":\"v\",\"changed\":2,\"toNull\":1}],"
            + "\"columns\":[{\"name\":\"id\",\"type\":\"int\"},{\"name\":\"v\","
            + "\"type\":\"string\"}],\"items\":[{\"kind\":\"added\",\"after\":[1,\"a\"]},"
            + "{\"kind\":\"removed\",\"before\":[2,null],\"count\":3},"
            + "{\"kind\":\"changed\",\"before\":[3,\"b\"],\"after\":[3,\"c\"]}],"
            + "\"truncated\":true}},{\"table\":\"late\",\"kind\":\"added\",\"rowsAdded\":7,"
            + "\"filesAdded\":1}]}");

    assertThat(varve("diff", "main", "exp", "--rows", "--skip-rows", "5")).isZero();
    assertThat(requests.get(0)).contains("rows=true&rowOffset=5");
    assertThat(out())
        .isEqualTo(
            """
            changed  flights  +1 -1 files with +1 -1,200 rows
                added column x int
                rows: 1 added, 3 removed, 2 changed (2 files read)
                  v: changed in 2 rows, to NULL in 1
                      id  v
                ────  ──  ─────
                +      1  a
                - ×3   2  NULL
                ~      3  b → c
                … and more rows; go on with --skip-rows 8
            added    late  +1 file with +7 rows
            """);
  }

  @Test
  void aMergeTellsWhatItDid() {
    answers.put(
        "merge",
        "{\"outcome\":\"merged\",\"commit\":"
            + COMMIT
            + ",\"tables\":[{\"table\":\"flights\",\"level\":\"files\",\"action\":\"merged\"}]}");

    assertThat(varve("merge", "exp", "--into", "main", "--no-ff")).isZero();
    assertThat(out()).isEqualTo("  flights: merged (files)\n[main 3f2a91c0] January\n");
    assertThat(requests.get(0)).contains("\"mode\":\"no-ff\"");
    assertThat(varve("merge", "exp", "--no-ff", "--squash")).isEqualTo(2);
  }

  @Test
  void theCompletionScriptKnowsTheCommands() {
    assertThat(varve("completion", "zsh")).isZero();
    assertThat(out()).contains("cherry-pick", "--oneline");
  }
}
