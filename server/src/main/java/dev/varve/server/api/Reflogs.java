package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REPO;
import static dev.varve.server.api.Parameters.REPOSITORY_PATH;

import dev.varve.catalog.Repository;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.ReflogEntry;
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
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What refs were. */
final class Reflogs {
  private static final Parameter<RefName> REF =
      Parameter.query("ref", RefName::parse, "The branch or tag, which may be a deleted one.")
          .orElse("main");

  private final Lakes lakes;

  Reflogs(Lakes lakes) {
    this.lakes = lakes;
  }

  /** A move of a ref as it is answered. */
  @Doc("One move of a branch or tag.")
  record ReflogEntryView(
      String ref,
      @Doc("How many moves came later; 'main@{2}' names the move of index 2.") long index,
      @Doc("Where it stood, unless the move created it.") Optional<String> before,
      @Doc("Where it stands since, unless the move deleted it.") Optional<String> after,
      String who,
      Instant when,
      String why) {
    static ReflogEntryView of(RefName ref, ReflogEntry entry) {
      return new ReflogEntryView(
          ref.text(),
          entry.index(),
          entry.before().map(ObjectId::hex),
          entry.after().map(ObjectId::hex),
          entry.who(),
          entry.when(),
          entry.why());
    }
  }

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, REPOSITORY_PATH + "/reflog", "listReflog")
            .group("history")
            .summary("Lists the moves of a branch or tag, deleted ones too.")
            .takes(REPO, REF)
            .pages(ReflogEntryView.class, "Moves, the newest first.")
            .handledBy(this::list));
  }

  private Reply list(Request request) {
    Repository repository = lakes.repository(request.get(REPO));
    RefName ref = request.get(REF);
    int limit = request.get(Page.LIMIT);
    long size = repository.refs().reflogSize(ref);
    if (size == 0) {
      throw repository.refs().notFound(ref);
    }
    // Counted from the oldest, so that a cursor keeps its place while the ref moves on.
    long from = request.find(Page.AFTER).map(cursor -> size - number(cursor)).orElse(0L);
    List<ReflogEntry> entries = repository.refs().reflog(ref, Math.max(0, from), limit + 1);
    return Reply.ok(
        Pages.of(
            entries,
            limit,
            entry -> Long.toString(size - entry.index() - 1),
            entry -> ReflogEntryView.of(ref, entry)));
  }

  private static long number(Cursor cursor) {
    try {
      return Long.parseLong(cursor.last());
    } catch (NumberFormatException e) {
      throw new RequestRefused(
          HttpErrorCode.INVALID_PARAMETER, "cannot use 'after': it belongs to another list");
    }
  }
}
