package dev.varve.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Verifies a repository. */
public final class Fsck {
  private final RemoteRepository repository;

  Fsck(RemoteRepository repository) {
    this.repository = repository;
  }

  /** How far to look. */
  public enum Level {
    /** At the catalog alone. */
    CATALOG,
    /** At metadata files and manifests too. */
    METADATA,
    /** At data and delete files too. */
    FILES
  }

  /** Which objects to look at. */
  public enum Scope {
    /** Those that refs and reflogs lead to. */
    REACHABLE,
    /** Also all others, for information. */
    EVERYTHING
  }

  /** One thing that is wrong. */
  public record Finding(
      String code,
      String message,
      Optional<String> hint,
      Optional<String> object,
      Optional<String> kind,
      Optional<String> ref,
      Optional<String> commit,
      Optional<String> key) {}

  /** How far a check is. */
  public record Progress(String phase, long objects, long bytes, long files, long found) {}

  /**
   * What was checked.
   *
   * @param clean whether nothing is wrong
   * @param found how many things are wrong
   * @param findings all of them, where they were put together
   * @param unreachableObjects objects that nothing leads to, where they were put together
   */
  public record Report(
      boolean clean,
      long found,
      List<Finding> findings,
      long refs,
      long reflogEntries,
      long commits,
      long nodes,
      long values,
      long bytes,
      long metadataFiles,
      long manifests,
      long dataFiles,
      long dataBytes,
      long unreachable,
      long unreachableBytes,
      List<Unreachable> unreachableObjects) {
    public Report {
      findings = findings == null ? List.of() : List.copyOf(findings);
      unreachableObjects = unreachableObjects == null ? List.of() : List.copyOf(unreachableObjects);
    }

    /** The report together with what was told on the way. */
    public Report with(List<Finding> allFindings, List<Unreachable> allUnreachable) {
      return new Report(
          clean,
          found,
          allFindings,
          refs,
          reflogEntries,
          commits,
          nodes,
          values,
          bytes,
          metadataFiles,
          manifests,
          dataFiles,
          dataBytes,
          unreachable,
          unreachableBytes,
          allUnreachable);
    }
  }

  /** An object that nothing leads to. */
  public record Unreachable(String id, long bytes) {}

  /** Takes what a check tells while it runs. */
  public interface Listener {
    /** Something is wrong. */
    void found(Finding finding);

    /** An object that nothing leads to. */
    default void unreachable(Unreachable object) {}

    /** How far it is, a few times a second. */
    default void progress(Progress progress) {}
  }

  /**
   * Verifies the repository as it is now; others go on meanwhile.
   *
   * @return what was checked, its findings left out: they went to the listener
   */
  public Report run(Level level, Scope scope, Listener listener) {
    Call call =
        repository
            .call("POST", "/fsck")
            .with("level", level.name().toLowerCase(Locale.ROOT))
            .with("unreachable", String.valueOf(scope == Scope.EVERYTHING));
    Transport transport = repository.transport();
    Consumer<JsonNode> tell =
        event -> {
          if (event.has("finding")) {
            listener.found(Json.read(event.get("finding"), Finding.class));
          } else if (event.has("unreachable")) {
            listener.unreachable(
                new Unreachable(event.get("unreachable").asText(), event.path("bytes").asLong()));
          } else if (event.has("phase")) {
            listener.progress(Json.read(event, Progress.class));
          }
        };
    return Json.read(
        Events.follow(
            transport, transport.stream(call, Transport.Body.NONE, Events.MEDIA_TYPE), tell),
        Report.class);
  }
}
