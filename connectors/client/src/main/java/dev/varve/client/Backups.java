package dev.varve.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** The backups of a server, of all its repositories. */
public final class Backups {
  private static final String PATH = "/api/v1/backups";

  private final Transport transport;

  Backups(Transport transport) {
    this.transport = transport;
  }

  /** What is backed up. */
  public enum Content {
    /** The history and all table metadata. */
    CATALOG,
    /** Also the files of the warehouse that no backup has yet. */
    CATALOG_AND_FILES
  }

  /** Whether a backup is verified at once. */
  public enum Verification {
    LATER,
    NOW
  }

  /**
   * A backup.
   *
   * @param time what was acknowledged by then is in it
   * @param catalogBytes the length of the catalog's files, shared ones included
   * @param copiedBytes what this backup added
   * @param verified what its verification found, where that was asked for
   */
  public record Backup(
      long number,
      String time,
      boolean withFiles,
      String warehouse,
      long catalogBytes,
      long copiedBytes,
      long copiedFiles,
      Optional<Check> verified) {}

  /** What the verification of a backup found. */
  public record Check(long number, boolean clean, long objects, long files, long found) {}

  /** How far a backup or its verification is; what does not apply is zero. */
  public record Progress(String phase, long looked, long files, long bytes, long objects) {}

  /** All complete backups. */
  public record Listed(List<Backup> items) {}

  /** The complete backups, the oldest first. */
  public Listed list() {
    return Json.read(transport.get(new Call("GET", PATH)), Listed.class);
  }

  /**
   * Makes a backup; the server knows where.
   *
   * @param keep how many backups to keep, or empty for all
   * @throws VarveException if the server was not told where backups go
   */
  public Backup create(
      Content content,
      Verification verification,
      OptionalInt keep,
      Consumer<Progress> progress,
      Consumer<Fsck.Finding> findings) {
    Call call =
        new Call("POST", PATH)
            .with("withFiles", String.valueOf(content == Content.CATALOG_AND_FILES))
            .with("verify", String.valueOf(verification == Verification.NOW));
    keep.ifPresent(count -> call.with("keep", String.valueOf(count)));
    return Json.read(follow(call, progress, findings), Backup.class);
  }

  /** Verifies a backup, the newest if none is named. */
  public Check verify(
      OptionalInt number, Consumer<Progress> progress, Consumer<Fsck.Finding> findings) {
    Call call = new Call("POST", PATH + "/verify");
    number.ifPresent(which -> call.with("number", String.valueOf(which)));
    return Json.read(follow(call, progress, findings), Check.class);
  }

  private JsonNode follow(Call call, Consumer<Progress> progress, Consumer<Fsck.Finding> findings) {
    return Events.follow(
        transport,
        transport.stream(call, Transport.Body.NONE, Events.MEDIA_TYPE),
        event -> {
          if (event.has("finding")) {
            findings.accept(Json.read(event.get("finding"), Fsck.Finding.class));
          } else if (event.has("phase")) {
            progress.accept(
                new Progress(
                    event.path("phase").asText(),
                    event.path("looked").asLong(),
                    event.path("files").asLong(),
                    event.path("bytes").asLong(),
                    event.path("objects").asLong()));
          }
        });
  }
}
