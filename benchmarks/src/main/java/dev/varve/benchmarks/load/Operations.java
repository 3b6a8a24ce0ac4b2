package dev.varve.benchmarks.load;

import dev.varve.benchmarks.load.HttpTarget.Operation;
import dev.varve.benchmarks.load.HttpTarget.Setup;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can be asked of a server, by name. */
final class Operations {
  private static final String API = "/api/v1/repos/lake";
  private static final String ICEBERG = "/iceberg/v1/lake~main";
  private static final String NAMESPACE = "bench";
  private static final String TABLES = ICEBERG + "/namespaces/" + NAMESPACE + "/tables";

  /** Twenty columns, as a table of some size has. */
  private static final int COLUMNS = 20;

  /** Begins names that no other run has used. */
  private final String run = Long.toString(System.nanoTime(), Character.MAX_RADIX);

  private Operations() {}

  /** All operations, in the order of their names; each call's make names of their own. */
  static Map<String, Operation> all() {
    return new Operations().byName();
  }

  private Map<String, Operation> byName() {
    Map<String, Operation> all = new TreeMap<>();
    all.put("ping", (client, sequence) -> HttpConnection.request("GET", "/healthz"));
    all.put("commit", (client, sequence) -> commit(client, sequence, "main"));
    all.put("commit-branches", new CommitOnOwnBranch());
    all.put("toggle", this::toggle);
    all.put(
        "branch",
        (client, sequence) ->
            HttpConnection.post(
                API + "/branches", "{\"name\":\"" + unique(client, sequence) + "\"}"));
    all.put(
        "table-load",
        new OnTables(
            true,
            table -> HttpConnection.request("GET", API + "/tables/" + NAMESPACE + "." + table)));
    all.put(
        "iceberg-load",
        new OnTables(true, table -> HttpConnection.request("GET", TABLES + "/" + table)));
    all.put("iceberg-commit", new SetProperty(true));
    all.put("iceberg-commit-one-table", new SetProperty(false));
    String appends = ICEBERG + "/namespaces/appends" + run;
    all.put("prepared-append", new PreparedAppends(appends, true));
    all.put("prepared-append-one-table", new PreparedAppends(appends, false));
    return all;
  }

  private byte[] commit(int client, long sequence, String branch) {
    return HttpConnection.post(
        API + "/namespaces",
        "{\"name\":\"n%s\",\"branch\":\"%s\"}".formatted(unique(client, sequence), branch));
  }

  /** Creates and drops a namespace in turn: commits that can be sent again and again. */
  private byte[] toggle(int client, long sequence) {
    return sequence % 2 == 0
        ? commit(client, 0, "main")
        : HttpConnection.request("DELETE", API + "/namespaces/n" + unique(client, 0));
  }

  private String unique(int client, long sequence) {
    return run + "-" + client + "-" + sequence;
  }

  /** Single-key commits, each client on a branch of its own. */
  private final class CommitOnOwnBranch implements Operation {
    @Override
    public void prepare(Setup setup, int clients) throws IOException {
      for (int client = 0; client < clients; client++) {
        setup.send(HttpConnection.post(API + "/branches", "{\"name\":\"" + branch(client) + "\"}"));
      }
    }

    @Override
    public byte[] request(int client, long sequence) {
      return commit(client, sequence, branch(client));
    }

    private String branch(int client) {
      return run + "/" + client;
    }
  }

  /** Requests about tables, which are made before. */
  private static class OnTables implements Operation {
    private static final Pattern UUID = Pattern.compile("\"table-uuid\":\"([^\"]+)\"");

    private final boolean each;
    private final Function<String, byte[]> request;
    private final Map<String, String> uuids = new HashMap<>();

    /**
     * @param each whether each client has a table of its own
     */
    OnTables(boolean each, Function<String, byte[]> request) {
      this.each = each;
      this.request = request;
    }

    @Override
    public void prepare(Setup setup, int clients) throws IOException {
      setup.send(
          HttpConnection.post(ICEBERG + "/namespaces", "{\"namespace\":[\"" + NAMESPACE + "\"]}"));
      for (int client = 0; client < (each ? clients : 1); client++) {
        String table = table(client);
        setup.send(
            HttpConnection.post(
                TABLES, "{\"name\":\"%s\",\"schema\":%s}".formatted(table, schema())));
        String loaded = setup.send(HttpConnection.request("GET", TABLES + "/" + table));
        Matcher uuid = UUID.matcher(loaded);
        if (!uuid.find()) {
          throw new IOException("a table without an id: " + loaded);
        }
        uuids.put(table, uuid.group(1));
      }
    }

    @Override
    public byte[] request(int client, long sequence) {
      return request.apply(table(client));
    }

    String table(int client) {
      return each ? "t" + client : "shared";
    }

    String uuid(int client) {
      return uuids.get(table(client));
    }

    private static String schema() {
      StringBuilder fields = new StringBuilder();
      for (int id = 1; id <= COLUMNS; id++) {
        fields
            .append(id == 1 ? "" : ",")
            .append(
                "{\"id\":%d,\"name\":\"column_%d\",\"required\":false,\"type\":\"%s\"}"
                    .formatted(id, id, id % 2 == 0 ? "long" : "string"));
      }
      return "{\"type\":\"struct\",\"schema-id\":0,\"fields\":[" + fields + "]}";
    }
  }

  /** Iceberg commits that set one property, as clients send them: for a table of this id. */
  private static final class SetProperty extends OnTables {
    SetProperty(boolean each) {
      super(each, table -> new byte[0]);
    }

    @Override
    public byte[] request(int client, long sequence) {
      return HttpConnection.post(
          TABLES + "/" + table(client),
          ("{\"requirements\":[{\"type\":\"assert-table-uuid\",\"uuid\":\"%s\"}],"
                  + "\"updates\":[{\"action\":\"set-properties\","
                  + "\"updates\":{\"client-%d\":\"%d\"}}]}")
              .formatted(uuid(client), client, sequence));
    }
  }
}
