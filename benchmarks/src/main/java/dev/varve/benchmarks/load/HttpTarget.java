package dev.varve.benchmarks.load;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests to a server: for each client a connection, and requests that an operation makes. */
final class HttpTarget implements Target {
  /** The code of a native error, the type of an Iceberg one. */
  private static final Pattern ERROR = Pattern.compile("\"(?:code|type)\"\\s*:\\s*\"([^\"]+)\"");

  private final String name;
  private final URI server;
  private final Operation operation;
  private final Map<Integer, HttpConnection> connections = new ConcurrentHashMap<>();

  HttpTarget(String name, URI server, Operation operation) {
    this.name = name;
    this.server = server;
    this.operation = operation;
  }

  /** What is asked of a server again and again. */
  interface Operation {
    /** The bytes of the next request of a client. */
    byte[] request(int client, long sequence);

    /** How many requests of a client are prepared for a driver that cannot make them on its way. */
    default int sequences() {
      return 4;
    }

    /** What must be there before; not measured. */
    default void prepare(Setup setup, int clients) throws IOException {}
  }

  /** Sends requests before the load begins; each must succeed, or be refused as it exists. */
  interface Setup {
    /** Returns the body of the answer. */
    String send(byte[] request) throws IOException;
  }

  Operation operation() {
    return operation;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void prepare(int clients) throws IOException {
    try (HttpConnection connection = new HttpConnection(server)) {
      operation.prepare(
          request -> {
            int status = connection.exchange(request);
            if (status / 100 != 2 && status != 409) {
              throw new IOException("answered " + status + ": " + connection.body());
            }
            return connection.body();
          },
          clients);
    }
  }

  @Override
  public void perform(int client, long sequence) throws IOException, Refused {
    HttpConnection connection = connections.get(client);
    if (connection == null) {
      connection = new HttpConnection(server);
      connections.put(client, connection);
    }
    try {
      int status = connection.exchange(operation.request(client, sequence));
      if (status / 100 != 2) {
        throw new Refused(status + " " + kind(connection.body()));
      }
    } catch (IOException e) {
      connections.remove(client).close();
      throw e;
    }
  }

  private static String kind(String body) {
    Matcher error = ERROR.matcher(body);
    return error.find() ? error.group(1) : "?";
  }

  @Override
  public void close() throws IOException {
    for (HttpConnection connection : connections.values()) {
      connection.close();
    }
  }
}
