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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More requests than a server takes at once, and slow ones beside quick ones, over real HTTP. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class BackpressureTest {
  private static final int CLIENTS = 24;
  private static final int COMMITS = 10;
  private static final String LAKE = ApiTest.LAKE;

  @TempDir Path directory;

  private final AtomicInteger refused = new AtomicInteger();

  @Test
  void tooManyAreToldToComeBackAndThoseWhoDoGetThrough() throws Exception {
    try (TestServer server = start("--http.max-requests", "4")) {
      ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
      try {
        List<Callable<Void>> clients = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
          int number = client;
          clients.add(() -> commitUntilAllIsTaken(new Caller(server.caller().port()), number));
        }
        for (Future<Void> done : threads.invokeAll(clients)) {
          done.get();
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(refused).as("requests that were told to come back").hasPositiveValue();
      assertThat(server.server().running()).as("nothing is left inside").isZero();
      // Each was done once, however often it was sent: a refused one was not done at all.
      Answer log = server.caller().get(LAKE + "/log?limit=1000");
      assertThat(log.json().path("items")).hasSize(1 + CLIENTS * COMMITS);
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
      for (int i = 0; i < 50; i++) {
        assertThat(commit(server.caller(), "quick" + i).status()).isEqualTo(201);
      }
      assertThat(server.server().running()).as("the upload still runs").isEqualTo(1);
      send(upload, "\n1,2\n3,4");
      slow.setSoTimeout(30_000);
      String answer = new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 20");
      assertThat(server.caller().get(LAKE + "/tables/slow").status()).isEqualTo(200);
    }
  }

  private Void commitUntilAllIsTaken(Caller caller, int client) {
    for (int i = 0; i < COMMITS; i++) {
      Answer answer = commit(caller, "n" + client + "_" + i);
      while (answer.status() == 429) {
        refused.incrementAndGet();
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
}
