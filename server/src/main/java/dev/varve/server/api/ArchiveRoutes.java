package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.Parameters.REPOSITORY_PATH;

import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.engine.archive.ArchiveCounts;
import dev.varve.engine.archive.Archives;
import dev.varve.server.http.Doc;
import dev.varve.server.http.MediaTypes;
import dev.varve.server.http.Parameter;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.lake.Lakes;
import java.io.IOException;
import java.util.List;

/** A repository as one file. */
final class ArchiveRoutes {
  private static final String GROUP = "maintenance";
  private static final Parameter<Boolean> WITH_FILES =
      Parameter.flag(
          "withFiles",
          "Whether the archive holds all files that its tables refer to, too; without them it can be"
              + " imported where these files are.");

  private final Lakes lakes;

  ArchiveRoutes(Lakes lakes) {
    this.lakes = lakes;
  }

  /** What was imported. */
  @Doc("The repository that was imported.")
  record ImportView(
      String repository,
      @Doc("The repository that was exported.") String exported,
      long objects,
      long refs,
      long reflogEntries,
      @Doc("Files of the warehouse that are in the archive.") long files) {}

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, REPOSITORY_PATH + "/archive", "exportRepository")
            .group(GROUP)
            .summary(
                "Exports a repository as it is now as one file, each object verified on the way.")
            .cost(Route.Cost.HEAVY)
            .takes(REPO, WITH_FILES)
            .answers(
                200,
                List.of(MediaTypes.BINARY),
                "The archive. When something is wrong with the repository the connection is cut.")
            .handledBy(this::export),
        Route.of(Method.POST, REPOSITORY_PATH + "/archive", "importRepository")
            .group(GROUP)
            .summary(
                "Creates a repository of an archive. It is there wholly, with the ids that it had,"
                    + " or not at all.")
            .cost(Route.Cost.HEAVY)
            .takes(REPO)
            .upload()
            .writes()
            .answers(200, ImportView.class, "What was imported.")
            .handledBy(this::importTo));
  }

  private Reply export(Request request) {
    Repository repository = lakes.repository(request.get(REPO));
    Archives.Content content =
        request.get(WITH_FILES) ? Archives.Content.CATALOG_AND_FILES : Archives.Content.CATALOG;
    return Reply.stream(
        MediaTypes.BINARY,
        out ->
            Archives.export(repository, lakes.lake(repository.name()).warehouse(), content, out));
  }

  private Reply importTo(Request request) throws IOException {
    RepositoryName name = request.get(REPO);
    Archives.Imported imported = lakes.importTo(name, request.upload());
    ArchiveCounts counts = imported.counts();
    return Reply.ok(
        new ImportView(
            name.text(),
            imported.header().repository(),
            counts.objects(),
            counts.refs(),
            counts.reflogEntries(),
            counts.files()));
  }
}
