package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.Parameters.REPOSITORY_PATH;

import dev.varve.catalog.history.Commit;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.Lake;
import dev.varve.engine.merge.Answer;
import dev.varve.engine.prepared.KeptConflict;
import dev.varve.engine.prepared.OpenConflict;
import dev.varve.engine.prepared.PreparedMerge;
import dev.varve.engine.prepared.Publication;
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
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Merges that were prepared: what waits, and how it is published or given up. */
final class PreparedRoutes {
  private static final String GROUP = "merging";
  private static final String PATH = REPOSITORY_PATH + "/prepared";
  private static final Parameter<RefName> NAME =
      Parameter.path("name", RefName::parse, "The prepared merge, such as merge/1.");

  private final Lakes lakes;

  PreparedRoutes(Lakes lakes) {
    this.lakes = lakes;
  }

  /** What publishes or abandons. */
  record NameBody(
      @Doc("The prepared merge, such as merge/1.") String name,
      @Doc("Who, for the reflog.") Optional<String> author) {}

  /** What finishes. */
  record FinishBody(
      @Doc("The prepared merge, such as merge/1.") String name,
      @Doc("Who, for the reflog.") Optional<String> author,
      @Doc(
              "How many bytes of a table's files the server compares row by row from now on, at most;"
                  + " as it was prepared if absent. What waits for another engine and is below it is"
                  + " compared by the server.")
          OptionalLong rowLimit) {}

  /** What was resolved. */
  @Doc("What was said of conflicts.")
  record ResolutionView(
      @Doc("Of how many conflicts it was said.") long resolved,
      @Doc("How many conflicts are left of which nothing is said.") long open,
      @Doc(
              "What comes of it, where that is not plain: the rows of a table without a row key are"
                  + " taken from one side as a whole.")
          Optional<String> consequence) {}

  /** How many are open. */
  @Doc("What is in the way of a prepared merge, and how much of it is open.")
  record OpenView(
      PreparedView.KeptConflictView conflict,
      @Doc("Not resolved yet.") long open,
      @Doc("Who wins, if it is not between rows and answered.") Optional<String> take,
      @Doc("What was given, if that wins.") Optional<String> value) {
    static OpenView of(OpenConflict open) {
      return new OpenView(
          PreparedView.KeptConflictView.of(open.conflict()),
          open.open(),
          open.said().map(said -> said.winner().name().toLowerCase(Locale.ROOT)),
          open.said().flatMap(Answer::value));
    }
  }

