package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.Parameters.REPOSITORY_PATH;

import dev.varve.catalog.fsck.FsckScope;
import dev.varve.engine.table.FsckLevel;
import dev.varve.engine.table.Tables;
import dev.varve.server.http.MediaTypes;
import dev.varve.server.http.Parameter;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.lake.Lakes;
import dev.varve.server.maintenance.FsckRun;
import dev.varve.server.maintenance.FsckView;
import java.util.List;

/** The verification of a lake. */
final class FsckRoutes {
  private static final Parameter<FsckLevel> LEVEL =
      Parameter.choice(
              "level",
              FsckLevel.class,
              "How far to look: at the catalog; at the metadata files and manifests that tables"
                  + " refer to, too; or at all data and delete files, too.")
          .orElse("metadata");
  private static final Parameter<Boolean> UNREACHABLE =
      Parameter.flag(
          "unreachable", "Whether to count the objects that nothing leads to, for information.");

  private final Lakes lakes;

  FsckRoutes(Lakes lakes) {
    this.lakes = lakes;
  }

  List<Route> routes() {
    return List.of(
        Route.of(Method.POST, REPOSITORY_PATH + "/fsck", "fsck")
            .group("maintenance")
            .summary(
                "Verifies a repository as it is now, each object and file once; others read and"
                    + " write meanwhile. Changes nothing.")
            .cost(Route.Cost.HEAVY)
            .takes(REPO, LEVEL, UNREACHABLE)
            .answers(200, FsckView.class, "What was found, up to 1,000 findings.")
            .alsoAnswers(
                200,
                MediaTypes.JSON_LINES,
                "With 'Accept: application/x-ndjson': progress as {phase, objects, bytes, files,"
                    + " found}, each {finding} and {unreachable, bytes} as it is found, and a last"
                    + " line {result} or {error}.")
            .handledBy(this::fsck));
  }

  private Reply fsck(Request request) {
    Tables tables = lakes.lake(request.get(REPO)).tables();
    FsckLevel level = request.get(LEVEL);
    FsckScope scope = request.get(UNREACHABLE) ? FsckScope.EVERYTHING : FsckScope.REACHABLE;
    if (request.asksFor(MediaTypes.JSON_LINES)) {
      return new Reply.Events(events -> FsckRun.run(tables, level, scope, events));
    }
    return Reply.ok(FsckRun.run(tables, level, scope));
  }
}
