package dev.varve.server;

import dev.varve.server.http.Caller;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server within the test's process, over a data directory of its own. */
public final class TestServer implements AutoCloseable {
  private final Server server;
  private final Caller caller;

  private TestServer(Server server) {
    this.server = server;
    this.caller = new Caller(server.uri().getPort());
  }

  /** Starts a server on a free port. */
  public static TestServer start(Path data, String... settings) {
    List<String> arguments = new ArrayList<>(List.of("--port", "0", "--data", data.toString()));
    arguments.addAll(List.of(settings));
    return new TestServer(
        Server.start(ServerSettings.of(CommandLine.parse(arguments).values(Map.of()))));
  }

  public Caller caller() {
    return caller;
  }

  public Server server() {
    return server;
  }

  @Override
  public void close() {
    server.close();
  }
}
