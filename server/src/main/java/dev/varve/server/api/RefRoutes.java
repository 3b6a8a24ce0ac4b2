package dev.varve.server.api;

import static dev.varve.server.api.Parameters.AUTHOR;
import static dev.varve.server.api.Parameters.EXPECTED;
import static dev.varve.server.api.Parameters.MESSAGE;
import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.Parameters.REPOSITORY_PATH;

import dev.varve.catalog.Repository;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.server.http.Cursor;
import dev.varve.server.http.Page;
import dev.varve.server.http.Parameter;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.lake.Lakes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What branches and tags have in common: they are listed, shown, created and deleted. */
final class RefRoutes {
  private static final Parameter<RefName> NAME =
      Parameter.path("name", RefName::parse, "Its name; slashes may be written as they are.");
  private static final Parameter<String> PREFIX =
      Parameter.query("prefix", Function.identity(), "Only names that begin with this.").orElse("");

  private final Lakes lakes;
  private final RefKind kind;
  private final String plural;
  private final String title;

  RefRoutes(Lakes lakes, RefKind kind) {
    this.lakes = lakes;
    this.kind = kind;
    this.plural = kind == RefKind.BRANCH ? "branches" : "tags";
    this.title = kind == RefKind.BRANCH ? "Branch" : "Tag";
  }

  List<Route> routes() {
    String all = REPOSITORY_PATH + "/" + plural;
    String one = all + "/<name>";
    String titles = kind == RefKind.BRANCH ? "Branches" : "Tags";
    return List.of(
        Route.of(Method.GET, all, "list" + titles)
            .group(plural)
            .summary("Lists the " + plural + ".")
            .takes(REPO, PREFIX)
            .pages(RefView.class, titles + " in the order of their names.")
            .handledBy(this::list),
        Route.of(Method.POST, all, "create" + title)
            .group(plural)
            .summary("Creates a " + kind.text() + "; costs the same in a lake of any size.")
            .takes(REPO)
            .body(RefBody.class)
            .writes()
            .answers(201, RefView.class, "The new " + kind.text() + ".")
            .handledBy(this::create),
        Route.of(Method.GET, one, "get" + title)
            .group(plural)
            .summary("Shows a " + kind.text() + ".")
            .takes(REPO, NAME)
            .answers(200, RefView.class, "The " + kind.text() + ".")
            .handledBy(this::show),
        Route.of(Method.DELETE, one, "delete" + title)
            .group(plural)
            .summary("Deletes a " + kind.text() + "; its reflog stays, so that it can come back.")
            .takes(REPO, NAME, EXPECTED, AUTHOR, MESSAGE)
            .writes()
            .answers(200, RefView.class, "Where it stood.")
            .handledBy(this::delete));
  }

  private Reply list(Request request) {
    Repository repository = lakes.repository(request.get(REPO));
    int limit = request.get(Page.LIMIT);
    Optional<RefName> after = request.find(Page.AFTER).map(Cursor::last).map(RefName::parse);
    List<Ref> refs = repository.refs().list(kind, request.get(PREFIX), after, limit + 1);
    return Reply.ok(
        Pages.of(refs, limit, ref -> ref.name().text(), ref -> RefView.of(repository, ref)));
  }

  private Reply create(Request request) throws IOException {
    Repository repository = lakes.repository(request.get(REPO));
    RefBody body = request.body(RefBody.class);
    RefName name = RefName.parse(body.name());
    String from = body.from().orElse(RefName.MAIN.text());
    ObjectId at = repository.resolve(Revision.parse(from)).commitId();
    Author who = Who.of(request, body.author());
    String why = body.message().orElse("create from '" + from + "'");
    Ref ref =
        switch (kind) {
          case BRANCH -> repository.createBranch(name, at, who, why);
          case TAG -> repository.createTag(name, at, who, why);
        };
    return Reply.created(RefView.of(repository, ref));
  }

  private Reply show(Request request) {
    Repository repository = lakes.repository(request.get(REPO));
    RefName name = request.get(NAME);
    Ref ref =
        repository.refs().find(name, kind).orElseThrow(() -> repository.refs().notFound(name));
    return Reply.ok(RefView.of(repository, ref));
  }

  private Reply delete(Request request) {
    Repository repository = lakes.repository(request.get(REPO));
    Ref ref =
        repository.deleteRef(
            request.get(NAME),
            kind,
            request.find(EXPECTED),
            Who.of(request),
            request.find(MESSAGE).orElse("delete"));
    return Reply.ok(RefView.of(repository, ref));
  }
}
