package dev.varve.client;

import dev.varve.client.Tables.Progress;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.function.Consumer;

/** Sends a file and follows the server's progress, one JSON object to a line. */
final class Ingest {
  private Ingest() {}

  static WriteResult send(
      Transport transport, Call call, Upload upload, Consumer<Progress> progress) {
    Transport.Body body =
        new Transport.Body(
            "application/octet-stream", upload.repeatable(), () -> publisher(upload, progress));
    return Tables.result(
        Events.follow(
            transport,
            transport.stream(call, body, Events.MEDIA_TYPE),
            event -> {
              if (event.has("phase")) {
                progress.accept(Json.read(event, Progress.class));
              }
            }));
  }

  static BodyPublisher publisher(Upload upload, Consumer<Progress> progress) {
    BodyPublisher stream =
        BodyPublishers.ofInputStream(() -> new Counted(upload.open().get(), progress));
    return upload.size().isPresent() && upload.size().getAsLong() > 0
        ? BodyPublishers.fromPublisher(stream, upload.size().getAsLong())
        : stream;
  }

  /** Tells how many bytes were taken from a stream. */
  private static final class Counted extends FilterInputStream {
    private final Consumer<Progress> progress;
    private long bytes;

    Counted(InputStream stream, Consumer<Progress> progress) {
      super(stream);
      this.progress = progress;
    }

    @Override
    public int read() throws IOException {
      int next = super.read();
      if (next >= 0) {
        count(1);
      }
      return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = super.read(buffer, offset, length);
      if (count > 0) {
        count(count);
      }
      return count;
    }

    private void count(int more) {
      bytes += more;
      progress.accept(new Progress("send", 0, bytes, 0));
    }
  }
}
