package dev.varve.server.api;

import dev.varve.server.http.Doc;
import dev.varve.server.http.MediaTypes;
import dev.varve.server.http.Parameter;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.maintenance.BackupCheck;
import dev.varve.server.maintenance.BackupManifest;
import dev.varve.server.maintenance.Backups;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** The backups of the server. */
final class BackupRoutes {
  private static final String GROUP = "maintenance";
  private static final String PATH = "/api/v1/backups";
  private static final int MOST_KEPT = 10_000;

  private static final Parameter<Boolean> WITH_FILES =
      Parameter.flag(
          "withFiles",
          "Whether to copy the files of the warehouse, too: those that no backup has yet.");
  private static final Parameter<Boolean> VERIFY =
      Parameter.flag("verify", "Whether to restore and verify it at once.");
  private static final Parameter<Integer> KEEP =
      Parameter.integer("keep", 1, MOST_KEPT, "How many backups to keep; all if left out.");
  private static final Parameter<Integer> NUMBER =
      Parameter.integer(
          "number", 1, Integer.MAX_VALUE, "Which backup; the newest one if left out.");

  private final Backups backups;

  BackupRoutes(Backups backups) {
    this.backups = backups;
  }

  /** A backup as it is answered. */
  @Doc("A backup of all repositories.")
  record BackupView(
      int number,
      @Doc("What was acknowledged by then is in it.") String time,
      @Doc("Whether all files that its tables refer to are backed up.") boolean withFiles,
      @Doc("The absolute path of the warehouse, which table metadata names.") String warehouse,
      @Doc("The length of the catalog's files; most are shared with other backups.")
          long catalogBytes,
      @Doc("What this backup added.") long copiedBytes,
      @Doc("Files of the warehouse that this backup added.") long copiedFiles,
      @Doc("What its verification found, where that was asked for.")
          Optional<BackupCheck> verified) {

    static BackupView of(BackupManifest manifest, Optional<BackupCheck> verified) {
      return new BackupView(
          manifest.number(),
          manifest.time(),
          manifest.withFiles(),
          manifest.warehouse(),
          manifest.catalogBytes(),
          manifest.copiedBytes(),
          manifest.copiedFiles(),
          verified);
    }
  }

  /** All backups. */
  record BackupList(List<BackupView> items) {}

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, PATH, "listBackups")
            .group(GROUP)
            .summary("Lists the complete backups, the oldest first.")
            .answers(200, BackupList.class, "The backups.")
            .handledBy(request -> Reply.ok(new BackupList(list()))),
        Route.of(Method.POST, PATH, "createBackup")
            .group(GROUP)
            .summary(
                "Backs up all repositories into the server's backup directory; others read and"
                    + " write meanwhile. Copies only what no backup has yet.")
            .cost(Route.Cost.HEAVY)
            .takes(WITH_FILES, KEEP, VERIFY)
            .answers(200, BackupView.class, "The new backup.")
            .alsoAnswers(
                200,
                MediaTypes.JSON_LINES,
                "With 'Accept: application/x-ndjson': progress as {phase, looked, files, bytes},"
                    + " and a last line {result} or {error}.")
            .handledBy(this::create),
        Route.of(Method.POST, PATH + "/verify", "verifyBackup")
            .group(GROUP)
            .summary(
                "Verifies a backup: restores its catalog beside it for a while and checks all that"
                    + " its repositories refer to, files included if they are in it.")
            .cost(Route.Cost.HEAVY)
            .takes(NUMBER)
            .answers(200, BackupCheck.class, "What was found.")
            .alsoAnswers(
                200,
                MediaTypes.JSON_LINES,
                "With 'Accept: application/x-ndjson': progress and each {finding} as it is found,"
                    + " and a last line {result} or {error}.")
            .handledBy(this::verify));
  }

  private List<BackupView> list() {
    return backups.list().stream()
        .map(manifest -> BackupView.of(manifest, Optional.empty()))
        .toList();
  }

  private Reply create(Request request) {
    Backups.Content content =
        request.get(WITH_FILES) ? Backups.Content.CATALOG_AND_FILES : Backups.Content.CATALOG;
    OptionalInt keep = request.find(KEEP).map(OptionalInt::of).orElseGet(OptionalInt::empty);
    boolean verify = request.get(VERIFY);
    if (request.asksFor(MediaTypes.JSON_LINES)) {
      return new Reply.Events(events -> create(content, keep, verify, events));
    }
    return Reply.ok(create(content, keep, verify, event -> {}));
  }

  private BackupView create(
      Backups.Content content, OptionalInt keep, boolean verify, Consumer<Object> events) {
    BackupManifest made = backups.create(content, keep, events);
    return BackupView.of(
        made,
        verify
            ? Optional.of(backups.verify(Optional.of(made.number()), events))
            : Optional.empty());
  }

  private Reply verify(Request request) {
    Optional<Integer> number = request.find(NUMBER);
    if (request.asksFor(MediaTypes.JSON_LINES)) {
      return new Reply.Events(events -> backups.verify(number, events));
    }
    return Reply.ok(backups.verify(number, event -> {}));
  }
}
