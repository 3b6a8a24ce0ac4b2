package dev.varve.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.varve.cli.text.Terminal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a few typical commands against canned answers, so that the launcher can record which classes
 * they load (class-data sharing). Talks to itself only, and prints nothing.
 */
public final class Rehearsal {
  private static final String ID = "0".repeat(64);
  private static final String COMMIT =
      """
      {"id":"%s","parents":["%s"],"author":"a","committer":"a","time":"2026-11-01T00:00:00Z",
       "message":"m","properties":{"k":"v"},"generation":1,"refs":["main"]}
      """
          .formatted(ID, ID);

  private Rehearsal() {}

  /** Plays the commands once. */
  public static void main(String[] arguments) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", Rehearsal::answer);
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    Terminal terminal =
        new Terminal(
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            new ByteArrayInputStream("a\n1\n".getBytes(StandardCharsets.UTF_8)),
            Optional.of(100),
            true,
            true,
            Map.of("VARVE_URL", url));
    for (String command :
        new String[] {
          "--help",
          "log --graph",
          "log --json -n 1",
          "sql FROM_t",
          "branch list",
          "branch create b",
          "ingest t -",
          "delete t --where true",
          "diff a b",
          "merge a",
          "nothing"
        }) {
      Main.run(terminal, command.split(" "));
    }
    server.stop(0);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    String path = exchange.getRequestURI().getPath();
    byte[] body = body(path).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(path.endsWith("/merge") ? 409 : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String body(String path) {
    if (path.endsWith("/log")) {
      return "{\"items\":[" + COMMIT + "]}";
    } else if (path.endsWith("/sql")) {
      return "{\"columns\":[{\"name\":\"n\",\"type\":\"BIGINT\"}],\"rows\":[[1.5]],"
          + "\"truncated\":false}";
    } else if (path.endsWith("/branches")) {
      return "{\"name\":\"b\",\"kind\":\"branch\",\"commit\":\"" + ID + "\",\"items\":[]}";
    } else if (path.endsWith("/merge")) {
      return "{\"error\":{\"code\":\"merge-conflict\",\"message\":\"m\",\"hint\":\"h\"}}";
    }
    String result = "{\"branch\":\"main\",\"rows\":1,\"commit\":" + COMMIT.replace("\n", "") + "}";
    return path.endsWith("/rows") ? "{\"result\":" + result + "}\n" : result;
  }
}
