package dev.varve.server.api;

import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;
import dev.varve.server.http.Doc;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A commit as it is answered. */
@Doc("A state of the lake, and where it came from.")
record CommitView(
    @Doc("Its full id.") String id,
    @Doc("The commits it was made on; a merge has two, the branch that was merged into first.")
        List<String> parents,
    @Doc("Who made the change.") String author,
    @Doc("Who put it on the branch.") String committer,
    Instant time,
    String message,
    @Doc("Where it comes from: source, code version, run id, and what the engine noted.")
        Map<String, String> properties,
    @Doc("The longest distance to a commit without parents.") long generation,
    @Doc("The branches and tags that stand here.") List<String> refs) {

  static CommitView of(Commit commit) {
    return of(commit, List.of());
  }

  static CommitView of(Commit commit, List<String> refs) {
    return new CommitView(
        commit.id().hex(),
        commit.parents().stream().map(ObjectId::hex).toList(),
        commit.author().toString(),
        commit.committer().toString(),
        commit.time(),
        commit.message(),
        commit.properties(),
        commit.generation(),
        refs);
  }
}
