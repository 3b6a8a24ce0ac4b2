package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.TestServer;
import dev.varve.server.http.Caller;
import dev.varve.server.http.Caller.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More requests than a server takes at once, and slow ones beside quick ones, over real HTTP. */
class BackpressureTest {
  private static final int CLIENTS = 24;
  private static final int COMMITS = 10;
  private static final int PLACES = 4;
  private static final String LAKE = ApiTest.LAKE;

  @TempDir Path directory;

  /** Counts the clients that were told to come back. */
  private final CountDownLatch refused = new CountDownLatch(CLIENTS);

  @Test
  void tooManyAreToldToComeBackAndThoseWhoDoGetThrough() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try (TestServer server = start("--http.max-requests", Integer.toString(PLACES))) {
      List<SlowCommit> slow = new ArrayList<>();
      for (int place = 0; place < PLACES; place++) {
        slow.add(SlowCommit.begin(server.caller().port(), "slow" + place));
      }
      awaitRunning(server, PLACES);
      List<Future<Void>> clients = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        int number = client;
        clients.add(
            threads.submit(
                () -> commitUntilAllIsTaken(new Caller(server.caller().port()), number)));
      }
      // All places are taken until each client has been told.
      refused.await();
      for (SlowCommit each : slow) {
        assertThat(each.end()).startsWith("HTTP/1.1 201");
      }
      for (Future<Void> done : clients) {
        done.get();
      }
      assertThat(server.server().running()).as("nothing is left inside").isZero();
      // Each was done once, however often it was sent: a refused one was not done at all.
      Answer log = server.caller().get(LAKE + "/log?limit=1000");
      assertThat(log.json().path("items")).hasSize(1 + PLACES + CLIENTS * COMMITS);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void awaitRunning(TestServer server, int count) {
    while (server.server().running() < count) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aSlowUploadHoldsUpNobody() throws Exception {
    try (TestServer server = start();
        Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.caller().port())) {
      OutputStream upload = slow.getOutputStream();
      send(
          upload,
          "POST "
              + LAKE
              + "/tables/slow/rows?format=csv HTTP/1.1\r\nHost: localhost\r\n"
              + "Content-Type: text/csv\r\nContent-Length: 12\r\nConnection: close\r\n\r\nid,n");
      awaitRunning(server, 1);
      for (int i = 0; i < 50; i++) {
        assertThat(commit(server.caller(), "quick" + i).status()).isEqualTo(201);
      }
      assertThat(server.server().running()).as("the upload still runs").isEqualTo(1);
      send(upload, "\n1,2\n3,4");
      assertThat(answer(slow)).startsWith("HTTP/1.1 20");
      assertThat(server.caller().get(LAKE + "/tables/slow").status()).isEqualTo(200);
    }
  }

  private Void commitUntilAllIsTaken(Caller caller, int client) {
    boolean told = false;
    for (int i = 0; i < COMMITS; i++) {
      Answer answer = commit(caller, "n" + client + "_" + i);
      while (answer.status() == 429) {
        if (!told) {
          told = true;
          refused.countDown();
        }
        assertThat(answer.code()).isEqualTo("busy");
        assertThat(answer.header("Retry-After")).contains("1");
        assertThat(answer.hint()).contains("nothing was done");
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        answer = commit(caller, "n" + client + "_" + i);
      }
      assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    }
    return null;
  }

  private static Answer commit(Caller caller, String namespace) {
    return caller.post(LAKE + "/namespaces", "{\"name\":\"" + namespace + "\"}");
  }

  private TestServer start(String... settings) {
    return TestServer.start(directory.resolve("data"), settings);
  }

  private static void send(OutputStream to, String text) throws IOException {
    to.write(text.getBytes(StandardCharsets.US_ASCII));
    to.flush();
  }

  private static String answer(Socket from) throws IOException {
    return new String(from.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** A commit whose body takes as long as it likes: it has a place meanwhile. */
  private record SlowCommit(Socket socket, String rest) {
    static SlowCommit begin(int port, String namespace) throws IOException {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      String body = "{\"name\":\"" + namespace + "\"}";
      send(
          socket.getOutputStream(),
          "POST "
              + LAKE
              + "/namespaces HTTP/1.1\r\nHost: localhost\r\n"
              + "Content-Type: application/json\r\nContent-Length: "
              + body.length()
              + "\r\nConnection: close\r\n\r\n"
              + body.charAt(0));
      return new SlowCommit(socket, body.substring(1));
    }

    /** Sends the rest; returns the answer. */
    String end() throws IOException {
      try (socket) {
        send(socket.getOutputStream(), rest);
        return BackpressureTest.answer(socket);
      }
    }
  }
}