  /** What came of publishing. */
  @Doc("What came of publishing.")
  record PublicationView(
      @Doc(
              "'published'; 'prepared-again' if the branch had moved: nothing was published, and what"
                  + " waits now was made on where it stands; or 'up-to-date' if the branch has all"
                  + " of it by now: it did not move, and the prepared merge is gone.")
          String outcome,
      @Doc("The branch.") String into,
      @Doc("Where the branch stands now, unless it was prepared again.")
          Optional<CommitView> commit,
      @Doc("What was prepared, if it was prepared again.") Optional<MergeView> merge) {
    static PublicationView of(Publication publication) {
      if (publication instanceof Publication.Published published) {
        return gone("published", publication, published.commit());
      }
      if (publication instanceof Publication.UpToDate done) {
        return gone("up-to-date", publication, done.commit());
      }
      Publication.PreparedAgain again = (Publication.PreparedAgain) publication;
      return new PublicationView(
          "prepared-again",
          again.intent().into().text(),
          Optional.empty(),
          Optional.of(MergeView.of(again.preparation())));
    }

    private static PublicationView gone(String outcome, Publication publication, Commit head) {
      return new PublicationView(
          outcome,
          publication.intent().into().text(),
          Optional.of(CommitView.of(head)),
          Optional.empty());
    }
  }

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, PATH, "listPrepared")
            .group(GROUP)
            .summary("Lists the merges that wait to be published.")
            .takes(REPO)
            .pages(PreparedView.class, "Prepared merges in the order of their names.")
            .handledBy(this::list),
        Route.of(Method.GET, PATH + "/<name>", "getPrepared")
            .group(GROUP)
            .summary("Shows a merge that waits to be published.")
            .takes(REPO, NAME)
            .answers(200, PreparedView.class, "The prepared merge.")
            .handledBy(this::show),
        Route.of(Method.POST, REPOSITORY_PATH + "/prepared-publish", "publishPrepared")
            .group(GROUP)
            .summary("Moves a branch to exactly the prepared commit, or prepares it again.")
            .cost(Route.Cost.HEAVY)
            .takes(REPO)
            .body(NameBody.class)
            .writes()
            .answers(200, PublicationView.class, "What came of it.")
            .handledBy(this::publish),
        Route.of(Method.GET, REPOSITORY_PATH + "/prepared-conflicts/<name>", "listConflicts")
            .group(GROUP)
            .summary(
                "Lists what is in the way of a prepared merge, and what is said of it; all of it is in"
                    + " tables to query.")
            .cost(Route.Cost.HEAVY)
            .takes(REPO, NAME)
            .pages(OpenView.class, "Conflicts, in the order of the tables.")
            .handledBy(this::conflicts),
        Route.of(Method.POST, REPOSITORY_PATH + "/prepared-resolve", "resolveConflicts")
            .group(GROUP)
            .summary(
                "Says of conflicts which value wins: of one by its id or key, or of all that match.")
            .cost(Route.Cost.HEAVY)
            .takes(REPO)
            .body(ResolveBody.class)
            .writes()
            .answers(200, ResolutionView.class, "What was said.")
            .handledBy(this::resolve),
        Route.of(Method.POST, REPOSITORY_PATH + "/prepared-finish", "finishPrepared")
            .group(GROUP)
            .summary("Makes the commit of a merge whose conflicts are resolved, to be published.")
            .cost(Route.Cost.HEAVY)
            .takes(REPO)
            .body(FinishBody.class)
            .writes()
            .answers(200, MergeView.class, "What was made.")
            .handledBy(this::finish),
        Route.of(Method.POST, REPOSITORY_PATH + "/prepared-abandon", "abandonPrepared")
            .group(GROUP)
            .summary("Forgets a prepared merge; the branch is not concerned.")
            .takes(REPO)
            .body(NameBody.class)
            .writes()
            .answers(200, PreparedView.class, "What was given up.")
            .handledBy(this::abandon));
  }

  private Reply list(Request request) {
    Lake lake = lakes.lake(request.get(REPO));
    Optional<RefName> after = request.find(Page.AFTER).map(cursor -> RefName.parse(cursor.last()));
    List<PreparedMerge> rest =
        lake.prepared().list().stream()
            .filter(it -> after.isEmpty() || it.name().compareTo(after.get()) > 0)
            .toList();
    return Reply.ok(
        Pages.of(rest, request.get(Page.LIMIT), it -> it.name().text(), PreparedView::of));
  }

  private Reply show(Request request) {
    return Reply.ok(
        PreparedView.of(lakes.lake(request.get(REPO)).prepared().load(request.get(NAME))));
  }

  private Reply publish(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    NameBody body = request.body(NameBody.class);
    return Reply.ok(
        PublicationView.of(
            lake.prepared().publish(RefName.parse(body.name()), Who.of(request, body.author()))));
  }

  private Reply abandon(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    NameBody body = request.body(NameBody.class);
    RefName name = RefName.parse(body.name());
    PreparedMerge prepared = lake.prepared().load(name);
    lake.prepared().abandon(name, Who.of(request, body.author()));
    return Reply.ok(PreparedView.of(prepared));
  }

  private Reply conflicts(Request request) {
    Lake lake = lakes.lake(request.get(REPO));
    PreparedMerge prepared = lake.prepared().load(request.get(NAME));
    int limit = request.get(Page.LIMIT);
    List<KeptConflict> rest =
        request
            .find(Page.AFTER)
            .map(cursor -> behind(prepared.conflicts(), cursor.last()))
            .orElse(prepared.conflicts());
    List<KeptConflict> part = rest.subList(0, Math.min(limit + 1, rest.size()));
    return Reply.ok(
        Pages.of(
            lake.prepared().open(prepared, part), limit, it -> place(it.conflict()), OpenView::of));
  }

  private static String place(KeptConflict conflict) {
    return conflict.choice().map(it -> it.choice().id()).orElse(conflict.code())
        + " "
        + conflict.subject();
  }

  /** The conflicts behind a place; if that is gone, those of later tables. */
  private static List<KeptConflict> behind(List<KeptConflict> conflicts, String place) {
    for (int at = 0; at < conflicts.size(); at++) {
      if (place(conflicts.get(at)).equals(place)) {
        return conflicts.subList(at + 1, conflicts.size());
      }
    }
    String subject = place.substring(place.indexOf(' ') + 1);
    return conflicts.stream().filter(it -> it.subject().compareTo(subject) > 0).toList();
  }

  private Reply resolve(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    ResolveBody body = request.body(ResolveBody.class);
    long resolved = body.resolve(lake.prepared(), Who.of(request, body.author()));
    PreparedMerge prepared = lake.prepared().load(RefName.parse(body.name()));
    return Reply.ok(
        new ResolutionView(
            resolved,
            lake.prepared().open(prepared).stream().mapToLong(OpenConflict::open).sum(),
            resolved == 0 ? Optional.empty() : body.consequence(prepared)));
  }

  private Reply finish(Request request) throws IOException {
    Lake lake = lakes.lake(request.get(REPO));
    FinishBody body = request.body(FinishBody.class);
    if (body.rowLimit().orElse(0) < 0) {
      throw new RequestRefused(HttpErrorCode.INVALID_BODY, "give a 'rowLimit' of 0 or more bytes");
    }
    return Reply.ok(
        MergeView.of(
            lake.prepared()
                .finish(
                    RefName.parse(body.name()), Who.of(request, body.author()), body.rowLimit())));
  }
}
