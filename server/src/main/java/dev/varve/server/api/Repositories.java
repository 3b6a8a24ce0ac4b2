package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.Parameters.REPOSITORY_PATH;

import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.ref.RefName;
import dev.varve.server.http.Cursor;
import dev.varve.server.http.Doc;
import dev.varve.server.http.HttpErrorCode;
import dev.varve.server.http.Page;
import dev.varve.server.http.Parameter;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.RequestRefused;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.lake.Lakes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The repositories of the server. */
final class Repositories {
  private static final String GROUP = "repositories";

  private static final Parameter<String> CONFIRM =
      Parameter.query("confirm", Function.identity(), "The name of the repository once more.");

  private final Lakes lakes;

  Repositories(Lakes lakes) {
    this.lakes = lakes;
  }

  /** A repository as it is answered. */
  @Doc("One history with its tables, isolated from the others.")
  record RepositoryView(
      String name,
      String defaultBranch,
      @Doc("The commit that the default branch stands at.") String head) {
    static RepositoryView of(Repository repository) {
      return new RepositoryView(
          repository.name().text(),
          RefName.MAIN.text(),
          repository.refs().load(RefName.MAIN).commitId().hex());
    }
  }

  /** What creates a repository. */
  record NewRepository(@Doc("At most 63 lower-case letters, digits, '-' and '_'.") String name) {}

  /** What is said of a repository that is gone. */
  @Doc("A repository that was deleted.")
  record DeletedRepository(
      String name,
      @Doc("Where the files of its tables stay, among those of others.") String warehouse) {}

  List<Route> routes() {
    return List.of(
        Route.of(Method.DELETE, REPOSITORY_PATH, "deleteRepository")
            .group(GROUP)
            .summary("Deletes a repository with its whole history, for ever; files of tables stay.")
            .takes(REPO, CONFIRM)
            .writes()
            .answers(200, DeletedRepository.class, "It is gone.")
            .handledBy(this::delete),
        Route.of(Method.GET, "/api/v1/repos", "listRepositories")
            .group(GROUP)
            .summary("Lists the repositories.")
            .pages(RepositoryView.class, "Repositories in the order of their names.")
            .handledBy(this::list),
        Route.of(Method.POST, "/api/v1/repos", "createRepository")
            .group(GROUP)
            .summary("Creates a repository with a first commit on 'main'.")
            .body(NewRepository.class)
            .writes()
            .answers(201, RepositoryView.class, "The new repository.")
            .handledBy(this::create),
        Route.of(Method.GET, REPOSITORY_PATH, "getRepository")
            .group(GROUP)
            .summary("Shows a repository.")
            .takes(REPO)
            .answers(200, RepositoryView.class, "The repository.")
            .handledBy(
                request -> Reply.ok(RepositoryView.of(lakes.repository(request.get(REPO))))));
  }

  private Reply list(Request request) {
    Optional<String> after = request.find(Page.AFTER).map(Cursor::last);
    List<RepositoryName> names =
        lakes.names().stream()
            .filter(name -> after.isEmpty() || name.text().compareTo(after.get()) > 0)
            .toList();
    return Reply.ok(
        Pages.of(
            names,
            request.get(Page.LIMIT),
            RepositoryName::text,
            name -> RepositoryView.of(lakes.repository(name))));
  }

  private Reply delete(Request request) {
    RepositoryName name = request.get(REPO);
    if (!request.get(CONFIRM).equals(name.text())) {
      throw new RequestRefused(
          HttpErrorCode.INVALID_PARAMETER,
          "cannot delete the repository '%s': 'confirm' names '%s'"
              .formatted(name, request.get(CONFIRM)),
          "nothing was deleted; to delete it for ever pass confirm=" + name);
    }
    lakes.delete(name);
    return Reply.ok(new DeletedRepository(name.text(), lakes.warehouse().place()));
  }

  private Reply create(Request request) throws IOException {
    NewRepository body = request.body(NewRepository.class);
    return Reply.created(
        RepositoryView.of(lakes.create(new RepositoryName(body.name())).repository()));
  }
}
