package dev.varve.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.server.http.Caller;
import dev.varve.server.http.Caller.Answer;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A client that changes its own corner of the lake, one request at a time, and knows what must be
 * there: all that was acknowledged, and of the one request that a kill cut off all or nothing.
 *
 * <p>What is known is a map of facts, such as {@code namespace c1 -> 7} (its property {@code n} on
 * {@code main}), {@code rows c1.r -> 12} or {@code ref c1/b3 -> commit id}; what is not there has
 * the value {@link #NOTHING}. Many corners share the branch {@code main}.
 */
final class Corner {
  static final String NOTHING = "nothing";

  /** A value that only the server knew. */
  private static final String NEW = "new";

  private static final String API = "/api/v1/repos/lake";
  private static final String ICEBERG = "/iceberg/v1/lake~main";
  private static final String SCHEMA =
      "{\"type\":\"struct\",\"schema-id\":0,\"fields\":[{\"id\":1,\"name\":\"n\","
          + "\"required\":false,\"type\":\"long\"}]}";

  /** Codes of requests that were refused with nothing done; Iceberg's are numbers. */
  private static final Set<String> REFUSED = Set.of("busy", "ref-moved", "storage-full", "507");

  private final String name;
  private final SortedMap<String, String> known = new TreeMap<>();
  private final List<String> onMain = new ArrayList<>();
  private Optional<Attempt> cutOff = Optional.empty();
  private Optional<Branch> branch = Optional.empty();
  private int last;

  Corner(String name) {
    this.name = name;
    known.put("namespace " + name, NOTHING);
    known.put("table " + name + ".a", NOTHING);
    known.put("table " + name + ".b", NOTHING);
    known.put("rows " + name + ".r", NOTHING);
  }

  /** A request whose answer is not known, and what is true if it was carried out. */
  private record Attempt(String what, SortedMap<String, String> after) {}

  /** The branch this client works on, and the namespaces it has there and not on main. */
  private record Branch(String name, List<String> namespaces) {
    String ref() {
      return "ref " + name;
    }
  }

  /** Hears what became of each request. */
  interface Answers {
    void acknowledged();

    default void refused() {}
  }

  /** Works until the server does not answer any more. */
  void work(Caller server, Random random, Answers answers) {
    try {
      while (true) {
        if (step(server, random)) {
          answers.acknowledged();
        } else {
          answers.refused();
        }
      }
    } catch (UncheckedIOException e) {
      assertThat(cutOff).as("%s was cut off within a request", name).isPresent();
    }
  }

  /** Does one thing; false if it was refused. */
  private boolean step(Caller server, Random random) {
    last++;
    if (is("namespace " + name, NOTHING)) {
      return createNamespace(server, name, "main", Map.of());
    }
    if (is("table " + name + ".a", NOTHING)) {
      return createTable(server, "a");
    }
    if (is("table " + name + ".b", NOTHING)) {
      return createTable(server, "b");
    }
    return switch (random.nextInt(12)) {
      case 0, 1 -> createNamespace(server, name + "_" + last, "main", Map.of());
      case 2 -> setNamespaceProperty(server);
      case 3, 4 -> setPropertiesOfBothTables(server);
      case 5 -> random.nextInt(3) == 0 ? ingest(server, 1 + random.nextInt(5)) : tag(server);
      default -> branch.isEmpty() ? createBranch(server) : onBranch(server, random, branch.get());
    };
  }

  private boolean onBranch(Caller server, Random random, Branch at) {
    return switch (random.nextInt(8)) {
      case 0 -> renameBranch(server, at);
      case 1 -> resetBranch(server, at);
      case 2 -> deleteBranch(server, at);
      case 3, 4 -> at.namespaces().isEmpty() ? deleteBranch(server, at) : merge(server, at);
      default -> commitOnBranch(server, at);
    };
  }

  private boolean createNamespace(
      Caller server, String namespace, String on, Map<String, String> more) {
    TreeMap<String, String> after = new TreeMap<>(more);
    if (on.equals("main")) {
      after.put("namespace " + namespace, String.valueOf(last));
    }
    String body =
        "{\"name\":\"%s\",\"branch\":\"%s\",\"namespaceProperties\":{\"n\":\"%d\"}}"
            .formatted(namespace, on, last);
    return attempt(
        "create namespace " + namespace + " on " + on,
        after,
        () -> server.post(API + "/namespaces", body),
        answer -> committed(answer, on));
  }

  private boolean setNamespaceProperty(Caller server) {
    return attempt(
        "set a property of the namespace",
        Map.of("namespace " + name, String.valueOf(last)),
        () ->
            server.post(
                ICEBERG + "/namespaces/" + name + "/properties",
                "{\"updates\":{\"n\":\"%d\"}}".formatted(last)),
        answer -> Map.of());
  }

  private boolean createTable(Caller server, String table) {
    return attempt(
        "create table " + table,
        Map.of("table " + name + "." + table, String.valueOf(last)),
        () ->
            server.post(
                ICEBERG + "/namespaces/" + name + "/tables",
                "{\"name\":\"%s\",\"schema\":%s,\"properties\":{\"n\":\"%d\"}}"
                    .formatted(table, SCHEMA, last)),
        answer -> Map.of());
  }

  /** Two tables in one commit: both or neither. */
  private boolean setPropertiesOfBothTables(Caller server) {
    String change =
        "{\"identifier\":{\"namespace\":[\"%s\"],\"name\":\"%s\"},\"requirements\":[],"
            + "\"updates\":[{\"action\":\"set-properties\",\"updates\":{\"n\":\"%d\"}}]}";
    String body =
        "{\"table-changes\":[%s,%s]}"
            .formatted(change.formatted(name, "a", last), change.formatted(name, "b", last));
    String next = String.valueOf(last);
    return attempt(
        "set properties of two tables",
        Map.of("table " + name + ".a", next, "table " + name + ".b", next),
        () -> server.post(ICEBERG + "/transactions/commit", body),
        answer -> Map.of());
  }

  private boolean ingest(Caller server, int rows) {
    String fact = "rows " + name + ".r";
    int before = is(fact, NOTHING) ? 0 : Integer.parseInt(known.get(fact));
    String csv = "n,text\n" + (last + ",hello\n").repeat(rows);
    return attempt(
        "ingest " + rows + " rows",
        Map.of(fact, String.valueOf(before + rows)),
        () ->
            server.send(
                "POST",
                API + "/tables/" + name + ".r/rows?format=csv",
                csv,
                "Content-Type",
                "text/csv"),
        answer -> committed(answer, "main"));
  }

  private boolean tag(Caller server) {
    return createRef(server, "/tags", name + "-v" + last);
  }

  private boolean createBranch(Caller server) {
    String created = name + "/b" + last;
    boolean done = createRef(server, "/branches", created);
    if (done) {
      branch = Optional.of(new Branch(created, List.of()));
    }
    return done;
  }

  private boolean createRef(Caller server, String path, String ref) {
    return attempt(
        "create " + ref,
        Map.of("ref " + ref, NEW),
        () -> server.post(API + path, "{\"name\":\"" + ref + "\",\"from\":\"main\"}"),
        answer -> Map.of("ref " + ref, answer.path("commit").asText()));
  }

  private boolean commitOnBranch(Caller server, Branch at) {
    String namespace = name + "_on_branch_" + last;
    known.put("namespace " + namespace, NOTHING);
    List<String> namespaces = new ArrayList<>(at.namespaces());
    namespaces.add(namespace);
    boolean done = createNamespace(server, namespace, at.name(), Map.of(at.ref(), NEW));
    if (done) {
      branch = Optional.of(new Branch(at.name(), namespaces));
    }
    return done;
  }

  private boolean renameBranch(Caller server, Branch at) {
    Branch renamed = new Branch(at.name() + "x", at.namespaces());
    boolean done =
        attempt(
            "rename " + at.name(),
            Map.of(at.ref(), NOTHING, renamed.ref(), known.get(at.ref())),
            () ->
                server.post(
                    API + "/branches-rename",
                    "{\"from\":\"" + at.name() + "\",\"to\":\"" + renamed.name() + "\"}"),
            answer -> Map.of());
    if (done) {
      branch = Optional.of(renamed);
    }
    return done;
  }

  private boolean resetBranch(Caller server, Branch at) {
    boolean done =
        attempt(
            "reset " + at.name(),
            Map.of(at.ref(), NEW),
            () ->
                server.post(
                    API + "/reset",
                    "{\"branch\":\"%s\",\"to\":\"main\",\"expected\":\"%s\"}"
                        .formatted(at.name(), known.get(at.ref()))),
            answer -> Map.of(at.ref(), answer.path("commit").asText()));
    if (done) {
      branch = Optional.of(new Branch(at.name(), List.of()));
    }
    return done;
  }

  private boolean deleteBranch(Caller server, Branch at) {
    boolean done =
        attempt(
            "delete " + at.name(),
            Map.of(at.ref(), NOTHING),
            () ->
                server.delete(API + "/branches/" + at.name() + "?expected=" + known.get(at.ref())),
            answer -> Map.of());
    if (done) {
      branch = Optional.empty();
    }
    return done;
  }

  private boolean merge(Caller server, Branch at) {
    TreeMap<String, String> after = new TreeMap<>();
    at.namespaces().forEach(namespace -> after.put("namespace " + namespace, NEW));
    boolean done =
        attempt(
            "merge " + at.name(),
            after,
            () -> server.post(API + "/merge", "{\"from\":\"" + at.name() + "\",\"into\":\"main\"}"),
            answer -> committed(answer, "main"));
    if (done) {
      branch = Optional.of(new Branch(at.name(), List.of()));
    }
    return done;
  }

  private Map<String, String> committed(JsonNode answer, String on) {
    String commit = answer.at("/commit/id").asText();
    assertThat(commit).as("the commit in %s", answer).hasSize(64);
    if (on.equals("main")) {
      onMain.add(commit);
      return Map.of();
    }
    return Map.of("ref " + on, commit);
  }

  /**
   * @param learned what only the answer tells of the facts
   */
  private boolean attempt(
      String what,
      Map<String, String> after,
      java.util.function.Supplier<Answer> request,
      Function<JsonNode, Map<String, String>> learned) {
    after.keySet().forEach(fact -> known.putIfAbsent(fact, NOTHING));
    cutOff = Optional.of(new Attempt(what, new TreeMap<>(after)));
    Answer answer = request.get();
    cutOff = Optional.empty();
    if (answer.status() / 100 != 2) {
      assertThat(REFUSED).as("%s: %s answered %s", name, what, answer).contains(answer.code());
      return false;
    }
    known.putAll(after);
    if (!answer.body().isEmpty()) {
      known.putAll(learned.apply(answer.json()));
    }
    return true;
  }

  private boolean is(String fact, String value) {
    return known.get(fact).equals(value);
  }

  /** Compares what is known with what is there, and takes over what is there of what was open. */
  void check(LakeCheck lake, String when) {
    lake.requireInOrder(onMain, when + ", client " + name);
    SortedMap<String, String> after = cutOff.map(Attempt::after).orElseGet(TreeMap::new);
    SortedMap<String, String> found = new TreeMap<>();
    known.keySet().forEach(fact -> found.put(fact, lake.read(fact)));
    known.forEach(
        (fact, value) -> {
          if (!after.containsKey(fact) && !value.equals(NEW)) {
            assertThat(found.get(fact)).as("%s: %s", when, fact).isEqualTo(value);
          }
          if (value.equals(NEW)) {
            assertThat(found.get(fact)).as("%s: %s", when, fact).isNotEqualTo(NOTHING);
          }
        });
    cutOff.ifPresent(attempt -> requireAllOrNothing(attempt, found, when));
    known.putAll(found);
    if (cutOff.isPresent()) {
      cutOff = Optional.empty();
      branch = Optional.empty(); // a new one is made, whatever became of this one
    }
  }

  private void requireAllOrNothing(Attempt attempt, Map<String, String> found, String when) {
    boolean nothing =
        attempt.after().keySet().stream().allMatch(fact -> found.get(fact).equals(known.get(fact)));
    boolean all =
        attempt.after().entrySet().stream()
            .allMatch(
                fact ->
                    fact.getValue().equals(NEW)
                        ? !found.get(fact.getKey()).equals(NOTHING)
                        : found.get(fact.getKey()).equals(fact.getValue()));
    assertThat(nothing || all)
        .as("%s: '%s' of %s is wholly there or not at all: %s", when, attempt, name, found)
        .isTrue();
  }

  /** The rows that a query must count, by table. */
  Map<String, String> rows() {
    String fact = "rows " + name + ".r";
    return is(fact, NOTHING) ? Map.of() : Map.of(name + ".r", known.get(fact));
  }
}
