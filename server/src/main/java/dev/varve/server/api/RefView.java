package dev.varve.server.api;

import dev.varve.catalog.Repository;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.ref.Ref;
import dev.varve.server.http.Doc;
import java.time.Instant;

/** A branch or tag as it is answered. */
@Doc("A branch or tag, and the commit it stands at.")
record RefView(
    String name,
    @Doc("'branch' or 'tag'.") String kind,
    @Doc("The full id of the commit.") String commit,
    @Doc("When that commit was made.") Instant time,
    @Doc("Who made it.") String author,
    @Doc("Its message's first line.") String message) {

  static RefView of(Repository repository, Ref ref) {
    Commit commit = repository.commit(ref.commitId());
    return new RefView(
        ref.name().text(),
        ref.kind().text(),
        ref.commitId().hex(),
        commit.time(),
        commit.author().toString(),
        commit.subject());
  }
}
