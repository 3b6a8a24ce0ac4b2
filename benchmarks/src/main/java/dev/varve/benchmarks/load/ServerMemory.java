package dev.varve.benchmarks.load;

import dev.varve.benchmarks.catalog.LargeLake;
import dev.varve.benchmarks.report.Result;
import dev.varve.benchmarks.report.ResultFile;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reports the memory of a server process over a {@link LargeLake} while clients page through all
 * its tables and all its branches, load tables, commit, diff and branch. Each request must succeed.
 *
 * <p>Usage: {@code ServerMemory [--json FILE] URL PID TABLES BRANCHES}. The heap is what is left in
 * use after a full collection; the resident set is the kernel's, with RocksDB and DuckDB.
 */
public final class ServerMemory {
  private static final String API = "/api/v1/repos/lake";
  private static final int CLIENTS = 16;
  private static final int REQUESTS_PER_CLIENT = 1_000;
  private static final int PAGE = 1_000;
  private static final int TABLES_PER_NAMESPACE = 1_000;
  private static final Pattern NEXT = Pattern.compile("\"next\":\"([^\"]+)\"");
  private static final Pattern NAME = Pattern.compile("\"name\":\"");
  private static final Pattern USED = Pattern.compile("used (\\d+)K");
  private static final Pattern KIBIBYTES = Pattern.compile("(Vm\\w+):\\s+(\\d+) kB");

  private final URI server;
  private final String pid;
  private final int tables;
  private final int branches;
  private final ResultFile results;

  private ServerMemory(URI server, String pid, int tables, int branches, ResultFile results) {
    this.server = server;
    this.pid = pid;
    this.tables = tables;
    this.branches = branches;
    this.results = results;
  }

  /** Runs the report. */
  public static void main(String[] arguments) throws Exception {
    Deque<String> words = new ArrayDeque<>(List.of(arguments));
    ResultFile results = ResultFile.take(words, "ServerMemory");
    new ServerMemory(
            URI.create(words.remove()),
            words.remove(),
            Integer.parseInt(words.remove()),
            Integer.parseInt(words.remove()),
            results)
        .run();
  }

  private void run() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS + 2);
    List<Future<Long>> asked = new ArrayList<>();
    try {
      asked.add(clients.submit(() -> pageThrough(API + "/tables?limit=" + PAGE, tables)));
      asked.add(
          clients.submit(
              () -> pageThrough(API + "/branches?prefix=many/&limit=" + PAGE, branches)));
      for (int client = 0; client < CLIENTS; client++) {
        int number = client;
        asked.add(clients.submit(() -> mixed(number)));
      }
      long requests = 0;
      for (Future<Long> each : asked) {
        requests += each.get();
      }
      tell("requests", "requests", requests);
    } finally {
      clients.shutdownNow();
    }
    Map<String, Long> resident = resident();
    tell("resident set, at the most", "MiB", resident.get("VmHWM") >> 10);
    tell("resident set", "MiB", resident.get("VmRSS") >> 10);
    jcmd("GC.run");
    tell("heap", "MiB", heapBytes() >> 20);
  }

  /** Returns how many requests it took. */
  private long pageThrough(String list, int expected) throws IOException {
    long requests = 0;
    int items = 0;
    try (HttpConnection connection = new HttpConnection(server)) {
      Optional<String> next = Optional.of("");
      while (next.isPresent()) {
        String cursor = next.get().isEmpty() ? "" : "&after=" + next.get();
        String page = send(connection, HttpConnection.request("GET", list + cursor));
        requests++;
        items += (int) NAME.matcher(page).results().count();
        next = NEXT.matcher(page).results().map(match -> match.group(1)).findFirst();
      }
    }
    if (items < expected) {
      throw new IllegalStateException(list + " lists " + items + " of " + expected);
    }
    return requests;
  }

  private long mixed(int client) throws IOException {
    SplittableRandom random = new SplittableRandom(client);
    try (HttpConnection connection = new HttpConnection(server)) {
      for (int i = 0; i < REQUESTS_PER_CLIENT; i++) {
        send(connection, request(random, client, i));
      }
    }
    return REQUESTS_PER_CLIENT;
  }

  private byte[] request(SplittableRandom random, int client, int sequence) {
    int table = random.nextInt(tables);
    String namespace = "ns_" + table / TABLES_PER_NAMESPACE;
    String branch = LargeLake.BRANCHES + "%06d".formatted(random.nextInt(branches));
    return switch (sequence % 8) {
      case 0, 1 -> get(API + "/tables/%s.table_%d".formatted(namespace, table));
      case 2 ->
          get("/iceberg/v1/lake~main/namespaces/%s/tables/table_%d".formatted(namespace, table));
      case 3 -> get(API + "/tables?limit=20&namespace=" + namespace);
      case 4 ->
          HttpConnection.post(
              API + "/namespaces",
              "{\"name\":\"new_%d_%d\",\"branch\":\"%s\"}".formatted(client, sequence, branch));
      case 5 -> get(API + "/diff?from=main&to=" + branch);
      case 6 ->
          HttpConnection.post(
              API + "/branches", "{\"name\":\"new/%d-%d\"}".formatted(client, sequence));
      default -> get(API + "/log?limit=100&ref=" + branch);
    };
  }

  private static byte[] get(String path) {
    return HttpConnection.request("GET", path);
  }

  private static String send(HttpConnection connection, byte[] request) throws IOException {
    int status = connection.exchange(request);
    String body = connection.body();
    if (status / 100 != 2) {
      String line = new String(request, StandardCharsets.UTF_8).lines().findFirst().orElse("");
      throw new IOException("%s was answered %d: %s".formatted(line, status, body));
    }
    return body;
  }

  private long heapBytes() throws IOException, InterruptedException {
    Matcher used = USED.matcher(jcmd("GC.heap_info"));
    if (!used.find()) {
      throw new IOException("jcmd does not say how much of the heap is used");
    }
    return Long.parseLong(used.group(1)) << 10;
  }

  private String jcmd(String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), pid, command)
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("jcmd failed: " + printed);
    }
    return printed;
  }

  /** What the kernel says of the server's memory, in KiB. */
  private Map<String, Long> resident() throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    KIBIBYTES
        .matcher(Files.readString(Path.of("/proc", pid, "status")))
        .results()
        .forEach(size -> sizes.put(size.group(1), Long.valueOf(size.group(2))));
    return sizes;
  }

  private void tell(String what, String unit, long value) {
    System.out.printf(Locale.ROOT, "%,12d %-9s %s%n", value, unit, what);
    TreeMap<String, String> parameters = new TreeMap<>();
    parameters.put("keys", String.valueOf(tables));
    parameters.put("refs", String.valueOf(branches));
    results.add(Result.of("memory." + what, parameters, unit, (double) value));
  }
}
