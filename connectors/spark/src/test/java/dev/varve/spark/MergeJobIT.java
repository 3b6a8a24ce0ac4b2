package dev.varve.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.client.CommitOptions;
import dev.varve.client.Merges.ConflictOptions;
import dev.varve.client.Merges.Mode;
import dev.varve.client.Merges.Outcome;
import dev.varve.client.Merges.Prepared;
import dev.varve.client.Merges.Report;
import dev.varve.client.Merges.Resolution;
import dev.varve.client.Merges.Run;
import dev.varve.client.Merges.Take;
import dev.varve.client.RemoteRepository;
import dev.varve.client.Tables.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job as a person submits it, against a running server whose setting leaves all rows to Spark;
 * every test has its own branches.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES) // each submission starts Spark anew
class MergeJobIT {
  @TempDir static Path dir;
  private static TestServer server;
  private static RemoteRepository lake;

  @BeforeAll
  static void start() throws IOException {
    Files.createDirectory(dir.resolve("data"));
    startServer();
  }

  private static void startServer() throws IOException {
    server = TestServer.start(dir.resolve("data"), "--merge.rows=1B");
    lake = server.lake();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static Prepared prepared(String ours, String oursSets, String theirsSets) {
    lake.branches().create(ours, "main", CommitOptions.NONE);
    lake.tables()
        .createAs(
            ours,
            "t",
            "SELECT * FROM (VALUES (1, 'a', 10), (2, 'b', 20), (3, 'c', 30)) AS v(id, name, n)",
            ours,
            new Layout(List.of("id"), List.of(), List.of()),
            CommitOptions.NONE);
    String theirs = ours + "exp";
    lake.branches().create(theirs, ours, CommitOptions.NONE);
    update(ours, oursSets);
    update(theirs, theirsSets);
    return lake.merges()
        .merge(theirs, ours, Mode.AUTO, Run.PREPARE, CommitOptions.NONE, ConflictOptions.NONE)
        .prepared()
        .orElseThrow();
  }

  private static void update(String branch, String set) {
    String[] parts = set.split("=", 2);
    lake.tables()
        .updateRows(
            branch, "t", new TreeMap<>(Map.of(parts[0], parts[1])), "id <= 2", CommitOptions.NONE);
  }

  private static SubmittedJob submit(String prepared) throws IOException, InterruptedException {
    return SubmittedJob.run(dir, lake.url().toString(), lake.name(), prepared);
  }

  private static List<String> rows(String branch) throws IOException {
    return server.rows("SELECT id, name, n FROM t ORDER BY id", branch);
  }

  @Test
  void aMergeThatWasPreparedForSparkIsPublishedByTheJob() throws Exception {
    Prepared prepared = prepared("job", "name=upper(name)", "n=n + 1");

    SubmittedJob job = submit(prepared.name());

    assertThat(job.exit()).as(job.err()).isZero();
    assertThat(job.out().strip()).isEqualTo("merged as " + lake.branches().load("job").commit());
    assertThat(rows("job")).containsExactly("[1, \"A\", 11]", "[2, \"B\", 21]", "[3, \"c\", 30]");
  }

  @Test
  void conflictsEndTheJobAndAreMergedByTheNextOneWhenTheyAreResolved() throws Exception {
    Prepared prepared = prepared("clash", "n=n + 100", "n=n + 1");

    SubmittedJob job = submit(prepared.name());

    assertThat(job.exit()).as(job.err()).isEqualTo(1);
    assertThat(job.err()).contains("t: 2 cells or rows of 't' were changed differently");
    assertThat(job.err()).contains("list them with: varve prepared conflicts " + prepared.name());
    assertThat(rows("clash"))
        .containsExactly("[1, \"a\", 110]", "[2, \"b\", 120]", "[3, \"c\", 30]");

    server.close();
    startServer();
    assertThat(lake.merges().prepared(prepared.name()).conflicts().get(0).count()).isEqualTo(2);
    lake.merges()
        .resolve(
            prepared.name(),
            new Resolution(
                Optional.of("t"),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.of("n"),
                Take.VALUE,
                Optional.of("ours.n * theirs.n")),
            CommitOptions.NONE);
    SubmittedJob again = submit(prepared.name());

    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(rows("clash"))
        .containsExactly("[1, \"a\", 1210]", "[2, \"b\", 2520]", "[3, \"c\", 30]");
  }

  @Test
  void conflictsThatTheJobFoundAreMergedByTheServerIfAsked() throws Exception {
    Prepared prepared = prepared("here", "n=n + 100", "n=n + 1");
    SubmittedJob job = submit(prepared.name());
    assertThat(job.exit()).as(job.err()).isEqualTo(1);
    lake.merges()
        .resolve(
            prepared.name(),
            new Resolution(
                Optional.of("t"),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.of("n"),
                Take.VALUE,
                Optional.of("ours.n * theirs.n")),
            CommitOptions.NONE);
    assertThatThrownBy(() -> lake.merges().finish(prepared.name(), CommitOptions.NONE))
        .hasMessageContaining("what was said of 't' is to be applied on Spark");

    Report finished =
        lake.merges().finish(prepared.name(), CommitOptions.NONE, Optional.of(Long.MAX_VALUE));
    lake.merges().publish(prepared.name(), CommitOptions.NONE);

    assertThat(finished.outcome()).isEqualTo(Outcome.MERGED);
    assertThat(rows("here"))
        .containsExactly("[1, \"a\", 1210]", "[2, \"b\", 2520]", "[3, \"c\", 30]");
  }

  @Test
  void aDiffIsGivenAsLinesOfJson() throws Exception {
    prepared("diff", "name=upper(name)", "n=n + 1");
    lake.tables().rename("diffexp", "t", "u", CommitOptions.NONE);
    String url = lake.url().toString();

    SubmittedJob job =
        SubmittedJob.run(
            DiffJob.class, dir, url, lake.name(), "diff", "diffexp", "u", "--was", "t");

    assertThat(job.exit()).as(job.err()).isZero();
    assertThat(job.out().lines().sorted())
        .containsExactly(
            "{\"kind\":\"changed\",\"before\":{\"id\":1,\"name\":\"A\",\"n\":10},\"after\":{\"id\":1,\"name\":\"a\",\"n\":11}}",
            "{\"kind\":\"changed\",\"before\":{\"id\":2,\"name\":\"B\",\"n\":20},\"after\":{\"id\":2,\"name\":\"b\",\"n\":21}}");
  }

  @Test
  void argumentsThatAreMissingAreNamed() throws Exception {
    SubmittedJob job = SubmittedJob.run(dir, "http://127.0.0.1:1");

    assertThat(job.exit()).isNotZero();
    assertThat(job.err()).contains("give the server's address, the repository, and the prepared");
  }
}
